// The gaps of the present period.
import { useMemo } from "react";
import { useIngestion, useStatus } from "../api/project";
import { scopeOf, useReport } from "../api/reports";
import { findGaps } from "./gaps";
import { addDays } from "./ranges";
import { useView } from "./use-view";

/** Tell of each step why nothing is known of it; null while it is not known whether anything came. */
export function useGaps(steps: string[]): (string | null)[] | null {
  const { view, period, interval } = useView();
  const { data: status } = useStatus();
  const { data: ingestion } = useIngestion(addDays(period.firstDay, -1), addDays(period.lastDay, 1));
  const visited = useVisitedSteps();
  const receivedHours = ingestion?.hours;
  const isOpen = period.end === null;
  return useMemo(() => {
    if (!receivedHours || !visited || !status) return null;
    const hours = receivedHours.map(({ hour }) => hour);
    const feeding = { receivedHours: hours, visitedSteps: visited, isOpen };
    return findGaps(steps, interval, view.timezone, status.first_ingest_at, feeding);
  }, [steps, interval, view.timezone, receivedHours, visited, status, isOpen]);
}

/** Steps with visits of anybody, whatever the filters. */
function useVisitedSteps(): string[] | undefined {
  const { view, period, interval } = useView();
  const common = { ...scopeOf(view, period), dimensions: ["date"] as const, date_interval: interval };
  const bots = useReport("bots", { ...common, metrics: ["count"] as const });
  const people = useReport("referrals", { ...common, metrics: ["visits"] as const });
  return useMemo(() => {
    if (!bots.data || !people.data) return undefined;
    return [...bots.data.rows, ...people.data.rows].map(({ date }) => date);
  }, [bots.data, people.data]);
}
