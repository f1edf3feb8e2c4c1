// The pages as a list, with what each was read for and who came back.
import { useMemo, useState } from "react";
import { usePeopleFilters } from "../../api/assistants";
import { narrowsCrawlers, type Row, useReport } from "../../api/reports";
import { collectSparks, sparkInterval } from "../../charts/sparks";
import { errors, lastVisit, pageColumns, visits } from "../../components/columns";
import { type Column, DataTable } from "../../components/data-table";
import { Loaded } from "../../components/loaded";
import { Page, Panel } from "../../components/page";
import { PurposeLegend, purposes } from "../../components/purpose-bar";
import { Segmented } from "../../components/segmented";
import { Sparkline } from "../../components/sparkline";
import { formatNumber } from "../../format";
import { useNow } from "../../state/now";
import { useOwn } from "../../state/own";
import { listSteps } from "../../state/ranges";
import { useView } from "../../state/use-view";
import { hasFilter } from "../../state/view";
import { FolderTree } from "./folder-tree";
import { kindsQuery, landingsQuery, pageRowsQuery, pageSparksQuery } from "./queries";

type PageRow = Row<
  "host" | "path",
  "count" | "crawlers" | "errors" | "last_visit" | "training" | "indexing" | "citations" | "agents"
>;

const PAGE_SIZE = 20;

const LAYOUTS = { list: "list", folders: "folders" };

export function PageList() {
  const { view, period } = useView();
  const { get, put } = useOwn();
  const layout = get("as") === "folders" ? "folders" : "list";
  const kinds = useReport("bots", kindsQuery(view, period)).data?.rows[0];
  return (
    <Page title="Our Pages">
      <Panel
        title="Our pages"
        actions={
          <Segmented
            label="Layout"
            value={layout}
            options={LAYOUTS}
            onChange={(chosen) => put({ as: chosen === "list" ? null : chosen })}
          />
        }
      >
        {kinds && kinds.count > 0 && <PurposeLegend total={kinds} />}
        {layout === "folders" ? <FolderTree /> : <PagesTable />}
      </Panel>
    </Page>
  );
}

function PagesTable() {
  const { view, period } = useView();
  const result = useReport("bots", pageRowsQuery(view, period));
  const [shown, setShown] = useState(PAGE_SIZE);
  const sparks = useSparks(result.data?.rows, shown);
  const people = usePeople();
  const isNarrowed = narrowsCrawlers(view);
  const columns = useMemo(
    () => listColumns(result.data?.rows ?? [], sparks, people, isNarrowed),
    [result.data, sparks, people, isNarrowed],
  );
  return (
    <Loaded result={result} rows={PAGE_SIZE}>
      {({ rows, total }) => (
        <DataTable
          name="Our pages"
          columns={columns}
          rows={rows}
          total={total}
          pageSize={PAGE_SIZE}
          onMore={setShown}
          rowKey={keyOf}
          isSelected={({ path }) => hasFilter(view, "path", path)}
          empty="No page was read in this range under these filters. Take a longer range, or a filter away."
          searchLabel="Search pages"
        />
      )}
    </Loaded>
  );
}

const keyOf = ({ host, path }: { host: string; path: string }) => `${host} ${path}`;

/** Series of the rows that are shown at first, and of more when more are shown. */
function useSparks(rows: PageRow[] | undefined, shown: number): Map<string, number[]> | undefined {
  const { view, period } = useView();
  const now = useNow();
  const paths = useMemo(() => [...new Set(rows?.slice(0, shown).map(({ path }) => path))], [rows, shown]);
  const { data } = useReport("bots", pageSparksQuery(view, period, paths), paths.length > 0);
  return useMemo(() => {
    if (!data) return undefined;
    return collectSparks(data.rows, keyOf, listSteps(period, sparkInterval(period), now, view.timezone));
  }, [data, period, now, view.timezone]);
}

function usePeople(): Map<string, number> | undefined {
  const { view, period } = useView();
  const filters = usePeopleFilters();
  const { data } = useReport("referrals", landingsQuery(view, period, filters ?? []), filters !== undefined);
  return useMemo(() => data && new Map(data.rows.map((row) => [keyOf(row), row.visits])), [data]);
}

function listColumns(
  rows: PageRow[],
  sparks: Map<string, number[]> | undefined,
  people: Map<string, number> | undefined,
  isNarrowed: boolean,
): Column<PageRow>[] {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return [
    ...pageColumns(rows),
    visits((row) => row.count / most),
    purposes(),
    {
      id: "spark",
      header: "Over time",
      value: (row) => sparks?.get(keyOf(row))?.join(" ") ?? "",
      cell: (row) => <Sparkline values={sparks?.get(keyOf(row))} />,
      hint: "Visits over the range, of the hundred most visited pages",
      minor: true,
    },
    { id: "crawlers", header: "Crawlers", value: (row) => row.crawlers, figure: true, hint: "Different crawlers", minor: true },
    errors(),
    peopleColumn(people, isNarrowed),
    lastVisit(),
  ];
}

function peopleColumn(people: Map<string, number> | undefined, isNarrowed: boolean): Column<PageRow> {
  const count = (row: PageRow) => people?.get(keyOf(row)) ?? 0;
  return {
    id: "people",
    header: "People back",
    value: count,
    cell: (row) =>
      people ? count(row) ? `≥ ${formatNumber(count(row))}` : <span className="muted">0</span> : "",
    figure: true,
    hint: `At least so many visits of people whom an AI assistant sent to this page; many send without saying so.${
      isNarrowed ? " Filters on crawlers do not narrow people." : ""
    }`,
  };
}
