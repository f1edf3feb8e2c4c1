// What a project without logs shows: three ways to begin, and a check that turns green by itself.
import { Link } from "wouter";
import { useCreateKey } from "../api/keys";
import { useStatus } from "../api/project";
import { useSession } from "../api/session";
import { useWhyNot } from "../state/permission";
import { useProject } from "../state/project";
import { useView } from "../state/use-view";
import { Copyable } from "./copyable";
import { ErrorNote } from "./error-note";
import { LiveCheck } from "./live-check";

export function EmptyGuide({ onDone }: { onDone: () => void }) {
  const project = useProject();
  const { href } = useView();
  return (
    <>
      <section className="panel guide-head">
        <h2>The first logs of {project.name}</h2>
        <Waiting onDone={onDone} />
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

function Waiting({ onDone }: { onDone: () => void }) {
  const { data: status } = useStatus();
  return (
    <>
      <LiveCheck />
      {status?.last_ingest_at && (
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
  const create = useCreateKey();
  const whyNot = useWhyNot("editor");
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
        disabled={create.isPending || whyNot !== null}
        onClick={() => create.mutate({ name: "first steps", style: "ank" })}
      >
        Make a key and show the command
      </button>
      {whyNot && <p className="muted">{whyNot}</p>}
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
    `  -H 'Authorization: Bearer ${key}' \\`,
    `  -H 'Idempotency-Key: first-log' \\`,
    `  --data '[${JSON.stringify(record)}]'`,
  ].join("\n");
}
