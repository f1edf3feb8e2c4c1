// The gaps of the present period.
import { useMemo } from "react";
import { useIngestion, useStatusPart } from "../api/project";
import { scopeOf, useReport } from "../api/reports";
import type { ProjectStatus } from "../api/types";
import { findGaps, type Gaps, hasGap, stepOfInstant } from "./gaps";
import { addDays } from "./ranges";
import { useView } from "./use-view";

/** What was asked for, as far as it is there. */
interface Asked {
  steps: string[] | undefined;
  isFailed: boolean;
}

/**
 * Tell of each step why nothing is known of it; null while that is not decided.
 *
 * Of most steps it is known by the visits that a chart shows. Only if there are others it is asked when anything
 * was received, and only if some are left, when anybody came.
 */
export function useGaps(steps: string[], shown: string[] | undefined): Gaps | null {
  const { data: firstIngest, isError: isStatusFailed } = useStatusPart(readFirstIngest);
  const byChart = useFound(steps, firstIngest ?? null, shown);
  const received = useReceivedSteps(byChart !== null && hasGap(byChart));
  const byHours = useFound(steps, firstIngest ?? null, shown, received.steps);
  const visited = useVisitedSteps(byHours !== null && hasGap(byHours));
  const byAll = useFound(steps, firstIngest ?? null, received.steps, visited.steps);
  const complete = [byChart, byHours].find((gaps) => gaps && !hasGap(gaps));
  const isFailed = received.isFailed || visited.isFailed || isStatusFailed;
  return useMemo(() => {
    if (complete) return complete;
    // Nothing is called a gap on a guess.
    if (isFailed) return steps.map(() => null);
    return firstIngest === undefined ? null : byAll;
  }, [complete, isFailed, steps, firstIngest, byAll]);
}

const readFirstIngest = (status: ProjectStatus): string | null => status.first_ingest_at;

/** The gaps between steps that something is known of; null while any of these are not there. */
function useFound(steps: string[], firstIngest: string | null, ...fed: (string[] | undefined)[]): Gaps | null {
  const { view, period, interval } = useView();
  const isOpen = period.end === null;
  return useMemo(() => {
    if (fed.includes(undefined)) return null;
    const firstStep = firstIngest && stepOfInstant(firstIngest, interval, view.timezone);
    return findGaps(steps, { fedSteps: fed.flatMap((some) => some ?? []), firstStep, isOpen });
  }, [steps, firstIngest, interval, view.timezone, isOpen, ...fed]);
}

/** Steps in which anything was received. */
function useReceivedSteps(isAsked: boolean): Asked {
  const { view, period, interval } = useView();
  const { data, isError } = useIngestion(addDays(period.firstDay, -1), addDays(period.lastDay, 1), isAsked);
  const steps = useMemo(
    () => data?.hours.map(({ hour }) => stepOfInstant(hour, interval, view.timezone)),
    [data, interval, view.timezone],
  );
  return { steps, isFailed: isError };
}

/** Steps with visits of anybody, whatever the filters: uploads count when they are received, not when they happened. */
function useVisitedSteps(isAsked: boolean): Asked {
  const { view, period, interval } = useView();
  const common = { ...scopeOf(view, period), dimensions: ["date"] as const, date_interval: interval };
  const bots = useReport("bots", { ...common, metrics: ["count"] as const }, isAsked);
  const people = useReport("referrals", { ...common, metrics: ["visits"] as const }, isAsked);
  const isThere = !bots.isPlaceholderData && !people.isPlaceholderData;
  const steps = useMemo(() => {
    if (!isThere || !bots.data || !people.data) return undefined;
    return [...bots.data.rows, ...people.data.rows].map(({ date }) => date);
  }, [isThere, bots.data, people.data]);
  return { steps, isFailed: bots.isError || people.isError };
}
