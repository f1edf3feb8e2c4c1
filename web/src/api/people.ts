// Who may see the project, by membership, invitation or shared link; and the server's users.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useProject } from "../state/project";
import { request } from "./client";
import { projectPath } from "./project";
import type { Invitation, Member, Role, Share, User } from "./types";

/** Endpoints of one kind of thing: a list, and ways to add, change and remove. */
type Collection = "members" | "invitations" | "shares";

function useCollection<T>(name: Collection) {
  const { id } = useProject();
  return useQuery({
    queryKey: [name, id],
    queryFn: ({ signal }) => request<T[]>(projectPath(id, name), { signal }),
  });
}

function useCreating<T, Order>(name: Collection) {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: Order) => request<T>(projectPath(id, name), { method: "POST", body: order }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [name, id] }),
  });
}

function useRemoving(name: Collection) {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (item: number) => request<void>(projectPath(id, `${name}/${item}`), { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [name, id] }),
  });
}

export const useMembers = () => useCollection<Member>("members");
export const useAddMember = () => useCreating<Member, { name: string; role: Role }>("members");
export const useRemoveMember = () => useRemoving("members");

export function useChangeMember() {
  const { id } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user, role }: { user: number; role: Role }) =>
      request<Member>(projectPath(id, `members/${user}`), { method: "PATCH", body: { role } }),
    onSuccess: () =>
      Promise.all([["members", id], ["session"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

export const useInvitations = () => useCollection<Invitation>("invitations");
export const useInvite = () => useCreating<Invitation, { role: Role }>("invitations");
export const useWithdrawInvitation = () => useRemoving("invitations");

export const useShares = () => useCollection<Share>("shares");
export const useCreateShare = () => useCreating<Share, { name: string }>("shares");
export const useWithdrawShare = () => useRemoving("shares");

const USERS = ["users"];

export function useUsers() {
  return useQuery({ queryKey: USERS, queryFn: ({ signal }) => request<User[]>("/v1/users", { signal }) });
}

export function useCreateUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: { name: string; is_admin: boolean }) =>
      request<User>("/v1/users", { method: "POST", body: order }),
    onSuccess: () => queries.invalidateQueries({ queryKey: USERS }),
  });
}

export function useDeleteUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: number) => request<void>(`/v1/users/${user}`, { method: "DELETE" }),
    onSuccess: () =>
      Promise.all([USERS, ["members"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
