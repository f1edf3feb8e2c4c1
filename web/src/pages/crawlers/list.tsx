// Every crawler that came, with how much of it is proven.
import { useMemo } from "react";
import { useOperatorNames } from "../../api/project";
import { type Row, useReport } from "../../api/reports";
import { collectSparks, sparkInterval } from "../../charts/sparks";
import { colourOf } from "../../colours";
import { errors, lastVisit, visits } from "../../components/columns";
import { type Column, DataTable } from "../../components/data-table";
import { CrawlerLink } from "../../components/detail-link";
import { Loaded } from "../../components/loaded";
import { FilterButton, FilterMark, OperatorMark, PurposeWord } from "../../components/marks";
import { Page, Panel } from "../../components/page";
import { Sparkline } from "../../components/sparkline";
import { formatNumber, formatShare } from "../../format";
import { wordValue } from "../../state/fields";
import { useNow } from "../../state/now";
import { listSteps } from "../../state/ranges";
import { useView } from "../../state/use-view";
import { type Verdict, VERDICT_HELP } from "../../state/verification";
import { hasFilter } from "../../state/view";
import { crawlerRowsQuery, crawlerSparksQuery, verdictsQuery } from "./queries";

type CrawlerRow = Row<
  "bot_name" | "bot_provider" | "purpose",
  "count" | "pages" | "verified" | "errors" | "last_visit"
>;

export function CrawlerList() {
  const { view, period } = useView();
  const result = useReport("bots", crawlerRowsQuery(view, period));
  const operatorName = useOperatorNames();
  const sparks = useSparks();
  const verdicts = useVerdicts();
  const columns = useMemo(
    () => [
      ...nameColumns(operatorName),
      ...countColumns(result.data?.rows ?? [], sparks),
      ...trustColumns(verdicts),
      errors<CrawlerRow>(),
      lastVisit<CrawlerRow>(),
    ],
    [result.data, operatorName, sparks, verdicts],
  );
  return (
    <Page title="Crawlers">
      <Panel
        title="Crawlers"
        note="By what requests call themselves. Verified is what is proven; the others may be somebody else under that name."
      >
        <Loaded result={result} rows={15}>
          {({ rows, total }) => (
            <DataTable
              name="Crawlers"
              columns={columns}
              rows={rows}
              total={total}
              pageSize={50}
              rowKey={({ bot_name, purpose }) => `${bot_name} ${purpose}`}
              isSelected={({ bot_name }) => hasFilter(view, "bot_name", bot_name)}
              empty="No crawler came in this range under these filters. Take a longer range or a filter away; All bots shows search engines and tools, too."
              searchLabel="Search crawlers"
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function useSparks(): Map<string, number[]> | undefined {
  const { view, period } = useView();
  const now = useNow();
  const { data } = useReport("bots", crawlerSparksQuery(view, period));
  return useMemo(() => {
    if (!data) return undefined;
    const steps = listSteps(period, sparkInterval(period), now, view.timezone);
    return collectSparks(data.rows, ({ bot_name }) => bot_name, steps);
  }, [data, period, now, view.timezone]);
}

/** Gives how many of a crawler's visits have a verdict. */
function useVerdicts(): (name: string, verdict: Verdict) => number {
  const { view, period } = useView();
  const { data } = useReport("bots", verdictsQuery(view, period));
  return useMemo(() => {
    const counts = new Map(data?.rows.map((row) => [`${row.bot_name} ${row.verification}`, row.count]));
    return (name, verdict) => counts.get(`${name} ${verdict}`) ?? 0;
  }, [data]);
}

function nameColumns(operatorName: (operator: string) => string): Column<CrawlerRow>[] {
  return [
    {
      id: "bot_name",
      header: "Crawler",
      value: (row) => row.bot_name,
      cell: (row) => (
        <>
          <CrawlerLink name={row.bot_name}>
            <OperatorMark operator={row.bot_provider} />
            {row.bot_name}
          </CrawlerLink>{" "}
          <FilterMark field="bot_name" value={row.bot_name} />
        </>
      ),
    },
    {
      id: "bot_provider",
      header: "Operator",
      value: (row) => operatorName(row.bot_provider),
      cell: (row) => (
        <FilterButton field="bot_provider" value={row.bot_provider}>
          {operatorName(row.bot_provider)}
        </FilterButton>
      ),
      minor: true,
    },
    {
      id: "purpose",
      header: "Purpose",
      value: (row) => wordValue("purpose", row.purpose),
      cell: (row) => <PurposeWord purpose={row.purpose} />,
      minor: true,
    },
  ];
}

function countColumns(rows: CrawlerRow[], sparks: Map<string, number[]> | undefined): Column<CrawlerRow>[] {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return [
    visits((row) => row.count / most),
    {
      id: "spark",
      header: "Over time",
      value: (row) => sparks?.get(row.bot_name)?.join(" ") ?? "",
      cell: (row) => <Sparkline values={sparks?.get(row.bot_name)} colour={colourOf(row.bot_provider)} />,
      hint: "Visits over the range",
      minor: true,
    },
    {
      id: "pages",
      header: "Pages",
      value: (row) => row.pages,
      cell: (row) => formatNumber(row.pages),
      figure: true,
      hint: "Different pages",
      minor: true,
    },
  ];
}

function trustColumns(verdicts: (name: string, verdict: Verdict) => number): Column<CrawlerRow>[] {
  const against = (row: CrawlerRow) => verdicts(row.bot_name, "contradicted");
  const isUnverifiable = (row: CrawlerRow) => verdicts(row.bot_name, "unverifiable") === row.count;
  return [
    {
      id: "verified",
      header: "Verified",
      value: (row) => (isUnverifiable(row) ? null : row.verified / row.count),
      // What nobody can verify is no failure of the crawler.
      cell: (row) =>
        isUnverifiable(row) ? (
          <span className="muted" title={VERDICT_HELP.unverifiable}>
            –
          </span>
        ) : (
          formatShare(row.verified / row.count)
        ),
      figure: true,
      hint: "Share of requests that really came from this crawler; the others only claim to",
    },
    {
      id: "contradicted",
      header: "Contradicted",
      value: (row) => against(row) / row.count,
      cell: (row) =>
        against(row) ? (
          <span className="verdict-contradicted">{formatShare(against(row) / row.count)}</span>
        ) : (
          <span className="muted">{formatShare(0)}</span>
        ),
      figure: true,
      hint: "Share of requests that came from elsewhere than the operator says: most likely impostors",
      minor: true,
    },
  ];
}
