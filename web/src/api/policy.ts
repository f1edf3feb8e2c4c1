// The project itself: its name and policy, and its end.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useProject } from "../state/project";
import { request } from "./client";
import type { Keep, Project, ProjectChange, ProjectDetails } from "./types";

/** The project with its policy. */
export function useProjectDetails() {
  const { id } = useProject();
  return useQuery({
    queryKey: ["project", id],
    queryFn: ({ signal }) => request<ProjectDetails>(`/v1/projects/${id}`, { signal }),
  });
}

export function useChangeProject() {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: ProjectChange) =>
      request<ProjectDetails>(`/v1/projects/${id}`, { method: "PATCH", body: change }),
    onSuccess: (details) => {
      queries.setQueryData(["project", id], details);
      // Hosts that became domains leave quarantine, and their visits come into the reports.
      const changed = [["session"], ["status", id], ["quarantine", id], ["report", id]];
      return Promise.all(changed.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}

export interface ProjectOrder {
  name: string;
  domains: string[];
  keep: Keep;
  retention_days: number;
}

export function useCreateProject() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: ProjectOrder) => request<Project>("/v1/projects", { method: "POST", body: order }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["session"] }),
  });
}

export function useDeleteProject() {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<void>(`/v1/projects/${id}`, { method: "DELETE", body: { name } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["session"] }),
  });
}
