// Documentation as elements; code has a button that copies it. No markup of the text itself is taken over.
import { lexer, type Token, type Tokens } from "marked";
import { Fragment, type ReactNode, useMemo } from "react";
import { Copyable } from "./copyable";

export interface MarkdownProps {
  text: string;
  /** Makes a link; null leaves its words alone. */
  linkTo: (target: string, words: ReactNode) => ReactNode | null;
}

export function Markdown({ text, linkTo }: MarkdownProps) {
  const tokens = useMemo(() => lexer(text), [text]);
  return <div className="prose">{render(tokens, linkTo)}</div>;
}

type LinkTo = MarkdownProps["linkTo"];

function render(tokens: Token[] | undefined, linkTo: LinkTo): ReactNode {
  return tokens?.map((token, at) => <Fragment key={at}>{renderBlock(token as MarkedToken, linkTo)}</Fragment>);
}

type MarkedToken =
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.Code
  | Tokens.List
  | Tokens.Table
  | Tokens.Text
  | Tokens.Codespan
  | Tokens.Em
  | Tokens.Strong
  | Tokens.Link
  | Tokens.Escape
  | Tokens.Space;

function renderBlock(token: MarkedToken, linkTo: LinkTo): ReactNode {
  switch (token.type) {
    case "heading":
      // The page's own title stands above already.
      return token.depth === 1 ? null : <h4>{render(token.tokens, linkTo)}</h4>;
    case "paragraph":
      return <p>{render(token.tokens, linkTo)}</p>;
    case "code":
      return <Copyable block text={token.text} />;
    case "list":
      return <List list={token} linkTo={linkTo} />;
    case "table":
      return <Table table={token} linkTo={linkTo} />;
    default:
      return renderInline(token, linkTo);
  }
}

function renderInline(token: Exclude<MarkedToken, { type: "list" | "table" }>, linkTo: LinkTo): ReactNode {
  switch (token.type) {
    case "codespan":
      return <code>{token.text}</code>;
    case "em":
      return <em>{render(token.tokens, linkTo)}</em>;
    case "strong":
      return <strong>{render(token.tokens, linkTo)}</strong>;
    case "link":
      return linkTo(token.href, render(token.tokens, linkTo)) ?? render(token.tokens, linkTo);
    case "text":
      return token.tokens ? render(token.tokens, linkTo) : token.text;
    case "escape":
      return token.text;
    default:
      return null;
  }
}

function List({ list, linkTo }: { list: Tokens.List; linkTo: LinkTo }) {
  const items = list.items.map((item, at) => <li key={at}>{render(item.tokens, linkTo)}</li>);
  return list.ordered ? <ol start={list.start || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table, linkTo }: { table: Tokens.Table; linkTo: LinkTo }) {
  return (
    <div className="table-wide">
      <table className="table">
        <thead>
          <tr>
            {table.header.map((cell, at) => (
              <th key={at} scope="col">
                {render(cell.tokens, linkTo)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{render(cell.tokens, linkTo)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
