// Whether the period before can be compared with: what begins in its middle would make every number rise.
import { scopeOf, useReport } from "../api/reports";
import { daysBetween } from "./ranges";
import { useView } from "./use-view";

/** Whether logs of the period before are there from its first tenth on. */
export function useIsComparable(): boolean {
  const { view, before } = useView();
  const common = { ...scopeOf(view, before), dimensions: ["date"] as const, order_by: { date: "asc" as const } };
  const bots = useReport("bots", { ...common, metrics: ["count"] as const, pagination: { limit: 1 } });
  const first = bots.data?.rows[0]?.date;
  if (first === undefined) return false;
  const length = daysBetween(before.firstDay, before.lastDay) + 1;
  return daysBetween(before.firstDay, first) <= Math.max(1, length / 10);
}
