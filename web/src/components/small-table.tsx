// A table of a few rows that needs neither sorting nor searching.
import type { ReactNode } from "react";

export interface SmallColumn<R> {
  header: string;
  cell: (row: R) => ReactNode;
  minor?: boolean;
  /** Takes what it needs and stands at the right. */
  actions?: boolean;
}

export interface SmallTableProps<R> {
  name: string;
  columns: SmallColumn<R>[];
  rows: R[];
  rowKey: (row: R) => number;
  empty: string;
}

export function SmallTable<R>({ name, columns, rows, rowKey, empty }: SmallTableProps<R>) {
  if (rows.length === 0) return <p className="table-empty">{empty}</p>;
  return (
    <div className="table-wide">
      <table className="table" aria-label={name}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.header} scope="col" className={cellClass(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.header} className={cellClass(column)}>
                  <span className="cell">{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<R>({ minor, actions }: SmallColumn<R>): string {
  return [minor && "minor", actions && "figure"].filter(Boolean).join(" ");
}
