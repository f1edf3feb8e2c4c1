// One page: who read it, when, for what, with which answers, and who came back for it.
import { useMemo } from "react";
import { useAssistantName, useAssistantOperator, usePeopleFilters } from "../api/assistants";
import { botFilters, narrowsCrawlers, type QueryFilter, scopeOf, useReport } from "../api/reports";
import { Crumbs } from "../components/crumbs";
import { type Column, DataTable } from "../components/data-table";
import { Loaded } from "../components/loaded";
import { NumberTile } from "../components/number-tile";
import { OperatorMark } from "../components/marks";
import { Page, Panel } from "../components/page";
import { PurposeLegend } from "../components/purpose-bar";
import { VerdictList } from "../components/verification-mark";
import { RelativeTime } from "../components/relative-time";
import { formatNumber, formatShare } from "../format";
import { KIND_METRICS } from "../state/kinds";
import { useNarrowed } from "../state/narrow";
import type { Period } from "../state/ranges";
import { useView } from "../state/use-view";
import type { View } from "../state/view";
import { LatestRequests } from "./logs/latest";
import { StatusCodes, TopCrawlers } from "./server-logs/tables";
import { VisitsChart } from "./server-logs/visits-chart";

export function PageDetail({ path, host }: { path: string; host: string | null }) {
  const shown = useNarrowed(host === null ? { path } : { path, host });
  return (
    <Page title={path}>
      <Crumbs back="Our Pages" to="/pages" name={path}>
        {host && (
          <span className="muted">
            on {host} ·{" "}
            <a href={`https://${host}${path}`} target="_blank" rel="noreferrer">
              open the page
            </a>
          </span>
        )}
      </Crumbs>
      <PageTiles shown={shown} />
      <VisitsChart shown={shown} />
      <TopCrawlers shown={shown} />
      <Verdicts shown={shown} />
      <StatusCodes shown={shown} />
      <SentBack shown={shown} />
      <LatestRequests shown={shown} />
    </Page>
  );
}

const totalsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "crawlers", "errors", "verified", "last_visit", ...KIND_METRICS] as const,
  filters: botFilters(view),
});

const verdictsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["verification"] as const,
  filters: botFilters(view),
});

const sendersQuery = (view: View, period: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits", "last_visit"] as const,
  dimensions: ["referral_source"] as const,
  filters,
});

function PageTiles({ shown }: { shown: View }) {
  const { period, href } = useView();
  const totals = useReport("bots", totalsQuery(shown, period));
  const senders = useSenders(shown);
  const row = totals.data?.rows[0];
  const people = senders.data?.rows.reduce((sum, { visits }) => sum + visits, 0);
  const share = (part: number) => (row?.count ? formatShare(part / row.count) : "–");
  return (
    <>
      <section className="tiles" aria-label="Totals">
        <NumberTile
          label={shown.bots === "ai" ? "AI visits" : "Bot visits"}
          value={row ? formatNumber(row.count) : null}
          hint="Requests of crawlers for this page. Click for single requests."
          href={href("/logs", {}, { filters: shown.filters })}
        />
        <NumberTile label="Crawlers" value={row ? formatNumber(row.crawlers) : null} hint="Different crawlers" />
        <NumberTile
          label="Errors"
          value={row ? share(row.errors) : null}
          hint="Share of requests answered with 400 or above"
        />
        <NumberTile
          label="Verified"
          value={row ? share(row.verified) : null}
          hint="Share of requests that really came from who they claim to be"
        />
        <NumberTile
          label="People back"
          value={people === undefined ? null : people ? `≥ ${formatNumber(people)}` : "0"}
          hint="At least so many visits of people whom an AI assistant sent to this page"
        />
        <NumberTile
          label="Last visit"
          value={row ? row.last_visit ? <RelativeTime instant={row.last_visit} /> : "–" : null}
          hint="Of a crawler, in this range"
        />
      </section>
      {row && row.count > 0 && <PurposeLegend total={row} />}
    </>
  );
}

function Verdicts({ shown }: { shown: View }) {
  const { period } = useView();
  const result = useReport("bots", verdictsQuery(shown, period));
  return (
    <Panel title="Are they who they claim to be?" half>
      <Loaded result={result} rows={6}>
        {({ rows }) => <VerdictList counts={Object.fromEntries(rows.map((row) => [row.verification, row.count]))} />}
      </Loaded>
    </Panel>
  );
}

interface SenderRow {
  referral_source: string;
  visits: number;
  last_visit: string;
}

function useSenders(shown: View) {
  const { period } = useView();
  const filters = usePeopleFilters(shown);
  return useReport("referrals", sendersQuery(shown, period, filters ?? []), filters !== undefined);
}

function SentBack({ shown }: { shown: View }) {
  const { view } = useView();
  const result = useSenders(shown);
  const assistantName = useAssistantName();
  const operatorOf = useAssistantOperator();
  const columns = useMemo((): Column<SenderRow>[] => {
    return [
      {
        id: "assistant",
        header: "Assistant",
        value: (row) => assistantName(row.referral_source),
        cell: (row) => (
          <>
            <OperatorMark operator={operatorOf(row.referral_source) ?? row.referral_source} />
            {assistantName(row.referral_source)}
          </>
        ),
      },
      {
        id: "visits",
        header: "People, at least",
        value: (row) => row.visits,
        cell: (row) => `≥ ${formatNumber(row.visits)}`,
        figure: true,
      },
      {
        id: "last_visit",
        header: "Last visit",
        value: (row) => row.last_visit,
        cell: (row) => <RelativeTime instant={row.last_visit} />,
        figure: true,
      },
    ];
  }, [assistantName, operatorOf]);
  return (
    <Panel
      title="People sent back"
      half
      note={`Many assistants send without saying so.${
        narrowsCrawlers(view) ? " Filters on crawlers do not narrow people." : ""
      }`}
    >
      <Loaded result={result} rows={4}>
        {({ rows }) => (
          <DataTable
            name="People sent back"
            columns={columns}
            rows={rows}
            rowKey={(row) => row.referral_source}
            empty="No visit that an assistant is known to have sent."
          />
        )}
      </Loaded>
    </Panel>
  );
}
