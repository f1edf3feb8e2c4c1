// Report queries: from the view to the API's query, from its positional answer to rows with names.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Period } from "../state/ranges";
import { PAGE_FIELDS } from "../state/fields";
import { useProject } from "../state/project";
import { useView } from "../state/use-view";
import type { Filter, View } from "../state/view";
import { request } from "./client";

export type ReportName = "bots" | "referrals";

export interface QueryFilter {
  field: string;
  operator: string;
  value: string | string[];
}

export interface ReportQuery<D extends string = string, M extends string = string> {
  metrics: readonly M[];
  dimensions?: readonly D[];
  start_date: string;
  end_date?: string | null;
  date_interval?: string;
  timezone?: string;
  filters?: QueryFilter[];
  order_by?: Record<string, "asc" | "desc">;
  pagination?: { limit: number; offset?: number };
}

/** Dimensions are text; metrics are numbers, except the instant of the last visit. */
export type Row<D extends string, M extends string> = Record<D, string> & {
  [K in M]: K extends "last_visit" ? string : number;
};

export interface Rows<D extends string, M extends string> {
  rows: Row<D, M>[];
  /** Without the pagination. */
  total: number;
}

interface Answer {
  info: { total_rows: number };
  data: { metrics: (string | number)[]; dimensions: string[] }[];
}

/** Ask for a report of every host of a project. */
export async function fetchReport<D extends string, M extends string>(
  report: ReportName,
  project: number,
  query: ReportQuery<D, M>,
  signal?: AbortSignal,
): Promise<Rows<D, M>> {
  const { end_date, ...rest } = query;
  const body = { domain: "*", ...rest, ...(end_date ? { end_date } : {}) };
  const options = { method: "POST" as const, body, project };
  const answer = await request<Answer>(`/v2/reports/${report}`, signal ? { ...options, signal } : options);
  const rows = answer.data.map(({ metrics, dimensions }) => {
    const row: Record<string, string | number | undefined> = {};
    query.metrics.forEach((name, at) => (row[name] = metrics[at]));
    query.dimensions?.forEach((name, at) => (row[name] = dimensions[at]));
    return row as Row<D, M>;
  });
  return { rows, total: answer.info.total_rows };
}

/** Options of a query, for `useQuery` and for prefetching alike. */
export function reportQuery<D extends string, M extends string>(
  report: ReportName,
  project: number,
  query: ReportQuery<D, M>,
) {
  return {
    queryKey: ["report", project, report, query] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => fetchReport(report, project, query, signal),
    staleTime: 60_000,
  };
}

/** A report of the present project; on a change of the query the former rows stay until the new are there. */
export function useReport<D extends string, M extends string>(
  report: ReportName,
  query: ReportQuery<D, M>,
  enabled = true,
) {
  const project = useProject();
  return useQuery({ ...reportQuery(report, project.id, query), placeholderData: keepPreviousData, enabled });
}

/** What of a view every report query takes over. */
export function useScope(period?: Period): Pick<ReportQuery, "start_date" | "end_date" | "timezone"> {
  const { view, period: present } = useView();
  return scopeOf(view, period ?? present);
}

export function scopeOf(view: View, period: Period) {
  return { start_date: period.start, end_date: period.end, timezone: view.timezone };
}

/** The view's filters for the report of bots; by default AI crawlers only. */
export function botFilters(view: View): QueryFilter[] {
  const filters = view.filters.map(toQueryFilter);
  return view.bots === "ai" ? [...filters, { field: "is_ai_crawler", operator: "is", value: "true" }] : filters;
}

/** Sources of referrals that are no assistants. */
export const NOT_ASSISTANTS = ["other", "internal", "none"];

/** The view's filters for the report of referrals: what says something of pages, and people from assistants only. */
export function referralFilters(view: View): QueryFilter[] {
  return [
    ...view.filters.filter(({ field }) => PAGE_FIELDS.has(field)).map(toQueryFilter),
    { field: "referral_source", operator: "not_in", value: NOT_ASSISTANTS },
  ];
}

/** Whether the view narrows crawlers in a way that people cannot be narrowed by; operators have their assistants. */
export function narrowsCrawlers(view: View): boolean {
  return view.filters.some(({ field }) => !PAGE_FIELDS.has(field) && field !== "bot_provider");
}

function toQueryFilter({ field, operator, values }: Filter): QueryFilter {
  return { field, operator, value: values.length === 1 ? (values[0] as string) : values };
}
