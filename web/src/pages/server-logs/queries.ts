// What Server Logs asks for, by view and period: the same for showing and for fetching ahead.
import type { QueryClient } from "@tanstack/react-query";
import { botFilters, reportQuery, scopeOf } from "../../api/reports";
import type { Project } from "../../api/types";
import { fittingInterval, type Interval, type Period, resolveRange } from "../../state/ranges";
import type { SeriesField, View } from "../../state/view";

const TABLE_ROWS = 100;

const TOTALS = ["count", "crawlers", "errors", "verified"] as const;

/** The list of pages tells how many there are in all; counting them once more costs the most of all. */
export const totalsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: TOTALS,
  filters: botFilters(view),
});

export const totalsBeforeQuery = (view: View, before: Period) => ({
  ...scopeOf(view, before),
  metrics: [...TOTALS, "pages"] as const,
  filters: botFilters(view),
});

/** What a series' name, colour and hatch come from. */
export const SERIES_DIMENSIONS: Record<SeriesField, readonly ("bot_name" | "bot_provider" | "purpose")[]> = {
  bot_provider: ["bot_provider"],
  bot_name: ["bot_name", "bot_provider", "purpose"],
  purpose: ["purpose"],
};

export const visitsQuery = (view: View, period: Period, interval: Interval) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["date", ...SERIES_DIMENSIONS[view.by]] as const,
  date_interval: interval,
  filters: botFilters(view),
});

export const sumsQuery = (view: View, period: Period, interval: Interval) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["date"] as const,
  date_interval: interval,
  filters: botFilters(view),
});

export const pagesQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "crawlers", "errors", "last_visit"] as const,
  dimensions: ["host", "path"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: TABLE_ROWS },
});

export const crawlersQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "verified", "errors", "last_visit"] as const,
  dimensions: ["bot_name", "bot_provider", "purpose"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: TABLE_ROWS },
});

export const statusesQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "pages", "last_visit"] as const,
  dimensions: ["status_code"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: TABLE_ROWS },
});

export const verificationsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "crawlers", "last_visit"] as const,
  dimensions: ["verification"] as const,
  filters: botFilters(view),
});

/** Fetch what a view will need first, before it is chosen. */
export function prefetch(queries: QueryClient, project: Project, view: View, now: number): void {
  const period = resolveRange(view, now, view.timezone);
  const interval = view.interval ?? fittingInterval(period);
  const ahead = [
    totalsQuery(view, period),
    visitsQuery(view, period, interval),
    pagesQuery(view, period),
    crawlersQuery(view, period),
  ];
  for (const query of ahead) void queries.prefetchQuery(reportQuery<string, string>("bots", project.id, query));
}
