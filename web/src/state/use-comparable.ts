// Whether another period can be compared with: what begins in its middle would make every number rise.
import { scopeOf, useReport } from "../api/reports";
import { daysBetween, type Period } from "./ranges";
import { useView } from "./use-view";

/** Whether logs of the period before are there from its first tenth on. */
export function useIsComparable(): boolean {
  const { before } = useView();
  const first = useFirstDay(before);
  return typeof first === "string" && isWhole(before, first);
}

/** The first day of a period that has logs; null when none has, undefined while it is not known. */
export function useFirstDay(period: Period): string | null | undefined {
  const { view } = useView();
  const common = { ...scopeOf(view, period), dimensions: ["date"] as const, order_by: { date: "asc" as const } };
  const { data } = useReport("bots", { ...common, metrics: ["count"] as const, pagination: { limit: 1 } });
  return data && (data.rows[0]?.date ?? null);
}

/** Whether what begins on a day is as good as the whole period. */
export function isWhole(period: Period, first: string): boolean {
  const length = daysBetween(period.firstDay, period.lastDay) + 1;
  return daysBetween(period.firstDay, first) <= Math.max(1, length / 10);
}
