// Columns that several tables have.
import { formatNumber, formatShare } from "../format";
import type { Column } from "./data-table";
import { PageLink } from "./detail-link";
import { FilterButton, FilterMark } from "./marks";
import { RelativeTime } from "./relative-time";

export function visits<R extends { count: number }>(share: (row: R) => number): Column<R> {
  return {
    id: "count",
    header: "Visits",
    value: (row) => row.count,
    cell: (row) => formatNumber(row.count),
    share,
    figure: true,
  };
}

export function errors<R extends { count: number; errors: number }>(): Column<R> {
  return {
    id: "errors",
    header: "Errors",
    value: (row) => row.errors / row.count,
    cell: (row) => <span className={row.errors ? "" : "muted"}>{formatShare(row.errors / row.count)}</span>,
    figure: true,
    hint: "Share of requests answered with 400 or above",
    minor: true,
  };
}

export function lastVisit<R extends { last_visit: string }>(): Column<R> {
  return {
    id: "last_visit",
    header: "Last visit",
    value: (row) => row.last_visit,
    cell: (row) => <RelativeTime instant={row.last_visit} />,
    figure: true,
  };
}

/** A page by its path, leading to all about it; with its host where there are several. */
export function pageColumns<R extends { host: string; path: string }>(rows: R[]): Column<R>[] {
  const path: Column<R> = {
    id: "path",
    header: "Page",
    value: (row) => row.path,
    cell: (row) => (
      <>
        <PageLink host={row.host} path={row.path}>
          {row.path}
        </PageLink>{" "}
        <FilterMark field="path" value={row.path} />
      </>
    ),
  };
  const host: Column<R> = {
    id: "host",
    header: "Host",
    value: (row) => row.host,
    cell: (row) => <FilterButton field="host" value={row.host} />,
    minor: true,
  };
  return new Set(rows.map((row) => row.host)).size > 1 ? [path, host] : [path];
}
