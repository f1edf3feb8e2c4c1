// Visits by weekday and hour.

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

const HOURS = 24;

/** Sum hours such as `2026-11-22 09:00:00` into a week that begins on Monday: seven rows of 24 numbers. */
export function sumWeek(rows: { hour: string; count: number }[]): number[][] {
  const week = WEEKDAYS.map(() => Array.from({ length: HOURS }, () => 0));
  for (const { hour, count } of rows) {
    const day = week[(new Date(hour.slice(0, 10)).getUTCDay() + 6) % 7] as number[];
    const at = Number(hour.slice(11, 13));
    day[at] = (day[at] ?? 0) + count;
  }
  return week;
}
