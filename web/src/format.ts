// Numbers, shares, dates and durations in the reader's own language.

const locale = globalThis.navigator?.language;

const whole = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const wholePercent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
// Words are English, as all others here.
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const relativeLong = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const YEAR_MONTH = { year: "numeric", timeZone: "UTC" } as const;
const days = {
  medium: new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }),
  short: new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" }),
};
const months = {
  long: new Intl.DateTimeFormat(locale, { ...YEAR_MONTH, month: "long" }),
  short: new Intl.DateTimeFormat(locale, { ...YEAR_MONTH, month: "short" }),
};
const instantIn = byTimezone({ dateStyle: "medium", timeStyle: "medium" });
const momentIn = byTimezone({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Making a format takes longer than using it a hundred times: each is made once for a time zone. */
function byTimezone(options: Intl.DateTimeFormatOptions): (timezone: string) => Intl.DateTimeFormat {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (timezone) => {
    const format = made.get(timezone) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone });
    made.set(timezone, format);
    return format;
  };
}

export const formatNumber = (value: number): string => whole.format(value);

/** Short where exactness would be noise, as on axes. */
export const formatCompact = (value: number): string => compact.format(value);

/** One decimal below ten percent and above 99, where it tells something. */
export function formatShare(share: number): string {
  const isFine = (share > 0 && share < 0.1) || (share > 0.99 && share < 1);
  return (isFine ? percent : wholePercent).format(isFine && share > 0.99 ? Math.floor(share * 1000) / 1000 : share);
}

export const formatRatio = (value: number): string =>
  value >= 100 ? whole.format(Math.round(value)) : oneDecimal.format(value);

/** Date and time of an instant, to the second, in a time zone. */
export const formatInstant = (instant: string, timezone: string): string =>
  instantIn(timezone).format(new Date(instant));

/** Date and time without the year, to the second, where many stand below each other. */
export const formatMoment = (instant: string, timezone: string): string =>
  momentIn(timezone).format(new Date(instant));

/** A calendar date such as `2026-11-22`; a part of `2026-11-22 09:00:00` is enough. */
export const formatDate = (date: string, style: "medium" | "short" = "medium"): string =>
  days[style].format(new Date(date.slice(0, 10)));

/** A step of a chart, in the words its length asks for. */
export function formatStep(step: string, interval: "hour" | "day" | "week" | "month", isLong = false): string {
  if (interval === "hour") {
    const time = `${step.slice(11, 13)}:00`;
    return isLong ? `${formatDate(step)}, ${time}` : time === "00:00" ? formatDate(step, "short") : time;
  }
  if (interval === "month") return months[isLong ? "long" : "short"].format(new Date(step));
  const date = formatDate(step, isLong ? "medium" : "short");
  return isLong && interval === "week" ? `Week of ${date}` : date;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago an instant is. */
export function formatAgo(instant: string, now: number, isLong = false): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return (isLong ? relativeLong : relative).format(Math.round(seconds / length), unit);
}

export function formatDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${oneDecimal.format(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${oneDecimal.format(bytes / 1000 ** power)} ${units[power]}`;
}
