// Who is signed in, and what they may see.
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, request, setCsrfToken } from "./client";
import type { Session } from "./types";

const KEY = ["session"];

/** Set while somebody is signed in here: without it the server need not be asked, only to refuse. */
const MARK = "crawlsight.signed-in";

async function fetchSession(): Promise<Session | null> {
  if (localStorage.getItem(MARK) === null) return null;
  try {
    return adopt(await request<Session>("/v1/session"));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
    localStorage.removeItem(MARK);
    return null;
  }
}

function adopt(session: Session): Session {
  setCsrfToken(session.csrf_token);
  localStorage.setItem(MARK, "yes");
  return session;
}

export const sessionQuery = queryOptions({ queryKey: KEY, queryFn: fetchSession, staleTime: 300_000 });

/** The session; null when nobody is signed in. */
export function useSession() {
  return useQuery(sessionQuery);
}

export type Credentials =
  | { name: string; password: string }
  | { token: string }
  | { share: string };

/** Sign in by password, one-time link or share link. */
export function useSignIn() {
  return useStarting((credentials: Credentials) =>
    request<Session>("/v1/session", { method: "POST", body: credentials }),
  );
}

export interface Acceptance {
  token: string;
  name?: string;
  password?: string;
}

export function useAcceptInvitation() {
  return useStarting((acceptance: Acceptance) =>
    request<Session>("/v1/invitations/accept", { method: "POST", body: acceptance }),
  );
}

function useStarting<V>(start: (variables: V) => Promise<Session>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: start,
    onSuccess: (session) => replaceSession(queries, adopt(session)),
  });
}

/** What was cached for somebody else is forgotten. */
function replaceSession(queries: QueryClient, session: Session | null): void {
  queries.setQueryData(KEY, session);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>("/v1/session", { method: "DELETE" }),
    onSuccess: () => {
      localStorage.removeItem(MARK);
      replaceSession(queries, null);
    },
  });
}

export function useSetPassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (passwords: { current?: string; password: string }) =>
      request<void>("/v1/session/password", { method: "PUT", body: passwords }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
