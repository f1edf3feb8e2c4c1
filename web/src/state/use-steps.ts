// The steps of a chart over the present period, with what they are called and where nothing is known.
import { useMemo } from "react";
import type { ChartStep } from "../charts/spec";
import { formatStep } from "../format";
import { useQuarter } from "./now";
import { listSteps } from "./ranges";
import { useGaps } from "./use-gaps";
import { useView } from "./use-view";

/** Name the steps; null until it is known which of them are gaps. Takes the steps that the chart has visits in. */
export function useSteps(shown: string[] | undefined): ChartStep[] | null {
  const { view, period, interval } = useView();
  const now = useQuarter();
  const steps = useMemo(
    () => listSteps(period, interval, now, view.timezone),
    [period, interval, now, view.timezone],
  );
  const gaps = useGaps(steps, shown);
  const isOpen = period.end === null;
  return useMemo(
    () =>
      gaps &&
      steps.map((id, at) => ({
        id,
        short: formatStep(id, interval),
        label: `${formatStep(id, interval, true)}${isOpen && at === steps.length - 1 ? ", so far" : ""}`,
        gap: gaps[at] ?? null,
      })),
    [steps, gaps, interval, isOpen],
  );
}
