// Small series for the rows of a table.
import { fittingInterval, type Interval, type Period, daysBetween } from "../state/ranges";

/** A month of days, a year of weeks: more would not be seen, and would be much to load. */
export function sparkInterval(period: Period): Interval {
  const days = daysBetween(period.firstDay, period.lastDay) + 1;
  if (days <= 31) return fittingInterval(period);
  return days <= 200 ? "week" : "month";
}

/** Collect rows by a key into series with a number for each step. */
export function collectSparks<R extends { date: string; count: number }>(
  rows: R[],
  keyOf: (row: R) => string,
  steps: string[],
): Map<string, number[]> {
  const at = new Map(steps.map((step, index) => [step, index]));
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const index = at.get(row.date);
    if (index === undefined) continue;
    const key = keyOf(row);
    const values = found.get(key) ?? steps.map(() => 0);
    values[index] = (values[index] ?? 0) + row.count;
    found.set(key, values);
  }
  return found;
}
