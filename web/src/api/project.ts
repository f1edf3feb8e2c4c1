// What the API says of a project and of crawlers, besides reports.
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useProject } from "../state/project";
import { request } from "./client";
import type { Assistant, CrawlerEntry, Ingestion, ProjectStatus } from "./types";

/** Path of one of the project's own endpoints. */
export function projectPath(project: number, rest: string): string {
  return `/v1/projects/${project}/${rest}`;
}

const STATUS_EVERY_MS = 10_000;

const statusQuery = (project: number, everyMs: number) =>
  queryOptions({
    queryKey: ["status", project],
    queryFn: ({ signal }) => request<ProjectStatus>(projectPath(project, "status"), { signal }),
    refetchInterval: everyMs,
    staleTime: 5_000,
  });

/** Whether logs flow; asked again all the time. */
export function useStatus(everyMs = STATUS_EVERY_MS) {
  return useQuery(statusQuery(useProject().id, everyMs));
}

/** A part of the status; what shows it is rendered again only when the part changes. */
export function useStatusPart<T>(select: (status: ProjectStatus) => T) {
  return useQuery({ ...statusQuery(useProject().id, STATUS_EVERY_MS), select });
}

/** Hours in which anything was received, between two days. */
export function useIngestion(start: string, end: string, enabled: boolean) {
  const { id } = useProject();
  return useQuery({
    queryKey: ["ingestion", id, start, end],
    queryFn: ({ signal }) =>
      request<Ingestion>(projectPath(id, `ingestion?start=${start}&end=${end}`), { signal }),
    staleTime: 60_000,
    enabled,
  });
}

/** What the server knows changes with its version only. */
const knownQuery = <T>(name: "crawlers" | "assistants", project: number) =>
  queryOptions({
    queryKey: [name, project],
    queryFn: ({ signal }) => request<T[]>(`/v1/${name}`, { signal, project }),
    staleTime: 3_600_000,
    gcTime: 3_600_000,
  });

const crawlersQuery = (project: number) => knownQuery<CrawlerEntry>("crawlers", project);
const assistantsQuery = (project: number) => knownQuery<Assistant>("assistants", project);

/** Every crawler of the catalogue. */
export function useCrawlers() {
  return useQuery(crawlersQuery(useProject().id));
}

/** Every assistant that people may be sent by. */
export function useAssistants(enabled = true) {
  return useQuery({ ...assistantsQuery(useProject().id), enabled });
}

/** Ask for the names of operators and assistants, which most pages show, before one does. */
export function prefetchNames(queries: QueryClient, project: number): void {
  void queries.prefetchQuery(crawlersQuery(project));
  void queries.prefetchQuery(assistantsQuery(project));
}

/** Gives the names of operators by their keys, such as OpenAI for `openai`; the key itself until they are known. */
export function useOperatorNames(): (operator: string) => string {
  const { data } = useCrawlers();
  return useMemo(() => {
    const names = new Map(data?.map((crawler) => [crawler.operator, crawler.operator_name]));
    return (operator) => names.get(operator) ?? (operator === "" ? "Unknown" : operator);
  }, [data]);
}
