// Visits over time, stacked by operator, purpose or crawler, with what is not known left hatched.
import { useMemo } from "react";
import { useOperatorNames } from "../../api/project";
import { useReport } from "../../api/reports";
import { buildSeries, REST, sum } from "../../charts/series";
import type { ChartSeries, ChartSpec } from "../../charts/spec";
import { Canvas, Chart } from "../../components/chart";
import { ErrorNote } from "../../components/error-note";
import { Legend } from "../../components/legend";
import { Panel } from "../../components/page";
import { Segmented } from "../../components/segmented";
import { Skeleton } from "../../components/skeleton";
import { formatNumber } from "../../format";
import { useQuarter } from "../../state/now";
import { addDays, type Interval, listSteps, stepOf } from "../../state/ranges";
import { useHeld } from "../../state/use-held";
import { useSteps } from "../../state/use-steps";
import { useView } from "../../state/use-view";
import type { SeriesField, View } from "../../state/view";
import { useTheme } from "../../theme";
import { sumsQuery, visitsQuery } from "./queries";

// The drawing is on its way while the numbers are asked for.
void Canvas.load();

const HEIGHT = 280;
const BY: Record<SeriesField, string> = { bot_provider: "operator", purpose: "purpose", bot_name: "crawler" };
const SHAPES: Record<View["shape"], string> = { stacked: "stacked", lines: "lines" };
const INTERVALS: Record<Interval, string> = { hour: "hour", day: "day", week: "week", month: "month" };
const TITLES: Record<Interval, string> = {
  hour: "Hourly visits",
  day: "Daily visits",
  week: "Weekly visits",
  month: "Monthly visits",
};

/** The view's visits, or those of a view that is narrowed to one page or crawler. */
export function VisitsChart({ shown }: { shown?: View }) {
  const { view, interval, toggle, update } = useView();
  const { spec, error, retry, isBusy } = useVisits(shown ?? view);
  const total = spec ? sum(spec.series.filter(({ isComparison }) => !isComparison).flatMap(({ values }) => values)) : 0;
  const gaps = spec?.steps.filter(({ gap }) => gap).length ?? 0;
  return (
    <Panel title={TITLES[interval]} actions={<ChartChoices isOneCrawler={isOneCrawler(shown)} />}>
      {error ? (
        <ErrorNote error={error} retry={retry} />
      ) : spec ? (
        <Chart
          name={TITLES[interval]}
          spec={spec}
          height={HEIGHT}
          busy={isBusy}
          description={`${TITLES[interval]} by ${BY[view.by]}: ${formatNumber(total)} in ${spec.steps.length} steps, ${gaps} of them without logs. The button Table shows the numbers.`}
          legend={<Legend series={spec.series} field={view.by} />}
          onSeries={(id) => id !== REST && toggle(view.by, id)}
          onStep={(step) => update({ range: "custom", ...daysOf(step, interval), interval: null })}
        />
      ) : (
        <Skeleton height={HEIGHT + 36} />
      )}
    </Panel>
  );
}

/** First and last day of a step. */
export function daysOf(step: string, interval: Interval): { from: string; to: string } {
  const from = step.slice(0, 10);
  if (interval === "week") return { from, to: addDays(from, 6) };
  if (interval === "month") return { from, to: addDays(stepOf(addDays(from, 31), "month"), -1) };
  return { from, to: from };
}

/** A crawler has one operator and one purpose: there is nothing to choose a series by. */
function isOneCrawler(shown: View | undefined): boolean {
  const filter = shown?.filters.find(({ field, operator }) => field === "bot_name" && operator === "is");
  return filter?.values.length === 1;
}

function ChartChoices({ isOneCrawler: isOne }: { isOneCrawler: boolean }) {
  const { view, interval, update } = useView();
  return (
    <>
      {!isOne && <Segmented label="By" value={view.by} options={BY} onChange={(by) => update({ by })} />}
      <Segmented label="Shape" value={view.shape} options={SHAPES} onChange={(shape) => update({ shape })} />
      <Segmented
        label="Step"
        value={interval}
        options={INTERVALS}
        onChange={(chosen) => update({ interval: chosen })}
      />
      <label className="switch">
        <input
          type="checkbox"
          checked={view.previous}
          onChange={(event) => update({ previous: event.target.checked })}
        />
        Previous period
      </label>
    </>
  );
}

function useVisits(view: View) {
  const { period, interval } = useView();
  const operatorName = useOperatorNames();
  const theme = useTheme();
  const visits = useReport("bots", visitsQuery(view, period, interval));
  const previous = usePrevious(view);
  const rows = visits.isPlaceholderData ? undefined : visits.data?.rows;
  const steps = useSteps(useMemo(() => rows?.map(({ date }) => date), [rows]));
  const spec = useMemo((): ChartSpec | null => {
    if (!rows || !steps) return null;
    const neutral = getComputedStyle(document.documentElement).getPropertyValue("--neutral-series").trim();
    const ids = steps.map(({ id }) => id);
    const series = buildSeries(rows, view.by, ids, { operatorName, neutral });
    return { shape: view.shape, steps, series: previous ? [...series, previous] : series };
    // The theme is not read here, but it changes what the neutral colour is.
  }, [rows, view.by, view.shape, steps, previous, operatorName, theme]);
  return {
    spec: useHeld(spec),
    error: visits.error,
    retry: () => void visits.refetch(),
    isBusy: spec === null,
  };
}

/** The period before as a line, its first step over the first. */
function usePrevious(view: View): ChartSeries | null {
  const { before, interval } = useView();
  const now = useQuarter();
  const { data } = useReport("bots", sumsQuery(view, before, interval), view.previous);
  return useMemo(() => {
    if (!data || !view.previous) return null;
    const counts = new Map(data.rows.map(({ date, count }) => [date, count]));
    const steps = listSteps(before, interval, now, view.timezone);
    const first = steps.findIndex((step) => counts.has(step));
    // Before the first visit nothing is known; a line along zero would say otherwise.
    const values = steps.map((step, at) => (at < first || first < 0 ? Number.NaN : (counts.get(step) ?? 0)));
    return { id: " previous", label: "Previous period", colour: "", hatch: "plain", values, isComparison: true };
  }, [data, view.previous, view.timezone, before, interval, now]);
}
