// Which pages were read most, by which crawlers, and how the server answered.
import { useMemo } from "react";
import { type Row, useReport } from "../../api/reports";
import { type Column, DataTable } from "../../components/data-table";
import { ErrorNote } from "../../components/error-note";
import { FilterButton, OperatorMark, PurposeWord } from "../../components/marks";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { TableSkeleton } from "../../components/skeleton";
import { formatNumber, formatShare } from "../../format";
import { useView } from "../../state/use-view";
import { hasFilter } from "../../state/view";
import { crawlersQuery, pagesQuery, statusesQuery } from "./queries";
import { STATUS_WORDS } from "./status-words";

const EMPTY = "No visits in this range under these filters.";

type PageRow = Row<"host" | "path", "count" | "crawlers" | "errors" | "last_visit">;

export function TopPages() {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", pagesQuery(view, period));
  const columns = useMemo(() => pageColumns(data?.rows ?? []), [data]);
  return (
    <Panel title="Top pages" half>
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : data ? (
        <DataTable
          name="Top pages"
          columns={columns}
          rows={data.rows}
          total={data.total}
          rowKey={({ host, path }) => `${host} ${path}`}
          isSelected={({ path }) => hasFilter(view, "path", path)}
          empty={EMPTY}
          searchLabel="Search pages"
        />
      ) : (
        <TableSkeleton rows={10} />
      )}
    </Panel>
  );
}

function pageColumns(rows: PageRow[]): Column<PageRow>[] {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const hosts = new Set(rows.map(({ host }) => host));
  const host: Column<PageRow> = {
    id: "host",
    header: "Host",
    value: (row) => row.host,
    cell: (row) => <FilterButton field="host" value={row.host} />,
    minor: true,
  };
  return [
    { id: "path", header: "Page", value: (row) => row.path, cell: (row) => <FilterButton field="path" value={row.path} /> },
    ...(hosts.size > 1 ? [host] : []),
    visits((row) => row.count / most),
    { id: "crawlers", header: "Crawlers", value: (row) => row.crawlers, figure: true, hint: "Different crawlers" },
    errors(),
    lastVisit(),
  ];
}

type CrawlerRow = Row<"bot_name" | "bot_provider" | "purpose", "count" | "verified" | "errors" | "last_visit">;

export function TopCrawlers() {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", crawlersQuery(view, period));
  const columns = useMemo(() => crawlerColumns(data?.rows ?? []), [data]);
  return (
    <Panel title="Top crawlers" half>
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : data ? (
        <DataTable
          name="Top crawlers"
          columns={columns}
          rows={data.rows}
          total={data.total}
          rowKey={({ bot_name, purpose }) => `${bot_name} ${purpose}`}
          isSelected={({ bot_name }) => hasFilter(view, "bot_name", bot_name)}
          empty={EMPTY}
          searchLabel="Search crawlers"
        />
      ) : (
        <TableSkeleton rows={10} />
      )}
    </Panel>
  );
}

function crawlerColumns(rows: CrawlerRow[]): Column<CrawlerRow>[] {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return [
    {
      id: "bot_name",
      header: "Crawler",
      value: (row) => row.bot_name,
      cell: (row) => (
        <FilterButton field="bot_name" value={row.bot_name}>
          <OperatorMark operator={row.bot_provider} />
          {row.bot_name}
        </FilterButton>
      ),
    },
    {
      id: "purpose",
      header: "Purpose",
      value: (row) => row.purpose,
      cell: (row) => <PurposeWord purpose={row.purpose} />,
      minor: true,
    },
    visits((row) => row.count / most),
    {
      id: "verified",
      header: "Verified",
      value: (row) => row.verified / row.count,
      cell: (row) => formatShare(row.verified / row.count),
      figure: true,
      hint: "Share of requests that really came from this crawler; the others only claim to",
    },
    errors(),
    lastVisit(),
  ];
}

type StatusRow = Row<"status_code", "count" | "pages" | "last_visit">;

export function StatusCodes() {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", statusesQuery(view, period));
  const columns = useMemo(() => statusColumns(data?.rows ?? []), [data]);
  return (
    <Panel title="Status codes" half>
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : data ? (
        <DataTable
          name="Status codes"
          columns={columns}
          rows={data.rows}
          rowKey={({ status_code }) => status_code}
          isSelected={({ status_code }) => hasFilter(view, "status_code", status_code)}
          empty={EMPTY}
        />
      ) : (
        <TableSkeleton rows={5} />
      )}
    </Panel>
  );
}

function statusColumns(rows: StatusRow[]): Column<StatusRow>[] {
  const total = Math.max(1, rows.reduce((sum, { count }) => sum + count, 0));
  return [
    {
      id: "status_code",
      header: "Status",
      value: (row) => row.status_code,
      cell: (row) => (
        <FilterButton field="status_code" value={row.status_code}>
          <span className={`status-code status-${row.status_code[0]}`}>{row.status_code}</span>{" "}
          {STATUS_WORDS[row.status_code]}
        </FilterButton>
      ),
    },
    visits((row) => row.count / total),
    {
      id: "share",
      header: "Share",
      value: (row) => row.count / total,
      cell: (row) => formatShare(row.count / total),
      figure: true,
    },
    { id: "pages", header: "Pages", value: (row) => row.pages, cell: (row) => formatNumber(row.pages), figure: true },
    lastVisit(),
  ];
}

function visits<R extends { count: number }>(share: (row: R) => number): Column<R> {
  return { id: "count", header: "Visits", value: (row) => row.count, cell: (row) => formatNumber(row.count), share, figure: true };
}

function errors<R extends { count: number; errors: number }>(): Column<R> {
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

function lastVisit<R extends { last_visit: string }>(): Column<R> {
  return {
    id: "last_visit",
    header: "Last visit",
    value: (row) => row.last_visit,
    cell: (row) => <RelativeTime instant={row.last_visit} />,
    figure: true,
  };
}
