// What a project without logs shows: three ways to begin, and a check that turns green by itself.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { request } from "../api/client";
import { projectPath, useStatus } from "../api/project";
import { useSession } from "../api/session";
import type { NewKey } from "../api/types";
import { may, useProject } from "../state/project";
import { useView } from "../state/use-view";
import { Copyable } from "./copyable";
import { ErrorNote } from "./error-note";

const CHECK_EVERY_MS = 2000;

export function EmptyGuide({ onDone }: { onDone: () => void }) {
  const project = useProject();
  const { href } = useView();
  return (
    <>
      <section className="panel guide-head">
        <h2>{project.name} waits for its first log</h2>
        <LiveCheck onDone={onDone} />
      </section>
      <div className="guide">
        <section className="panel">
          <h2>Send one record now</h2>
          <CurlDoor />
        </section>
        <section className="panel">
          <h2>Upload a log file</h2>
          <p className="muted">
            nginx, Apache, Caddy, IIS, CloudFront, load balancers and more; plain or compressed. The format is found out
            from the first lines.
          </p>
          <Link href={href("/upload")} className="button">
            Upload a file
          </Link>
        </section>
        <section className="panel">
          <h2>Connect your server or CDN</h2>
          <p className="muted">
            Cloudflare, Fastly, Vercel, Netlify, Akamai, AWS, Google Cloud, WordPress, or a shipper beside your web
            server: with settings to copy.
          </p>
          <Link href={href("/sources")} className="button">
            Choose a source
          </Link>
        </section>
      </div>
    </>
  );
}

function LiveCheck({ onDone }: { onDone: () => void }) {
  const { data: status } = useStatus(CHECK_EVERY_MS);
  const isThere = Boolean(status?.last_ingest_at);
  return (
    <>
      <p role="status">
        <span className={`dot dot-${isThere ? "flowing" : "empty dot-waiting"}`} aria-hidden="true" />{" "}
        {isThere ? "The first log is here." : "Nothing yet. This page looks every two seconds."}
      </p>
      {isThere && (
        <button type="button" className="button button-primary" onClick={onDone}>
          Show the dashboard
        </button>
      )}
    </>
  );
}

function CurlDoor() {
  const project = useProject();
  const { data: session } = useSession();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      request<NewKey>(projectPath(project.id, "keys"), { method: "POST", body: { name: "first steps", style: "bot" } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys", project.id] }),
  });
  if (create.data) {
    const host = project.domains[0] ?? "example.com";
    return (
      <>
        <p className="muted">The key in it is shown this once; keep it, or make another one later.</p>
        <Copyable block text={wordCurl(session?.server.url ?? window.location.origin, create.data.key, host)} />
      </>
    );
  }
  return (
    <>
      <p className="muted">A curl command with a key of this project: one visit of GPTBot, to see that it works.</p>
      {create.error && <ErrorNote error={create.error} />}
      <button
        type="button"
        className="button button-primary"
        disabled={create.isPending || !may(project, "editor")}
        onClick={() => create.mutate()}
      >
        Make a key and show the command
      </button>
      {!may(project, "editor") && <p className="muted">An editor of this project may do that.</p>}
    </>
  );
}

function wordCurl(url: string, key: string, host: string): string {
  const record = {
    timestamp: new Date().toISOString().replace(/\.\d+/, ""),
    method: "GET",
    host,
    path: "/hello",
    status_code: 200,
    ip: "203.0.113.10",
    user_agent: "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  };
  return [
    `curl ${url}/v1/logs/custom \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -H 'X-API-Key: ${key}' \\`,
    `  --data '[${JSON.stringify(record)}]'`,
  ].join("\n");
}
