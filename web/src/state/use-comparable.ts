// Whether another period can be compared with: what begins in its middle would make every number rise.
import { scopeOf, useReport } from "../api/reports";
import { beginningOf, type Period } from "./ranges";
import { useView } from "./use-view";

/** Whether a period has logs from its first tenth on; undefined while it is not known. */
export function useIsWhole(period: Period): boolean | undefined {
  const { view } = useView();
  const query = { ...scopeOf(view, beginningOf(period)), metrics: ["count"] as const };
  const { data, isPlaceholderData } = useReport("bots", query);
  return data && !isPlaceholderData ? (data.rows[0]?.count ?? 0) > 0 : undefined;
}

/** The first day of a period that has logs; null when none has, undefined while it is not known. */
export function useFirstDay(period: Period, enabled: boolean): string | null | undefined {
  const { view } = useView();
  const common = { ...scopeOf(view, period), dimensions: ["date"] as const, order_by: { date: "asc" as const } };
  const query = { ...common, metrics: ["count"] as const, pagination: { limit: 1 } };
  const { data } = useReport("bots", query, enabled);
  return data && (data.rows[0]?.date ?? null);
}
