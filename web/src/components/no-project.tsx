// Who is signed in and has no project yet: an administrator makes one, everybody else asks for an invitation.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client";
import { useSignOut } from "../api/session";
import type { Project, Session } from "../api/types";
import { ErrorNote } from "./error-note";

export function NoProject({ session }: { session: Session }) {
  const signOut = useSignOut();
  return (
    <main className="gate">
      <h1>Crawlsight</h1>
      {session.user?.is_admin ? (
        <FirstProject />
      ) : (
        <p>You have no project yet. Ask the owner of one for an invitation link.</p>
      )}
      <button type="button" className="button button-plain" onClick={() => signOut.mutate()}>
        Sign out
      </button>
    </main>
  );
}

function FirstProject() {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [domains, setDomains] = useState("");
  const create = useMutation({
    mutationFn: () =>
      request<Project>("/v1/projects", {
        method: "POST",
        body: { name, domains: domains.split(/[\s,]+/).filter(Boolean) },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["session"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <p>Make your first project: one for each site, or group of sites, that you look at together.</p>
      <label>
        Name
        <input required value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label>
        Domains
        <input
          value={domains}
          placeholder="example.com, shop.example.com"
          onChange={(event) => setDomains(event.target.value)}
        />
        <small>Logs of other hosts are set aside. Leave it empty to take every host.</small>
      </label>
      {create.error && <ErrorNote error={create.error} />}
      <button type="submit" className="button button-primary" disabled={create.isPending}>
        Create project
      </button>
    </form>
  );
}
