// How to connect a server, a CDN or a program, with everything filled in that is known.
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useSearch } from "wouter";
import { useCreateKey, useKeys } from "../../api/keys";
import { useSession } from "../../api/session";
import type { NewKey } from "../../api/types";
import { Copyable } from "../../components/copyable";
import { ErrorNote } from "../../components/error-note";
import { LiveCheck } from "../../components/live-check";
import { Markdown } from "../../components/markdown";
import { Panel } from "../../components/page";
import { Skeleton } from "../../components/skeleton";
import { useWhyNot } from "../../state/permission";
import { useProject } from "../../state/project";
import { useView } from "../../state/use-view";
import { type Door, DOOR_GROUPS, findDoor, findDoorByPage, readPage } from "./doors";
import { fillIn, onlySection } from "./fill-in";

export function SetUp() {
  const door = findDoor(new URLSearchParams(useSearch()).get("door"));
  const [keys, setKeys] = useState<Record<string, NewKey>>({});
  const key = door && keys[door.id];
  return (
    <Panel title="Connect a source" note="Choose what serves your site; the steps have this server's address in them.">
      <Doors chosen={door} />
      {door && (
        <section className="door" aria-label={door.label} key={door.id}>
          <h3>{door.label}</h3>
          <Reachability door={door} />
          {key ? <KeyThere made={key} /> : <KeyForm door={door} onMade={(made) => setKeys({ ...keys, [door.id]: made })} />}
          <Steps door={door} made={key} />
        </section>
      )}
    </Panel>
  );
}

function Doors({ chosen }: { chosen: Door | undefined }) {
  const { href } = useView();
  return (
    <nav className="doors" aria-label="Sources to connect">
      {DOOR_GROUPS.map(({ label, doors }) => (
        <div key={label} className="door-group">
          <h3 className="muted">{label}</h3>
          <ul>
            {doors.map((door) => (
              <li key={door.id}>
                <Link
                  href={href("/sources", { door: door.id })}
                  className="button button-small"
                  aria-current={door === chosen ? "true" : undefined}
                >
                  {door.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

const LOCAL = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/;

/** Vendors' machines reach no address of this machine or this network. */
function Reachability({ door }: { door: Door }) {
  const url = useServerUrl();
  const { hostname, protocol } = new URL(url);
  if (!door.isRemote || (protocol === "https:" && !LOCAL.test(hostname))) return null;
  return (
    <p className="note">
      {door.label} needs an address that it can reach by https, and this server is known as <code>{url}</code>. Put it behind
      https, and give its public address as <code>CRAWLSIGHT_PUBLIC_URL</code>; then the steps below have it.
    </p>
  );
}

function useServerUrl(): string {
  const { data: session } = useSession();
  return session?.server.url || window.location.origin;
}

function KeyForm({ door, onMade }: { door: Door; onMade: (key: NewKey) => void }) {
  const create = useCreateKey();
  const whyNot = useWhyNot("editor");
  const [name, setName] = useState(door.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, style: door.style }, { onSuccess: onMade });
  };
  return (
    <form className="key-form" onSubmit={submit}>
      <label>
        Name of the source
        <input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary" disabled={create.isPending || whyNot !== null}>
        Create a key for this
      </button>
      <p className="muted">
        {whyNot ?? (
          <>
            It is filled in below. Without it the steps say <code>{door.style}_…</code>: put in a key that you have.
          </>
        )}
      </p>
      <FirstKeyNote door={door} />
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}

/** Of a project that was made without saying what it keeps, the first key's style decides. */
function FirstKeyNote({ door }: { door: Door }) {
  const { data: keys } = useKeys();
  const { href } = useView();
  if (keys?.length !== 0 || door.style !== "bot") return null;
  return (
    <p className="muted">
      It is the first key of this project: if nobody has said what the project keeps, it will keep every visit, people's too,
      for ten years. Say it in the <Link href={href("/settings")}>settings</Link>.
    </p>
  );
}

function KeyThere({ made }: { made: NewKey }) {
  return (
    <div className="note note-good">
      <strong>The key of {made.name}</strong>
      <Copyable block text={made.key} />
      <p>
        It is filled in below, and shown this once: copy what you need before you leave this page. The step that makes a
        project and a key is done.
      </p>
      <LiveCheck keyId={made.id} from={made.name} />
    </div>
  );
}

function Steps({ door, made }: { door: Door; made: NewKey | undefined }) {
  const project = useProject();
  const url = useServerUrl();
  const { href } = useView();
  const { data: page, error } = useQuery({
    queryKey: ["door", door.page],
    queryFn: () => readPage(door.page),
    staleTime: Infinity,
  });
  if (error) return <ErrorNote error={error} />;
  if (page === undefined) return <Skeleton height={320} />;
  const text = fillIn(door.section ? onlySection(page, door.section) : page, {
    url,
    project: project.name,
    host: project.domains[0] ?? null,
    key: made ? { style: made.style, secret: made.key } : null,
  });
  const linkTo = (target: string, words: ReactNode) => {
    const other = findDoorByPage(target.replace(/\.md(#.*)?$/, ""));
    if (other) return <Link href={href("/sources", { door: other.id })}>{words}</Link>;
    return target.startsWith("../api.md") ? <a href="/docs">{words}</a> : null;
  };
  return <Markdown text={text} linkTo={linkTo} />;
}
