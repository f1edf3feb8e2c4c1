// Time ranges and their steps, as calendar dates in the view's time zone. The clock is an argument.

export const RANGES = {
  "24h": "Last 24 hours",
  today: "Today",
  yesterday: "Yesterday",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  month: "This month",
  last_month: "Last month",
  "12m": "Last 12 months",
} as const;

export type RangeName = keyof typeof RANGES;
export type Interval = "hour" | "day" | "week" | "month";

/** What a range is at an instant: what reports are asked for, and for the period before it. */
export interface Period {
  /** `YYYY-MM-DD`, or with ` HH:00` for hours. */
  start: string;
  /** A date is that whole day, an hour the first that is left out; null is until now. */
  end: string | null;
  firstDay: string;
  lastDay: string;
}

export interface RangeChoice {
  range: RangeName | "custom";
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Tell date and hour of an instant in a time zone: `2026-11-22 09`. */
export function localHour(instant: number, timezone: string): string {
  const parts = Object.fromEntries(
    hourFormat(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts["year"]}-${parts["month"]}-${parts["day"]} ${parts["hour"]}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function hourFormat(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timezone, format);
  }
  return format;
}

export function isTimezone(name: string): boolean {
  try {
    hourFormat(name);
    return true;
  } catch {
    return false;
  }
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS);
}

function addMonths(date: string, months: number): string {
  const [year, month] = date.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** Give the period that a choice means now. */
export function resolveRange(choice: RangeChoice, now: number, timezone: string): Period {
  const today = localHour(now, timezone).slice(0, 10);
  const days = (first: string, last: string, open: boolean): Period => ({
    start: first,
    end: open ? null : last,
    firstDay: first,
    lastDay: last,
  });
  const monthStart = `${today.slice(0, 7)}-01`;
  switch (choice.range) {
    case "24h": {
      const start = localHour(now - 23 * HOUR_MS, timezone);
      return { start: `${start}:00`, end: null, firstDay: start.slice(0, 10), lastDay: today };
    }
    case "today":
      return days(today, today, true);
    case "yesterday":
      return days(addDays(today, -1), addDays(today, -1), false);
    case "7d":
      return days(addDays(today, -6), today, true);
    case "30d":
      return days(addDays(today, -29), today, true);
    case "90d":
      return days(addDays(today, -89), today, true);
    case "month":
      return days(monthStart, today, true);
    case "last_month":
      return days(addMonths(monthStart, -1), addDays(monthStart, -1), false);
    case "12m":
      return days(addMonths(monthStart, -11), today, true);
    case "custom": {
      const last = choice.to < today ? choice.to : today;
      return days(choice.from < last ? choice.from : last, last, last === today);
    }
  }
}

/** Give the period of the same length right before; as much of it as has passed of the present one. */
export function previousPeriod(period: Period, now: number, timezone: string): Period {
  if (period.start.length > 10) {
    const start = localHour(now - 47 * HOUR_MS, timezone);
    const end = localHour(now - 23 * HOUR_MS, timezone);
    return {
      start: `${start}:00`,
      end: `${end}:00`,
      firstDay: start.slice(0, 10),
      lastDay: end.slice(0, 10),
    };
  }
  const length = daysBetween(period.firstDay, period.lastDay) + 1;
  const firstDay = addDays(period.firstDay, -length);
  const lastDay = addDays(period.lastDay, -length);
  if (period.end !== null) return { start: firstDay, end: lastDay, firstDay, lastDay };
  // The hour that has begun counts whole, now as then.
  const hour = localHour(now + HOUR_MS, timezone);
  const end = `${addDays(hour.slice(0, 10), -length)} ${hour.slice(11)}:00`;
  return { start: firstDay, end, firstDay, lastDay };
}

/** The first days of a period, a tenth of it or two: a period that has logs in these has them as good as whole. */
export function beginningOf(period: Period): Period {
  const length = daysBetween(period.firstDay, period.lastDay) + 1;
  const lastDay = addDays(period.firstDay, Math.max(1, Math.floor(length / 10)));
  return lastDay < period.lastDay ? { ...period, end: lastDay, lastDay } : period;
}

/** Choose steps that give a readable number of bars. */
export function fittingInterval(period: Period): Interval {
  const days = daysBetween(period.firstDay, period.lastDay) + 1;
  if (days <= 2) return "hour";
  if (days <= 100) return "day";
  return days <= 400 ? "week" : "month";
}

/** Name every step of a period as the reports name them, whether or not anything happened in it. */
export function listSteps(period: Period, interval: Interval, now: number, timezone: string): string[] {
  if (interval === "hour") return listHours(period, now, timezone);
  const steps: string[] = [];
  let step = stepOf(period.firstDay, interval);
  while (step <= period.lastDay) {
    steps.push(step);
    step = interval === "day" ? addDays(step, 1) : interval === "week" ? addDays(step, 7) : addMonths(step, 1);
  }
  return steps;
}

function listHours(period: Period, now: number, timezone: string): string[] {
  const first = period.start.length > 10 ? period.start.slice(0, 13) : `${period.start} 00`;
  const current = localHour(now, timezone);
  const last =
    period.end === null ? current : period.end.length > 10 ? period.end.slice(0, 13) : `${period.end} 24`;
  const steps = new Set<string>();
  // A day has 23 to 25 hours; walking real hours and naming them leaves out what the clocks leave out.
  const from = Date.parse(`${first.slice(0, 10)}T00:00:00Z`) - 15 * HOUR_MS;
  const until = Date.parse(`${period.lastDay}T00:00:00Z`) + 40 * HOUR_MS;
  for (let instant = from; instant <= until; instant += HOUR_MS) {
    const hour = localHour(instant, timezone);
    const isOver = period.end !== null && hour >= last;
    if (hour >= first && !isOver && hour <= current) steps.add(`${hour}:00:00`);
  }
  return [...steps];
}

/** Tell the step that a date lies in; weeks begin on Monday. */
export function stepOf(date: string, interval: Interval): string {
  if (interval === "month") return `${date.slice(0, 7)}-01`;
  if (interval !== "week") return date;
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}
