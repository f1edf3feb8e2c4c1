// The two things that are compared, and what is asked of each.
import { botFilters, scopeOf } from "../../api/reports";
import type { Hatch } from "../../colours";
import type { Interval, Period } from "../../state/ranges";
import type { View } from "../../state/view";

export interface Side {
  /** In headings, such as `1 – 30 Nov` or `GPTBot`. */
  name: string;
  /** Above a column. */
  short: string;
  view: View;
  period: Period;
  colour: string | null;
  hatch: Hatch;
}

export interface Sides {
  kind: "periods" | "crawlers";
  one: Side;
  other: Side;
}

export const WHAT = {
  bot_provider: "operator",
  bot_name: "crawler",
  purpose: "purpose",
  folder: "folder",
  path: "page",
  status_code: "status",
} as const;

export type What = keyof typeof WHAT;

/** Dimensions that tell rows apart, and what is shown with them. */
const DIMENSIONS: Record<What, readonly string[]> = {
  bot_provider: ["bot_provider"],
  bot_name: ["bot_name", "bot_provider"],
  purpose: ["purpose"],
  folder: ["folder"],
  path: ["host", "path"],
  status_code: ["status_code"],
};

/** Rows asked for of either side; the differences of what is visited less would hardly be seen. */
export const MOST_ROWS = 3000;

/** Of pages themselves there is nothing to count. */
const COUNTED = ["count", "errors", "verified"] as const;

export const differencesQuery = ({ view, period }: Side, what: What) => ({
  ...scopeOf(view, period),
  metrics: what === "path" ? COUNTED : ([...COUNTED, "pages"] as const),
  dimensions: DIMENSIONS[what],
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: MOST_ROWS },
});

/** How many pages there are in all, the list of pages tells. */
export const sumsQuery = ({ view, period }: Side) => ({
  ...scopeOf(view, period),
  metrics: ["count", "crawlers", "errors", "verified"] as const,
  filters: botFilters(view),
});

export const lineQuery = ({ view, period }: Side, interval: Interval) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["date"] as const,
  date_interval: interval,
  filters: botFilters(view),
});

export const pagesQuery = ({ view, period }: Side) => ({
  ...scopeOf(view, period),
  metrics: ["count", "last_visit"] as const,
  dimensions: ["host", "path"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: MOST_ROWS },
});
