// Folders, with their pages and folders when opened; what is inside is asked for only then.
import { type ReactNode, useState } from "react";
import { useReport } from "../../api/reports";
import { ErrorNote } from "../../components/error-note";
import { Loaded } from "../../components/loaded";
import { PageLink } from "../../components/detail-link";
import { FilterButton, FilterMark } from "../../components/marks";
import { PurposeBar } from "../../components/purpose-bar";
import { RelativeTime } from "../../components/relative-time";
import { CsvButton } from "../../components/csv-button";
import { formatNumber, formatShare } from "../../format";
import { wordKinds } from "../../state/kinds";
import { useView } from "../../state/use-view";
import { hasFilter } from "../../state/view";
import { folderPagesQuery, foldersQuery, MOST_PAGES } from "./queries";
import { listLevel, type TreeCounts, type TreeNode } from "./tree";

const HEADER = ["Folder", "Visits", "Pages", "Purpose", "Errors", "Last visit"];
const INDENT = 20;
const STEP = 50;

export function FolderTree() {
  const { view, period } = useView();
  const result = useReport("bots", foldersQuery(view, period));
  return (
    <Loaded result={result} rows={8}>
      {({ rows }) => (
        <>
          <div className="figure-tools">
            <CsvButton
              name="Folders"
              header={HEADER}
              rows={() =>
                rows.map((row) => [row.folder, row.count, row.pages, wordKinds(row), row.errors, row.last_visit])
              }
              disabled={!rows.length}
            />
          </div>
          <div className="table-wide">
            <table className="table" aria-label="Folders">
              <TreeHead />
              <tbody>
                {rows.map((row) => (
                  <FolderRows key={row.folder} row={row} most={rows[0]?.count ?? 1} />
                ))}
              </tbody>
            </table>
          </div>
          {rows.length === 0 && (
            <p className="table-empty">
              No page was read in this range under these filters. Take a longer range, or a filter away.
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}

function TreeHead() {
  return (
    <thead>
      <tr>
        {HEADER.map((word) => (
          <th
            key={word}
            scope="col"
            className={["Folder", "Purpose"].includes(word) ? (word === "Purpose" ? "minor" : "") : "figure"}
          >
            {word}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface FolderRowsProps {
  row: TreeCounts & { folder: string; pages: number };
  most: number;
}

function FolderRows({ row, most }: FolderRowsProps) {
  const { view } = useView();
  const [open, setOpen] = useState(false);
  const isTop = row.folder === "/";
  return (
    <>
      <TreeRow
        depth={0}
        counts={row}
        pages={row.pages}
        most={most}
        isSelected={hasFilter(view, "folder", row.folder)}
        toggle={<Toggle open={open} name={row.folder} onClick={() => setOpen(!open)} />}
      >
        <FilterButton field="folder" value={row.folder}>
          {isTop ? "/ (pages at the top)" : row.folder}
        </FilterButton>
      </TreeRow>
      {open && <FolderPages folder={row.folder} most={most} />}
    </>
  );
}

function FolderPages({ folder, most }: { folder: string; most: number }) {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", folderPagesQuery(view, period, folder));
  if (error) {
    return (
      <WideRow>
        <ErrorNote error={error} retry={() => void refetch()} />
      </WideRow>
    );
  }
  if (!data) return <WideRow>Loading …</WideRow>;
  return (
    <>
      <Level nodes={listLevel(data.rows, folder)} depth={1} most={most} />
      {data.total > MOST_PAGES && (
        <WideRow>
          The {MOST_PAGES} most visited pages of {formatNumber(data.total)}; filter by the folder for the others.
        </WideRow>
      )}
    </>
  );
}

function WideRow({ children }: { children: ReactNode }) {
  return (
    <tr>
      <td colSpan={HEADER.length} className="muted">
        {children}
      </td>
    </tr>
  );
}

function Level({ nodes, depth, most }: { nodes: TreeNode[]; depth: number; most: number }) {
  const [shown, setShown] = useState(STEP);
  return (
    <>
      {nodes.slice(0, shown).map((node) => (
        <NodeRows key={node.prefix} node={node} depth={depth} most={most} />
      ))}
      {nodes.length > shown && (
        <WideRow>
          <button type="button" className="button button-small" onClick={() => setShown(shown + STEP)}>
            Show {Math.min(STEP, nodes.length - shown)} more
          </button>
        </WideRow>
      )}
    </>
  );
}

function NodeRows({ node, depth, most }: { node: TreeNode; depth: number; most: number }) {
  const { view } = useView();
  const [open, setOpen] = useState(false);
  const paths = new Set(node.pages.map(({ path }) => path)).size;
  return (
    <>
      <TreeRow
        depth={depth}
        counts={node}
        pages={node.isFolder ? paths : null}
        most={most}
        isSelected={!node.isFolder && hasFilter(view, "path", node.prefix)}
        toggle={
          node.isFolder ? (
            <Toggle open={open} name={node.prefix} onClick={() => setOpen(!open)} />
          ) : (
            <span className="tree-leaf" />
          )
        }
      >
        {node.isFolder ? <PrefixButton node={node} /> : <LeafName node={node} />}
      </TreeRow>
      {open && <Level nodes={listLevel(node.pages, node.prefix)} depth={depth + 1} most={most} />}
    </>
  );
}

/** Folders below the first have no field of their own; part of the path tells them as well. */
function PrefixButton({ node }: { node: TreeNode }) {
  const { view, update } = useView();
  const others = view.filters.filter(({ field, operator }) => field !== "path" || operator !== "contains");
  const filter = { field: "path" as const, operator: "contains" as const, values: [node.prefix] };
  return (
    <button
      type="button"
      className="link-button"
      title={`${node.prefix}: filter by it`}
      onClick={() => update({ filters: [...others, filter] })}
    >
      {node.name}
    </button>
  );
}

function LeafName({ node }: { node: TreeNode }) {
  const host = node.pages[0]?.host ?? "";
  return (
    <>
      <PageLink host={host} path={node.prefix}>
        {node.name}
      </PageLink>{" "}
      <FilterMark field="path" value={node.prefix} />
    </>
  );
}

function Toggle({ open, name, onClick }: { open: boolean; name: string; onClick: () => void }) {
  return (
    <button
      type="button"
      className="tree-open"
      aria-expanded={open}
      aria-label={`${open ? "Close" : "Open"} ${name}`}
      onClick={onClick}
    >
      {open ? "▾" : "▸"}
    </button>
  );
}

interface TreeRowProps {
  depth: number;
  counts: TreeCounts;
  pages: number | null;
  most: number;
  isSelected: boolean;
  toggle: ReactNode;
  children: ReactNode;
}

function TreeRow({ depth, counts, pages, most, isSelected, toggle, children }: TreeRowProps) {
  return (
    <tr data-selected={isSelected || undefined}>
      <td>
        <span className="tree-name" style={{ paddingLeft: depth * INDENT }}>
          {toggle}
          <span className="cell">{children}</span>
        </span>
      </td>
      <td className="figure">
        <span className="share" style={{ width: `${Math.min(1, counts.count / most) * 100}%` }} />
        <span className="cell">{formatNumber(counts.count)}</span>
      </td>
      <td className="figure">{pages === null ? "" : formatNumber(pages)}</td>
      <td className="minor">
        <PurposeBar row={counts} />
      </td>
      <td className="figure">
        <span className={counts.errors ? "" : "muted"}>{formatShare(counts.errors / Math.max(1, counts.count))}</span>
      </td>
      <td className="figure">
        <RelativeTime instant={counts.last_visit} />
      </td>
    </tr>
  );
}
