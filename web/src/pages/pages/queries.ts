// What Our Pages asks for.
import type { QueryClient } from "@tanstack/react-query";
import { botFilters, type QueryFilter, reportQuery, scopeOf } from "../../api/reports";
import type { Project } from "../../api/types";
import { KIND_METRICS } from "../../state/kinds";
import { type Period, resolveRange } from "../../state/ranges";
import type { View } from "../../state/view";
import { sparkInterval } from "../../charts/sparks";

export const MOST_PAGES = 1000;
const MOST_SPARKS = 100;
const MOST_LANDINGS = 5000;

export const pageRowsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "crawlers", "errors", "last_visit", ...KIND_METRICS] as const,
  dimensions: ["host", "path"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: MOST_PAGES },
});

/** Visits over time of the most visited pages only: of all of them it would be much. */
export const pageSparksQuery = (view: View, period: Period, paths: string[]) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["host", "path", "date"] as const,
  date_interval: sparkInterval(period),
  filters: [...botFilters(view), { field: "path", operator: "in", value: paths.slice(0, MOST_SPARKS) }],
});

export const landingsQuery = (view: View, period: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits"] as const,
  dimensions: ["host", "path"] as const,
  filters,
  order_by: { visits: "desc" as const },
  pagination: { limit: MOST_LANDINGS },
});

export const kindsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", ...KIND_METRICS] as const,
  filters: botFilters(view),
});

export const foldersQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count", "pages", "errors", "last_visit", ...KIND_METRICS] as const,
  dimensions: ["folder"] as const,
  filters: botFilters(view),
  order_by: { count: "desc" as const },
  pagination: { limit: MOST_PAGES },
});

export const folderPagesQuery = (view: View, period: Period, folder: string) => ({
  ...scopeOf(view, period),
  metrics: ["count", "errors", "last_visit", ...KIND_METRICS] as const,
  dimensions: ["host", "path"] as const,
  filters: [...botFilters(view), { field: "folder", operator: "is", value: folder }],
  order_by: { count: "desc" as const },
  pagination: { limit: MOST_PAGES },
});

/** Fetch what a view will need first, before it is chosen. */
export function prefetch(queries: QueryClient, project: Project, view: View, now: number): void {
  const period = resolveRange(view, now, view.timezone);
  const ahead = [kindsQuery(view, period), pageRowsQuery(view, period)];
  for (const query of ahead) void queries.prefetchQuery(reportQuery<string, string>("bots", project.id, query));
}
