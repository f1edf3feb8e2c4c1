// One crawler: who it is, whether it is, what it reads and when.
import { useMemo } from "react";
import { useCrawlers } from "../api/project";
import { botFilters, scopeOf, useReport } from "../api/reports";
import type { CrawlerEntry } from "../api/types";
import { colourOf } from "../colours";
import { errors, lastVisit, visits } from "../components/columns";
import { Crumbs } from "../components/crumbs";
import { type Column, DataTable } from "../components/data-table";
import { HeatMap } from "../components/heat-map";
import { Loaded } from "../components/loaded";
import { FilterButton, OperatorMark } from "../components/marks";
import { NumberTile } from "../components/number-tile";
import { Page, Panel } from "../components/page";
import { RelativeTime } from "../components/relative-time";
import { formatNumber, formatShare } from "../format";
import { useNarrowed } from "../state/narrow";
import type { Period } from "../state/ranges";
import { useView } from "../state/use-view";
import type { View } from "../state/view";
import { Identity, Trust } from "./crawlers/identity";
import { foldersReadQuery, hoursQuery } from "./crawlers/queries";
import { sumWeek, WEEKDAYS } from "./crawlers/week";
import { LatestRequests } from "./logs/latest";
import { StatusCodes, TopPages } from "./server-logs/tables";
import { VisitsChart } from "./server-logs/visits-chart";

export function CrawlerDetail({ name }: { name: string }) {
  const shown = useNarrowed({ bot_name: name });
  const crawlers = useCrawlers();
  const entry = crawlers.data?.find((crawler) => crawler.name === name);
  return (
    <Page title={name}>
      <Crumbs
        back="Crawlers"
        to="/crawlers"
        name={
          <>
            {entry && <OperatorMark operator={entry.operator} />}
            {name}
          </>
        }
      />
      <CrawlerTiles shown={shown} />
      <Panel title="Who it is" half>
        <Loaded result={crawlers} rows={6}>
          {() => <Identity entry={entry} />}
        </Loaded>
      </Panel>
      <Trust shown={shown} entry={entry} />
      <VisitsChart shown={shown} />
      <TopPages shown={shown} />
      <FoldersRead shown={shown} />
      <StatusCodes shown={shown} />
      <WeekMap shown={shown} entry={entry} />
      <LatestRequests shown={shown} />
    </Page>
  );
}

const totalsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "pages", "errors", "verified", "last_visit"] as const,
  filters: botFilters(view),
});

function CrawlerTiles({ shown }: { shown: View }) {
  const { period, href } = useView();
  const row = useReport("bots", totalsQuery(shown, period)).data?.rows[0];
  const share = (part: number) => (row?.count ? formatShare(part / row.count) : "–");
  return (
    <section className="tiles" aria-label="Totals">
      <NumberTile
        label="Visits"
        value={row ? formatNumber(row.count) : null}
        hint="Requests under this name. Click for single requests."
        href={href("/logs", {}, { filters: shown.filters, bots: shown.bots })}
      />
      <NumberTile
        label="Pages read"
        value={row ? formatNumber(row.pages) : null}
        hint="Different pages"
        href={href("/pages", {}, { filters: shown.filters, bots: shown.bots })}
      />
      <NumberTile
        label="Errors"
        value={row ? share(row.errors) : null}
        hint="Share of requests answered with 400 or above"
      />
      <NumberTile
        label="Verified"
        value={row ? share(row.verified) : null}
        hint="Share of requests that really came from this crawler"
      />
      <NumberTile
        label="Last visit"
        value={row ? row.last_visit ? <RelativeTime instant={row.last_visit} /> : "–" : null}
        hint="In this range"
      />
    </section>
  );
}

interface FolderRow {
  folder: string;
  count: number;
  pages: number;
  errors: number;
  last_visit: string;
}

function FoldersRead({ shown }: { shown: View }) {
  const { period } = useView();
  const result = useReport("bots", foldersReadQuery(shown, period));
  const columns = useMemo((): Column<FolderRow>[] => {
    const most = Math.max(1, ...(result.data?.rows.map(({ count }) => count) ?? []));
    return [
      {
        id: "folder",
        header: "Folder",
        value: (row) => row.folder,
        cell: (row) => <FilterButton field="folder" value={row.folder} />,
      },
      visits((row) => row.count / most),
      { id: "pages", header: "Pages", value: (row) => row.pages, cell: (row) => formatNumber(row.pages), figure: true },
      errors(),
      lastVisit(),
    ];
  }, [result.data]);
  return (
    <Panel title="Folders" half>
      <Loaded result={result} rows={8}>
        {({ rows }) => (
          <DataTable
            name="Folders"
            columns={columns}
            rows={rows}
            rowKey={(row) => row.folder}
            empty="No visits in this range under these filters."
          />
        )}
      </Loaded>
    </Panel>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

function WeekMap({ shown, entry }: { shown: View; entry: CrawlerEntry | undefined }) {
  const { view, period } = useView();
  const result = useReport("bots", hoursQuery(shown, period));
  const week = useMemo(() => sumWeek(result.data?.rows ?? []), [result.data]);
  return (
    <Panel title="When it comes" half note={`By weekday and hour, in ${view.timezone}.`}>
      <Loaded result={result} rows={7}>
        {() => (
          <HeatMap
            name="Visits by weekday and hour"
            description={`${wordPeak(week)} The button Table shows the numbers.`}
            rows={WEEKDAYS}
            columns={HOURS}
            values={week}
            colour={colourOf(entry?.operator ?? "")}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function wordPeak(week: number[][]): string {
  const most = Math.max(...week.flat());
  if (!most) return "No visits.";
  const day = week.findIndex((hours) => hours.includes(most));
  return `Most visits on ${WEEKDAYS[day]} at ${HOURS[week[day]?.indexOf(most) ?? 0]}: ${formatNumber(most)}.`;
}
