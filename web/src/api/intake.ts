// What was received and is not in the reports: rejected records, and those of hosts that are no domains.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useProject } from "../state/project";
import { request } from "./client";
import { projectPath, useStatus } from "./project";
import type { QuarantinedHost, RejectedPage } from "./types";

const PAGE = 25;

/** Asks again when the status has counted more. */
function useRefreshing(name: "rejected" | "quarantine", count: number | undefined): void {
  const { id } = useProject();
  const queries = useQueryClient();
  useEffect(() => {
    if (count !== undefined) void queries.invalidateQueries({ queryKey: [name, id] });
  }, [name, id, count, queries]);
}

/** Rejected records, newest first, a page at a time. */
export function useRejected() {
  const { id } = useProject();
  const { data: status } = useStatus();
  useRefreshing("rejected", status?.rejected_24h);
  return useInfiniteQuery({
    queryKey: ["rejected", id],
    queryFn: ({ signal, pageParam }) => {
      const before = pageParam === null ? "" : `&before=${pageParam}`;
      return request<RejectedPage>(projectPath(id, `rejected?limit=${PAGE}${before}`), { signal });
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** Hosts whose records were set aside. */
export function useQuarantine() {
  const { id } = useProject();
  const { data: status } = useStatus();
  useRefreshing("quarantine", status?.quarantined_24h);
  return useQuery({
    queryKey: ["quarantine", id],
    queryFn: ({ signal }) => request<QuarantinedHost[]>(projectPath(id, "quarantine"), { signal }),
  });
}

export interface Decision {
  host: string;
  /** `add` makes the host a domain of the project as well. */
  action: "release" | "add" | "discard";
}

/** Store what was set aside of a host, or throw it away. */
export function useDecideQuarantine() {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ host, action }: Decision) => {
      const path = projectPath(id, `quarantine/${encodeURIComponent(host)}`);
      if (action === "discard") return request<unknown>(path, { method: "DELETE" });
      return request<unknown>(`${path}/release`, { method: "POST", body: { add_domain: action === "add" } });
    },
    onSuccess: (_, { action }) => {
      const changed = [["quarantine", id], ["status", id], ...(action === "discard" ? [] : [["report", id]])];
      if (action === "add") changed.push(["project", id], ["session"]);
      return Promise.all(changed.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}
