// People over time, by the assistant that sent them.
import { useMemo } from "react";
import { useAssistantName, useAssistantOperator } from "../../api/assistants";
import { useReport } from "../../api/reports";
import type { ChartSeries, ChartSpec } from "../../charts/spec";
import { sum } from "../../charts/series";
import { colourOf } from "../../colours";
import { Chart } from "../../components/chart";
import { ErrorNote } from "../../components/error-note";
import { OwnButton } from "../../components/own-chips";
import { OperatorMark } from "../../components/marks";
import { Panel } from "../../components/page";
import { Segmented } from "../../components/segmented";
import { Skeleton } from "../../components/skeleton";
import { formatNumber } from "../../format";
import { useOwn } from "../../state/own";
import { useHeld } from "../../state/use-held";
import { useSteps } from "../../state/use-steps";
import { useView } from "../../state/use-view";
import type { View } from "../../state/view";
import { daysOf } from "../server-logs/visits-chart";
import { type FilterProps, trendQuery } from "./queries";

const HEIGHT = 240;
const SHAPES: Record<View["shape"], string> = { stacked: "stacked", lines: "lines" };

export function PeopleChart({ filters }: FilterProps) {
  const { view, interval, update } = useView();
  const { toggle } = useOwn();
  const { spec, isBusy, result } = useTrend(filters);
  const total = spec ? sum(spec.series.flatMap(({ values }) => values)) : 0;
  return (
    <Panel
      title="People sent back"
      note="At least: who comes without referrer and tag is not in it."
      actions={
        <Segmented label="Shape" value={view.shape} options={SHAPES} onChange={(shape) => update({ shape })} />
      }
    >
      {result.error ? (
        <ErrorNote error={result.error} retry={() => void result.refetch()} />
      ) : spec ? (
        <Chart
          name="People sent back"
          spec={spec}
          height={HEIGHT}
          busy={isBusy}
          description={`People sent back by assistant: at least ${formatNumber(total)}. The button Table shows the numbers.`}
          legend={<AssistantLegend series={spec.series} />}
          onSeries={(source) => toggle("referral_source", source)}
          onStep={(step) => update({ range: "custom", ...daysOf(step, interval), interval: null })}
        />
      ) : (
        <Skeleton height={HEIGHT + 36} />
      )}
    </Panel>
  );
}

function AssistantLegend({ series }: { series: ChartSeries[] }) {
  const operatorOf = useAssistantOperator();
  return (
    <div className="legend" role="group" aria-label="Assistants">
      {series.map(({ id, label }) => (
        <OwnButton key={id} field="referral_source" value={id}>
          <OperatorMark operator={operatorOf(id) ?? id} />
          {label}
        </OwnButton>
      ))}
    </div>
  );
}

function useTrend(filters: FilterProps["filters"]) {
  const { view, period, interval } = useView();
  const assistantName = useAssistantName();
  const operatorOf = useAssistantOperator();
  const result = useReport("referrals", trendQuery(view, period, interval, filters));
  const rows = result.isPlaceholderData ? undefined : result.data?.rows;
  const steps = useSteps(useMemo(() => rows?.map(({ date }) => date), [rows]));
  const spec = useMemo((): ChartSpec | null => {
    if (!rows || !steps) return null;
    const at = new Map(steps.map(({ id }, index) => [id, index]));
    const found = new Map<string, ChartSeries>();
    for (const { date, referral_source: id, visits } of rows) {
      const index = at.get(date);
      if (index === undefined) continue;
      const made = { id, label: assistantName(id), colour: colourOf(operatorOf(id) ?? id), hatch: "plain" as const };
      const series = found.get(id) ?? { ...made, values: steps.map(() => 0) };
      series.values[index] = (series.values[index] ?? 0) + visits;
      found.set(id, series);
    }
    const series = [...found.values()].sort((one, other) => sum(other.values) - sum(one.values));
    return { shape: view.shape, steps, series };
  }, [rows, steps, view.shape, assistantName, operatorOf]);
  return { spec: useHeld(spec), isBusy: spec === null, result };
}
