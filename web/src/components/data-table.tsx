// Tables: sorted by any column, searched by any text, with bars behind figures for their share, and as CSV.
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getFilteredRowModel,
  getSortedRowModel,
  type Header,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";
import type { CsvValue } from "../csv";
import { CsvButton } from "./csv-button";

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
  const [sorting, setSorting] = useState<SortingState>(sortedBy ? [{ id: sortedBy, desc: true }] : []);
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(pageSize);
  const table = useReactTable({
    data: rows,
    columns: useMemo(() => columns.map(toColumnDef), [columns]),
    state: { sorting, globalFilter: search },
    onSortingChange: setSorting,
    globalFilterFn: (row, id, text: string) => String(row.getValue(id)).toLowerCase().includes(text.toLowerCase()),
    getColumnCanGlobalFilter: () => true,
    getRowId: rowKey,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
  });
  const found = table.getRowModel().rows;
  const byId = new Map(columns.map((column) => [column.id, column]));
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
          rows={() => found.map(({ original }) => columns.map(({ value }) => value(original)))}
          disabled={!rows.length}
        />
      </div>
      <div className="table-wide">
        <table className="table" aria-label={name}>
          <thead>
            <tr>
              {table.getFlatHeaders().map((header) => (
                <HeaderCell key={header.id} header={header} column={byId.get(header.id) as Column<R>} />
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((row) => (
              <tr key={row.id} data-selected={isSelected?.(row.original) || undefined}>
                {row.getVisibleCells().map((cell) => (
                  <BodyCell key={cell.id} row={row.original} column={byId.get(cell.column.id) as Column<R>}>
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </BodyCell>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length === 0 && <p className="table-empty">{search ? "Nothing matches the search." : empty}</p>}
      <footer className="table-foot">
        {found.length > shown && (
          <button type="button" className="button button-small" onClick={() => setShown(shown + STEP)}>
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

function toColumnDef<R>(column: Column<R>): ColumnDef<R> {
  return {
    id: column.id,
    header: column.header,
    accessorFn: (row) => column.value(row) ?? "",
    cell: ({ row }) => column.cell?.(row.original) ?? column.value(row.original),
    sortDescFirst: column.figure ?? false,
  };
}

const SORTS = { asc: "ascending", desc: "descending" } as const;

function HeaderCell<R>({ header, column }: { header: Header<R, unknown>; column: Column<R> }) {
  const sorted = header.column.getIsSorted();
  return (
    <th scope="col" className={cellClass(column)} aria-sort={sorted ? SORTS[sorted] : "none"} title={column.hint}>
      <button type="button" onClick={header.column.getToggleSortingHandler()}>
        {column.header}
        <span aria-hidden="true" className="sort-mark">
          {sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : ""}
        </span>
      </button>
    </th>
  );
}

function BodyCell<R>({ row, column, children }: { row: R; column: Column<R>; children: ReactNode }) {
  return (
    <td className={cellClass(column)}>
      {column.share && (
        <span className="share" style={{ width: `${Math.max(0, Math.min(1, column.share(row))) * 100}%` }} />
      )}
      <span className="cell">{children}</span>
    </td>
  );
}

function cellClass<R>({ figure, minor, share, wrap }: Column<R>): string {
  return [figure && "figure", minor && "minor", share && "shared", wrap && "wrap"].filter(Boolean).join(" ");
}
