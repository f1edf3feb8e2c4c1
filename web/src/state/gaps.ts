// Times in which no logs came: not zero visits, but nothing known.
import { type Interval, localHour, stepOf } from "./ranges";

export interface Feeding {
  /** Hours in which anything was received, as instants. */
  receivedHours: string[];
  /** Steps that have visits of anybody: uploads count when they are received, not when they happened. */
  visitedSteps: Iterable<string>;
  /** Whether the last step is still going on, and may yet get logs. */
  isOpen: boolean;
}

export const SILENT = "No logs came in this time.";
export const BEFORE = "Before the first log.";

/** Tell of each step why nothing is known of it; null where something is. */
export function findGaps(
  steps: string[],
  interval: Interval,
  timezone: string,
  firstIngestAt: string | null,
  { receivedHours, visitedSteps, isOpen }: Feeding,
): (string | null)[] {
  const fed = new Set(visitedSteps);
  for (const hour of receivedHours) fed.add(stepOfInstant(hour, interval, timezone));
  const starts = steps.filter((step) => fed.has(step));
  if (firstIngestAt) starts.push(stepOfInstant(firstIngestAt, interval, timezone));
  const first = starts.sort()[0];
  return steps.map((step, at) => {
    if (fed.has(step) || (isOpen && at === steps.length - 1)) return null;
    return first === undefined || step < first ? BEFORE : SILENT;
  });
}

/** Name the step that an instant lies in, as reports do. */
export function stepOfInstant(instant: string, interval: Interval, timezone: string): string {
  const hour = localHour(Date.parse(instant), timezone);
  return interval === "hour" ? `${hour}:00:00` : stepOf(hour.slice(0, 10), interval);
}
