// Where people landed, and how often those pages were read for somebody's question.
import { useMemo } from "react";
import { type Row, useReport } from "../../api/reports";
import { lastVisit, pageColumns } from "../../components/columns";
import { type Column, DataTable } from "../../components/data-table";
import { Loaded } from "../../components/loaded";
import { Panel } from "../../components/page";
import { formatNumber } from "../../format";
import { useView } from "../../state/use-view";
import { hasFilter } from "../../state/view";
import { type FilterProps, landingsQuery, pageReadsQuery } from "./queries";

type LandingRow = Row<"host" | "path", "visits" | "last_visit">;

interface Reads {
  count: number;
  citations: number;
}

const keyOf = ({ host, path }: { host: string; path: string }) => `${host} ${path}`;

export function Landings({ filters }: FilterProps) {
  const { view, period } = useView();
  const result = useReport("referrals", landingsQuery(view, period, filters));
  const reads = useReads(result.data?.rows);
  const columns = useMemo(() => makeColumns(result.data?.rows ?? [], reads), [result.data, reads]);
  return (
    <Panel title="Landing pages">
      <Loaded result={result} rows={10}>
        {({ rows, total }) => (
          <DataTable
            name="Landing pages"
            columns={columns}
            rows={rows}
            total={total}
            rowKey={keyOf}
            isSelected={({ path }) => hasFilter(view, "path", path)}
            empty="No landing pages in this range under these filters."
            searchLabel="Search pages"
          />
        )}
      </Loaded>
    </Panel>
  );
}

function useReads(rows: LandingRow[] | undefined): Map<string, Reads> | undefined {
  const { view, period } = useView();
  const paths = useMemo(() => [...new Set(rows?.map(({ path }) => path))], [rows]);
  const { data } = useReport("bots", pageReadsQuery(view, period, paths), paths.length > 0);
  return useMemo(() => data && new Map(data.rows.map((row) => [keyOf(row), row])), [data]);
}

function makeColumns(rows: LandingRow[], reads: Map<string, Reads> | undefined): Column<LandingRow>[] {
  const most = Math.max(1, ...rows.map(({ visits }) => visits));
  return [
    ...pageColumns(rows),
    {
      id: "visits",
      header: "People, at least",
      value: (row) => row.visits,
      cell: (row) => `≥ ${formatNumber(row.visits)}`,
      share: (row) => row.visits / most,
      figure: true,
    },
    readColumn(reads, "citations", "Read for users", "Requests for a question that a user asked right then"),
    readColumn(reads, "count", "Crawler reads", "Requests of all crawlers under the present filters"),
    lastVisit(),
  ];
}

function readColumn(
  reads: Map<string, Reads> | undefined,
  id: keyof Reads,
  header: string,
  hint: string,
): Column<LandingRow> {
  return {
    id,
    header,
    value: (row) => (reads ? (reads.get(keyOf(row))?.[id] ?? 0) : null),
    cell: (row) => (reads ? formatNumber(reads.get(keyOf(row))?.[id] ?? 0) : ""),
    figure: true,
    minor: true,
    hint,
  };
}
