// Which pages were read most, by which crawlers, and how the server answered.
import { useMemo } from "react";
import { type Row, useReport } from "../../api/reports";
import { errors, lastVisit, visits } from "../../components/columns";
import { type Column, DataTable } from "../../components/data-table";
import { CrawlerLink, PageLink } from "../../components/detail-link";
import { ErrorNote } from "../../components/error-note";
import { FilterButton, OperatorMark, PurposeWord } from "../../components/marks";
import { Panel } from "../../components/page";
import { TableSkeleton } from "../../components/skeleton";
import { formatNumber, formatShare } from "../../format";
import { useView } from "../../state/use-view";
import { hasFilter, type View } from "../../state/view";
import { crawlersQuery, pagesQuery, statusesQuery, verificationsQuery } from "./queries";
import { STATUS_WORDS } from "./status-words";

const EMPTY = "No visits in this range under these filters.";

type PageRow = Row<"host" | "path", "count" | "crawlers" | "errors" | "last_visit">;

export function TopPages({ shown }: { shown?: View }) {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", pagesQuery(shown ?? view, period));
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
    {
      id: "path",
      header: "Page",
      value: (row) => row.path,
      cell: (row) => (
        <>
          <FilterButton field="path" value={row.path} /> <PageLink host={row.host} path={row.path} />
        </>
      ),
    },
    ...(hosts.size > 1 ? [host] : []),
    visits((row) => row.count / most),
    { id: "crawlers", header: "Crawlers", value: (row) => row.crawlers, figure: true, hint: "Different crawlers", minor: true },
    errors(),
    lastVisit(),
  ];
}

type CrawlerRow = Row<"bot_name" | "bot_provider" | "purpose", "count" | "verified" | "errors" | "last_visit">;

export function TopCrawlers({ shown }: { shown?: View }) {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", crawlersQuery(shown ?? view, period));
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
        <>
          <FilterButton field="bot_name" value={row.bot_name}>
            <OperatorMark operator={row.bot_provider} />
            {row.bot_name}
          </FilterButton>{" "}
          <CrawlerLink name={row.bot_name} />
        </>
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

type VerificationRow = Row<"verification", "count" | "crawlers" | "last_visit">;

export function Verification() {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", verificationsQuery(view, period));
  const columns = useMemo(() => verificationColumns(data?.rows ?? []), [data]);
  return (
    <Panel title="Verification" half>
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : data ? (
        <DataTable
          name="Verification"
          columns={columns}
          rows={data.rows}
          rowKey={({ verification }) => verification}
          isSelected={({ verification }) => hasFilter(view, "verification", verification)}
          empty={EMPTY}
        />
      ) : (
        <TableSkeleton rows={5} />
      )}
    </Panel>
  );
}

const VERIFICATION_HINTS: Record<string, string> = {
  verified: "address, name or signature prove it",
  claimed: "nothing proves it, nothing speaks against it",
  contradicted: "the address is not one of this operator's",
  unverifiable: "the operator publishes no means",
};

function verificationColumns(rows: VerificationRow[]): Column<VerificationRow>[] {
  const total = sumOf(rows);
  return [
    {
      id: "verification",
      header: "Who it says it is",
      value: (row) => row.verification,
      cell: (row) => (
        <>
          <FilterButton field="verification" value={row.verification} />{" "}
          <small className="muted">{VERIFICATION_HINTS[row.verification]}</small>
        </>
      ),
    },
    visits((row) => row.count / total),
    share(total),
    { id: "crawlers", header: "Crawlers", value: (row) => row.crawlers, figure: true, minor: true },
    lastVisit(),
  ];
}

type StatusRow = Row<"status_code", "count" | "pages" | "last_visit">;

export function StatusCodes({ shown }: { shown?: View }) {
  const { view, period } = useView();
  const { data, error, refetch } = useReport("bots", statusesQuery(shown ?? view, period));
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
  const total = sumOf(rows);
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
    share(total),
    {
      id: "pages",
      header: "Pages",
      value: (row) => row.pages,
      cell: (row) => formatNumber(row.pages),
      figure: true,
      minor: true,
    },
    lastVisit(),
  ];
}

function sumOf(rows: { count: number }[]): number {
  return Math.max(1, rows.reduce((sum, { count }) => sum + count, 0));
}

function share<R extends { count: number }>(total: number): Column<R> {
  return {
    id: "share",
    header: "Share",
    value: (row) => row.count / total,
    cell: (row) => formatShare(row.count / total),
    figure: true,
  };
}
