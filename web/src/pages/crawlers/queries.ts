// What Crawlers asks for.
import type { QueryClient } from "@tanstack/react-query";
import { botFilters, reportQuery, scopeOf } from "../../api/reports";
import { sparkInterval } from "../../charts/sparks";
import type { Project } from "../../api/types";
import { KIND_METRICS } from "../../state/kinds";
import { type Period, resolveRange } from "../../state/ranges";
import type { View } from "../../state/view";

export const crawlerRowsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "pages", "verified", "errors", "last_visit"] as const,
  dimensions: ["bot_name", "bot_provider", "purpose"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: 1000 },
});

export const crawlerSparksQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["bot_name", "date"] as const,
  date_interval: sparkInterval(period),
  filters: botFilters(view),
});

export const verdictsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["bot_name", "verification"] as const,
  filters: botFilters(view),
});

export const foldersReadQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "pages", "errors", "last_visit", ...KIND_METRICS] as const,
  dimensions: ["folder"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: 500 },
});

export const hoursQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["hour"] as const,
  filters: botFilters(view),
});

/** Fetch what a view will need first, before it is chosen. */
export function prefetch(queries: QueryClient, project: Project, view: View, now: number): void {
  const period = resolveRange(view, now, view.timezone);
  const ahead = [crawlerRowsQuery(view, period), crawlerSparksQuery(view, period), verdictsQuery(view, period)];
  for (const query of ahead) void queries.prefetchQuery(reportQuery<string, string>("bots", project.id, query));
}
