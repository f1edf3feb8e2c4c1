// Times in which no logs came: not zero visits, but nothing known.
import { type Interval, localHour, stepOf } from "./ranges";

export interface Feeding {
  /** Steps that something is known of: anything was received in them, or anybody visited. */
  fedSteps: Iterable<string>;
  /** The step of the very first log, if there was one. */
  firstStep: string | null;
  /** Whether the last step is still going on, and may yet get logs. */
  isOpen: boolean;
}

export const SILENT = "No logs came in this time.";
export const BEFORE = "Before the first log.";

/** Why nothing is known of a step, for each; null where something is. */
export type Gaps = (string | null)[];

/** Tell of each step why nothing is known of it. */
export function findGaps(steps: string[], { fedSteps, firstStep, isOpen }: Feeding): Gaps {
  const fed = new Set(fedSteps);
  const starts = steps.filter((step) => fed.has(step));
  if (firstStep !== null) starts.push(firstStep);
  const first = starts.sort()[0];
  return steps.map((step, at) => {
    if (fed.has(step) || (isOpen && at === steps.length - 1)) return null;
    return first === undefined || step < first ? BEFORE : SILENT;
  });
}

export const hasGap = (gaps: Gaps): boolean => gaps.some((gap) => gap !== null);

/** Name the step that an instant lies in, as reports do. */
export function stepOfInstant(instant: string, interval: Interval, timezone: string): string {
  const hour = localHour(Date.parse(instant), timezone);
  return interval === "hour" ? `${hour}:00:00` : stepOf(hour.slice(0, 10), interval);
}
