// The project's keys: what each may do, when it was used, and its end.
import { type FormEvent, useState } from "react";
import { type KeyOrder, useCreateKey, useKeys, useRevokeKey } from "../../api/keys";
import type { KeyDetails, KeyStyle, Scope } from "../../api/types";
import { AskingButton } from "../../components/asking-button";
import { Choice } from "../../components/choice";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { Secret } from "../../components/secret";
import { TableSkeleton } from "../../components/skeleton";
import { type SmallColumn, SmallTable } from "../../components/small-table";
import { useNow } from "../../state/now";
import { useWhyNot } from "../../state/permission";

const STYLES: Record<KeyStyle, { label: string; words: string }> = {
  ank: { label: "ank_", words: "Batches: 60 requests a minute, 1,000 records each. Ansehn's dialect." },
  bot: { label: "bot_", words: "One request a visit: 6,000 a minute. Profound's dialect." },
};

const SCOPES: Record<Scope, string> = {
  "logs:ingest": "send logs",
  "reports:read": "read reports",
  admin: "everything, settings as well",
};

export function Keys() {
  const { data: keys, error, refetch } = useKeys();
  const [withRevoked, setWithRevoked] = useState(false);
  const shown = keys?.filter(({ revoked_at }) => withRevoked || revoked_at === null);
  return (
    <>
      <Panel title="New key">
        <KeyForm />
      </Panel>
      <Panel
        title="Keys"
        note="A key's name is the source of what is sent with it."
        actions={
          <label className="switch">
            <input type="checkbox" checked={withRevoked} onChange={(event) => setWithRevoked(event.target.checked)} />
            Revoked ones, too
          </label>
        }
      >
        {error ? (
          <ErrorNote error={error} retry={() => void refetch()} />
        ) : shown ? (
          <SmallTable name="Keys" columns={COLUMNS} rows={shown} rowKey={({ id }) => id} empty="There are no keys yet." />
        ) : (
          <TableSkeleton rows={3} />
        )}
      </Panel>
    </>
  );
}

type Draft = KeyOrder & { scopes: Scope[]; lastDay: string };

const EMPTY_DRAFT: Draft = { name: "", style: "ank", scopes: ["logs:ingest"], lastDay: "" };

function KeyForm() {
  const create = useCreateKey();
  const whyNot = useWhyNot("editor");
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { lastDay, ...order } = draft;
    const expires = lastDay ? `${lastDay}T23:59:59Z` : null;
    create.mutate({ ...order, expires_at: expires }, { onSuccess: () => setDraft(EMPTY_DRAFT) });
  };
  if (create.data) {
    return (
      <Secret title={`The key ${create.data.name} is made`} text={create.data.key} onDone={create.reset}>
        Keep it where the sender can read it, and nobody else.
      </Secret>
    );
  }
  return (
    <form className="form settings-form" onSubmit={submit}>
      <fieldset disabled={whyNot !== null}>
        <KeyFields draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
        {create.error && <ErrorNote error={create.error} />}
        <div className="form-foot">
          <button
            type="submit"
            className="button button-primary"
            disabled={create.isPending || draft.scopes.length === 0}
          >
            Create key
          </button>
          {whyNot && <span className="muted">{whyNot}</span>}
        </div>
      </fieldset>
    </form>
  );
}

function KeyFields({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const { scopes } = draft;
  const toggle = (scope: Scope) =>
    onChange({ scopes: scopes.includes(scope) ? scopes.filter((other) => other !== scope) : [...scopes, scope] });
  return (
    <>
      <label>
        Name
        <input
          required
          maxLength={100}
          value={draft.name}
          placeholder="nginx of the shop"
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </label>
      <Choice legend="Style" name="style" value={draft.style} options={STYLES} onChange={(style) => onChange({ style })} />
      <fieldset className="choice">
        <legend>It may</legend>
        {(Object.entries(SCOPES) as [Scope, string][]).map(([scope, words]) => (
          <label key={scope}>
            <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
            <span>
              {words} <small>{scope}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <label>
        Last day
        <input type="date" value={draft.lastDay} onChange={(event) => onChange({ lastDay: event.target.value })} />
        <small>In UTC. Empty means that it does not end by itself.</small>
      </label>
    </>
  );
}

const COLUMNS: SmallColumn<KeyDetails>[] = [
  { header: "Name", cell: ({ name }) => name },
  { header: "Key", cell: ({ hint }) => <code>{hint}</code> },
  { header: "May", cell: ({ scopes }) => scopes.map((scope) => SCOPES[scope]).join(", "), minor: true },
  { header: "Created", cell: ({ created_at }) => <RelativeTime instant={created_at} />, minor: true },
  { header: "Last used", cell: ({ last_used_at }) => <RelativeTime instant={last_used_at} /> },
  { header: "Ends", cell: (key) => <End of={key} /> },
  { header: "Action", cell: (key) => <Revoke of={key} />, actions: true },
];

function End({ of: { expires_at, revoked_at } }: { of: KeyDetails }) {
  const now = useNow();
  if (revoked_at) {
    return (
      <>
        revoked <RelativeTime instant={revoked_at} />
      </>
    );
  }
  if (!expires_at) return <span className="muted">–</span>;
  const isOver = Date.parse(expires_at) <= now;
  return (
    <>
      {isOver && "ended "}
      <RelativeTime instant={expires_at} ahead={!isOver} />
    </>
  );
}

function Revoke({ of: { id, name, hint, revoked_at } }: { of: KeyDetails }) {
  const revoke = useRevokeKey();
  const whyNot = useWhyNot("editor");
  if (revoked_at) return null;
  return (
    <AskingButton
      label="Revoke…"
      about={name}
      title="Revoke the key"
      action="Revoke"
      mutation={revoke}
      variables={id}
      whyNot={whyNot}
    >
      <p>
        Whoever sends with <strong>{name}</strong> (<code>{hint}</code>) is refused from now on. This cannot be undone; what
        was received stays.
      </p>
    </AskingButton>
  );
}
