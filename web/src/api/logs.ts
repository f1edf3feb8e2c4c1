// Single requests: pages of them, what comes new, and why one was judged as it was.
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";
import type { Project } from "../api/types";
import { useProject } from "../state/project";
import { request } from "./client";
import { projectPath } from "./project";
import type { QueryFilter } from "./reports";
import type { Explanation, LoggedVisit, LogsPage } from "./types";

export interface LogsQuery {
  start_date: string;
  end_date?: string | null;
  timezone?: string;
  filters: QueryFilter[];
  limit?: number;
}

const PAGE = 100;
const MOST_AT_ONCE = 500;
/** Pages kept while the live tail runs: what is further down is asked for again when one scrolls there. */
export const MOST_PAGES = 50;
/** Stands for the place of a page that the tail has put in front. */
export const TAIL = "";
export const TAIL_EVERY_MS = 2000;

interface Place {
  before?: string;
  after?: string;
}

function fetchLogs(project: Project, query: LogsQuery, place: Place, signal?: AbortSignal): Promise<LogsPage> {
  const options = { method: "POST" as const, body: { ...query, ...place } };
  return request<LogsPage>(projectPath(project.id, "logs"), signal ? { ...options, signal } : options);
}

/** The newest requests, for a look at a page or a crawler. */
export function useLatest(query: LogsQuery) {
  const project = useProject();
  return useQuery({
    queryKey: ["latest", project.id, query],
    queryFn: ({ signal }) => fetchLogs(project, query, {}, signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}

type Pages = InfiniteData<LogsPage, string | null>;

/** All requests of a query, as far as one has scrolled. */
export function useLogs(query: LogsQuery) {
  const project = useProject();
  return useInfiniteQuery({
    queryKey: logsKey(project, query),
    queryFn: ({ pageParam, signal }) =>
      fetchLogs(project, { ...query, limit: PAGE }, pageParam ? { before: pageParam } : {}, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }: LogsPage) => next,
    // The tail adds what is new; fetching all pages again would only move what is being read.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

const logsKey = (project: Project, query: LogsQuery) => ["logs", project.id, query];

/** Put what came since the last look in front of a query's requests, every two seconds while the page is seen. */
export function useTail(query: LogsQuery, enabled: boolean) {
  const project = useProject();
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["tail", project.id, query],
    queryFn: async ({ signal }) => {
      const after = queries.getQueryData<Pages>(logsKey(project, query))?.pages[0]?.newest;
      if (!after) return 0;
      const fresh = await fetchLogs(project, { ...query, limit: MOST_AT_ONCE }, { after }, signal);
      if (fresh.visits.length) {
        queries.setQueryData<Pages>(logsKey(project, query), (present) => present && prepend(present, fresh));
      }
      return fresh.visits.length;
    },
    enabled,
    refetchInterval: TAIL_EVERY_MS,
    staleTime: 0,
    gcTime: 0,
  });
}

/** Put new visits in front. The oldest page goes when there are too many; the one before it leads on. */
export function prepend(present: Pages, fresh: LogsPage): Pages {
  const [first, ...others] = present.pages;
  const isRoom = first && first.next === null && first.visits.length + fresh.visits.length <= PAGE;
  if (isRoom) {
    const merged = { ...fresh, visits: [...fresh.visits, ...first.visits] };
    return { pages: [merged, ...others], pageParams: present.pageParams };
  }
  const pages = [fresh, ...present.pages];
  const pageParams = [TAIL, ...present.pageParams];
  const dropped = pages[MOST_PAGES];
  const last = pages[MOST_PAGES - 1];
  if (!dropped || !last) return { pages, pageParams };
  // What is older than the dropped page's newest visit can be asked for again; that visit itself moves up.
  const leading = { ...last, visits: [...last.visits, ...dropped.visits.slice(0, 1)], next: dropped.newest };
  return { pages: [...pages.slice(0, MOST_PAGES - 1), leading], pageParams: pageParams.slice(0, MOST_PAGES) };
}

/** Ask why a visit is judged as it is, by what the server knows now. */
export function useExplanation(visit: LoggedVisit) {
  const { id } = useProject();
  const record = useMemo(() => recordOf(visit), [visit]);
  return useQuery({
    queryKey: ["explanation", id, visit.visit_id],
    queryFn: ({ signal }) =>
      request<Explanation>("/v1/explain", { method: "POST", body: record, project: id, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function recordOf(visit: LoggedVisit) {
  const { timestamp, method, host, path, status_code, ip, user_agent, referer, query_params } = visit;
  return { timestamp, method, host, path, status_code, ip, user_agent, referer, query_params };
}
