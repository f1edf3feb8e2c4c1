// Both sides as lines, step over step.
import { useMemo } from "react";
import { useReport } from "../../api/reports";
import { sum } from "../../charts/series";
import type { ChartSeries, ChartSpec } from "../../charts/spec";
import { Chart } from "../../components/chart";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { Segmented } from "../../components/segmented";
import { Skeleton } from "../../components/skeleton";
import { formatNumber } from "../../format";
import { useQuarter } from "../../state/now";
import { type Interval, listSteps } from "../../state/ranges";
import { useHeld } from "../../state/use-held";
import { useSteps } from "../../state/use-steps";
import { useView } from "../../state/use-view";
import { useTheme } from "../../theme";
import { daysOf } from "../server-logs/visits-chart";
import { lineQuery, type Side, type Sides } from "./sides";

const HEIGHT = 260;
const INTERVALS: Record<Interval, string> = { hour: "hour", day: "day", week: "week", month: "month" };

export function Lines({ sides }: { sides: Sides }) {
  const { interval, update } = useView();
  const one = useReport("bots", lineQuery(sides.one, interval));
  const other = useReport("bots", lineQuery(sides.other, interval));
  const next = useSpec(sides, presentRows(one), presentRows(other));
  const spec = useHeld(next);
  const error = one.error ?? other.error;
  return (
    <Panel
      title="Visits"
      actions={
        <Segmented
          label="Step"
          value={interval}
          options={INTERVALS}
          onChange={(chosen) => update({ interval: chosen })}
        />
      }
    >
      {error ? (
        <ErrorNote error={error} retry={() => void Promise.all([one.refetch(), other.refetch()])} />
      ) : spec ? (
        <Chart
          name={`Visits: ${sides.one.name} against ${sides.other.name}`}
          spec={spec}
          height={HEIGHT}
          busy={next === null}
          description={`${describe(spec)} The button Table shows the numbers.`}
          legend={<LineLegend series={spec.series} />}
          onStep={(step) => update({ range: "custom", ...daysOf(step, interval), interval: null })}
        />
      ) : (
        <Skeleton height={HEIGHT + 36} />
      )}
    </Panel>
  );
}

function describe({ series }: ChartSpec): string {
  return series.map(({ label, values }) => `${label}: ${formatNumber(sum(values))} visits.`).join(" ");
}

function LineLegend({ series }: { series: ChartSeries[] }) {
  return (
    <div className="legend">
      {series.map(({ id, label, colour, hatch, isComparison }) => (
        <span key={id} className="legend-word">
          <span
            className={isComparison || hatch !== "plain" ? "swatch-line" : "swatch-line swatch-solid"}
            style={isComparison ? undefined : { borderColor: colour }}
          />
          {label}
        </span>
      ))}
    </div>
  );
}

interface DateCount {
  date: string;
  count: number;
}

/** Rows of the view that is shown, not of the one before. */
function presentRows({ data, isPlaceholderData }: { data: { rows: DateCount[] } | undefined; isPlaceholderData: boolean }) {
  return isPlaceholderData ? undefined : data?.rows;
}

function useSpec(sides: Sides, one: DateCount[] | undefined, other: DateCount[] | undefined): ChartSpec | null {
  const { view, interval } = useView();
  const now = useQuarter();
  const theme = useTheme();
  const shown = useMemo(() => one && other && [...one, ...other].map(({ date }) => date), [one, other]);
  const steps = useSteps(shown);
  return useMemo(() => {
    if (!one || !other || !steps) return null;
    const neutral = getComputedStyle(document.documentElement).getPropertyValue("--neutral-series").trim();
    const line = (side: Side, rows: DateCount[], id: string): ChartSeries => {
      const counts = new Map(rows.map(({ date, count }) => [date, count]));
      const own = listSteps(side.period, interval, now, view.timezone);
      // A longer period is cut off, a shorter one ends at nothing: only steps that meet are compared.
      const values = steps.map((_, at) => counts.get(own[at] ?? "") ?? 0);
      return { id, label: side.name, colour: side.colour ?? neutral, hatch: side.hatch, values };
    };
    const isComparison = sides.kind === "periods";
    return {
      shape: "lines",
      steps,
      series: [line(sides.one, one, "one"), { ...line(sides.other, other, "other"), isComparison }],
    };
    // The theme is not read here, but it changes what the neutral colour is.
  }, [one, other, sides, steps, interval, now, view.timezone, theme]);
}
