// What the API says of a project and of crawlers, besides reports.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useProject } from "../state/project";
import { request } from "./client";
import type { Assistant, CrawlerEntry, Ingestion, ProjectStatus } from "./types";

/** Path of one of the project's own endpoints. */
export function projectPath(project: number, rest: string): string {
  return `/v1/projects/${project}/${rest}`;
}

const STATUS_EVERY_MS = 10_000;

/** Whether logs flow; asked again all the time. */
export function useStatus(everyMs = STATUS_EVERY_MS) {
  const { id } = useProject();
  return useQuery({
    queryKey: ["status", id],
    queryFn: ({ signal }) => request<ProjectStatus>(projectPath(id, "status"), { signal }),
    refetchInterval: everyMs,
    staleTime: 5_000,
  });
}

/** Hours in which anything was received, between two days. */
export function useIngestion(start: string, end: string) {
  const { id } = useProject();
  return useQuery({
    queryKey: ["ingestion", id, start, end],
    queryFn: ({ signal }) =>
      request<Ingestion>(projectPath(id, `ingestion?start=${start}&end=${end}`), { signal }),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

/** Every crawler of the catalogue. */
export function useCrawlers() {
  const { id } = useProject();
  return useQuery({
    queryKey: ["crawlers", id],
    queryFn: ({ signal }) => request<CrawlerEntry[]>("/v1/crawlers", { signal, project: id }),
    staleTime: 3_600_000,
  });
}

/** Every assistant that people may be sent by. */
export function useAssistants() {
  const { id } = useProject();
  return useQuery({
    queryKey: ["assistants", id],
    queryFn: ({ signal }) => request<Assistant[]>("/v1/assistants", { signal, project: id }),
    staleTime: 3_600_000,
  });
}

/** Gives the names of operators by their keys, such as OpenAI for `openai`; the key itself until they are known. */
export function useOperatorNames(): (operator: string) => string {
  const { data } = useCrawlers();
  return useMemo(() => {
    const names = new Map(data?.map((crawler) => [crawler.operator, crawler.operator_name]));
    return (operator) => names.get(operator) ?? (operator === "" ? "Unknown" : operator);
  }, [data]);
}
