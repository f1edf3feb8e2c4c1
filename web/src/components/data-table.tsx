// Tables: sorted by any column, searched by any text, with bars behind figures for their share, and as CSV.
import { type ReactNode, useMemo, useState } from "react";
import type { CsvValue } from "../csv";
import { CsvButton } from "./csv-button";
import { findRows, nextOrder, type Order, sortRows } from "./row-order";

export interface Column<R> {
  id: string;
  header: string;
  /** What is sorted by, searched in and written to CSV. */
  value: (row: R) => CsvValue;
  /** What is shown; the value, unless given. */
  cell?: (row: R) => ReactNode;
  /** Right-aligned, largest first. */
  figure?: boolean;
  /** Length of the bar behind the figure, 0 to 1. */
  share?: (row: R) => number;
  /** What the column means. */
  hint?: string;
  /** Hidden where there is little room. */
  minor?: boolean;
  /** Long text, in as many lines as it needs. */
  wrap?: boolean;
}

export interface DataTableProps<R> {
  /** Name of the CSV file; read out as the table's name. */
  name: string;
  columns: Column<R>[];
  rows: R[];
  rowKey: (row: R) => string;
  /** Column sorted by at first, downwards; the rows' own order, unless given. */
  sortedBy?: string;
  /** Rows shown before one asks for more. */
  pageSize?: number;
  /** Told how many rows are shown from now on. */
  onMore?: (shown: number) => void;
  /** What is said when there are no rows. */
  empty?: ReactNode;
  /** Marks rows that are filtered by. */
  isSelected?: (row: R) => boolean;
  /** Number of rows there are altogether, when these are only the first. */
  total?: number;
  searchLabel?: string;
}

const STEP = 100;

/** So many rows are searched by looking. */
const FEW = 8;

export function DataTable<R>(props: DataTableProps<R>) {
  const { name, columns, rows, rowKey, sortedBy, pageSize = 10, empty, isSelected, total } = props;
  const [order, setOrder] = useState<Order | null>(sortedBy ? { id: sortedBy, direction: "desc" } : null);
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(pageSize);
  const showMore = () => {
    setShown(shown + STEP);
    props.onMore?.(shown + STEP);
  };
  const matching = useMemo(() => findRows(rows, columns, search), [rows, columns, search]);
  const found = useMemo(() => sortRows(matching, columns, order), [matching, columns, order]);
  return (
    <>
      <div className="table-tools">
        {rows.length > FEW && (
          <input
            type="search"
            className="table-search"
            placeholder={props.searchLabel ?? "Search"}
            aria-label={`Search in ${name}`}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        )}
        <CsvButton
          name={name}
          header={columns.map(({ header }) => header)}
          rows={() => found.map((row) => columns.map(({ value }) => value(row)))}
          disabled={!rows.length}
        />
      </div>
      <div className="table-wide">
        <table className="table" aria-label={name}>
          <Head columns={columns} order={order} onOrder={setOrder} />
          <Body columns={columns} rows={found.slice(0, shown)} rowKey={rowKey} isSelected={isSelected} />
        </table>
      </div>
      {found.length === 0 && <p className="table-empty">{search ? "Nothing matches the search." : empty}</p>}
      <footer className="table-foot">
        {found.length > shown && (
          <button type="button" className="button button-small" onClick={showMore}>
            Show {Math.min(STEP, found.length - shown)} more
          </button>
        )}
        {total !== undefined && total > rows.length && (
          <span className="muted">
            The first {rows.length} of {total}; filters narrow them.
          </span>
        )}
      </footer>
    </>
  );
}

interface HeadProps<R> {
  columns: Column<R>[];
  order: Order | null;
  onOrder: (order: Order | null) => void;
}

function Head<R>({ columns, order, onOrder }: HeadProps<R>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <HeaderCell
            key={column.id}
            column={column}
            sorted={order?.id === column.id ? order.direction : null}
            onSort={() => onOrder(nextOrder(order, column))}
          />
        ))}
      </tr>
    </thead>
  );
}

const SORTS = { asc: "ascending", desc: "descending" } as const;

interface HeaderCellProps<R> {
  column: Column<R>;
  sorted: Order["direction"] | null;
  onSort: () => void;
}

function HeaderCell<R>({ column, sorted, onSort }: HeaderCellProps<R>) {
  return (
    <th scope="col" className={cellClass(column)} aria-sort={sorted ? SORTS[sorted] : "none"} title={column.hint}>
      <button type="button" onClick={onSort}>
        {column.header}
        <span aria-hidden="true" className="sort-mark">
          {sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : ""}
        </span>
      </button>
    </th>
  );
}

interface BodyProps<R> {
  columns: Column<R>[];
  rows: R[];
  rowKey: (row: R) => string;
  isSelected: ((row: R) => boolean) | undefined;
}

function Body<R>({ columns, rows, rowKey, isSelected }: BodyProps<R>) {
  return (
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)} data-selected={isSelected?.(row) || undefined}>
          {columns.map((column) => (
            <BodyCell key={column.id} row={row} column={column} />
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function BodyCell<R>({ row, column }: { row: R; column: Column<R> }) {
  return (
    <td className={cellClass(column)}>
      {column.share && (
        <span className="share" style={{ width: `${Math.max(0, Math.min(1, column.share(row))) * 100}%` }} />
      )}
      <span className="cell">{column.cell?.(row) ?? column.value(row)}</span>
    </td>
  );
}

function cellClass<R>({ figure, minor, share, wrap }: Column<R>): string {
  return [figure && "figure", minor && "minor", share && "shared", wrap && "wrap"].filter(Boolean).join(" ");
}
