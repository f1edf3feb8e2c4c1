// The project's API keys.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useProject } from "../state/project";
import { request } from "./client";
import { projectPath } from "./project";
import type { KeyDetails, KeyStyle, NewKey, Scope } from "./types";

export interface KeyOrder {
  name: string;
  style: KeyStyle;
  scopes?: Scope[];
  expires_at?: string | null;
}

/** The project's keys, without their secrets. */
export function useKeys() {
  const { id } = useProject();
  return useQuery({
    queryKey: ["keys", id],
    queryFn: ({ signal }) => request<KeyDetails[]>(projectPath(id, "keys"), { signal }),
  });
}

/** Make a key; the answer is the only one that has its secret. */
export function useCreateKey() {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: KeyOrder) => request<NewKey>(projectPath(id, "keys"), { method: "POST", body: order }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys", id] }),
  });
}

export function useRevokeKey() {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: number) => request<void>(projectPath(id, `keys/${key}`), { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys", id] }),
  });
}
