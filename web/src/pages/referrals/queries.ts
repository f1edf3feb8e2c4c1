// What Referrals asks for.
import { botFilters, type QueryFilter, scopeOf } from "../../api/reports";
import type { Interval, Period } from "../../state/ranges";
import type { View } from "../../state/view";

export interface FilterProps {
  filters: QueryFilter[];
}

/** How many pages people came to, the list of them tells. */
export const sumsQuery = (view: View, period: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits", "tagged_requests"] as const,
  filters,
});

export const sumsBeforeQuery = (view: View, before: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, before),
  metrics: ["visits", "pages"] as const,
  filters,
});

export const trendQuery = (view: View, period: Period, interval: Interval, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits"] as const,
  dimensions: ["date", "referral_source"] as const,
  date_interval: interval,
  filters,
});

export const assistantsQuery = (view: View, period: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits", "pages", "tagged_requests", "last_visit"] as const,
  dimensions: ["referral_source"] as const,
  filters,
});

export const landingsQuery = (view: View, period: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits", "last_visit"] as const,
  dimensions: ["host", "path"] as const,
  filters,
  order_by: { visits: "desc" as const },
  pagination: { limit: 1000 },
});

export const evidenceQuery = (view: View, period: Period, filters: QueryFilter[]) => ({
  ...scopeOf(view, period),
  metrics: ["visits", "tagged_requests", "last_visit"] as const,
  dimensions: ["referral_type"] as const,
  filters,
});

export const readsQuery = (view: View, period: Period) => ({
  ...scopeOf(view, period),
  metrics: ["count"] as const,
  dimensions: ["bot_provider"] as const,
  filters: botFilters(view),
});

export const pageReadsQuery = (view: View, period: Period, paths: string[]) => ({
  ...scopeOf(view, period),
  metrics: ["count", "citations"] as const,
  dimensions: ["host", "path"] as const,
  filters: [...botFilters(view), { field: "path", operator: "in", value: paths }],
});
