// Whether logs flow, in one dot; details on hover and focus, everything on the Sources page.
import * as HoverCard from "@radix-ui/react-hover-card";
import { Link } from "wouter";
import { useStatus } from "../api/project";
import type { FlowState, ProjectStatus, SourceStatus } from "../api/types";
import { formatDuration, formatNumber } from "../format";
import { useView } from "../state/use-view";
import { RelativeTime } from "./relative-time";

export const FLOW_WORDS: Record<FlowState, string> = {
  flowing: "flowing",
  quiet: "quiet",
  silent: "silent",
  failing: "failing",
  empty: "no logs yet",
};

export function StatusDot() {
  const { data: status, error } = useStatus();
  const { href } = useView();
  const state = error ? "failing" : status?.state;
  const words = error ? "unknown" : state ? FLOW_WORDS[state] : "…";
  return (
    <HoverCard.Root openDelay={150}>
      <HoverCard.Trigger asChild>
        <Link href={href("/sources")} className="status" aria-label={`Logs: ${words}. Go to Sources`}>
          <span className={`dot dot-${state ?? "unknown"}`} aria-hidden="true" />
          {words}
          {status?.last_ingest_at && !error && (
            <span className="muted status-ago">
              · <RelativeTime instant={status.last_ingest_at} />
            </span>
          )}
        </Link>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content className="card" align="start" sideOffset={6} collisionPadding={8}>
          {error ? <p>{error.message} The last known state is left out.</p> : status && <Details status={status} />}
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

function Details({ status }: { status: ProjectStatus }) {
  return (
    <>
      <p>{status.advice}</p>
      {status.sources.map((source) => (
        <SourceDetails key={source.key_id} source={source} />
      ))}
      <p className="muted">
        Reports are {formatDuration(status.visits_lag_seconds)} behind
        {status.outbox_batches > 0 && `, ${formatNumber(status.outbox_batches)} batches wait to be loaded`}.
      </p>
    </>
  );
}

function SourceDetails({ source }: { source: SourceStatus }) {
  return (
    <section className="card-part">
      <h3>
        <span className={`dot dot-${source.state}`} aria-hidden="true" /> {source.name}{" "}
        <span className="muted">{FLOW_WORDS[source.state]}</span>
      </h3>
      <dl className="facts">
        <dt>Last logs</dt>
        <dd>
          <RelativeTime instant={source.last_ingest_at} />
        </dd>
        <dt>In 24 hours</dt>
        <dd>{formatNumber(source.received_24h)} received</dd>
        <dt>of these</dt>
        <dd>
          {formatNumber(source.stored_24h)} stored, {formatNumber(source.dropped_24h)} dropped,{" "}
          {formatNumber(source.rejected_24h)} rejected
        </dd>
        {source.rejected_reasons.slice(0, 3).map(({ field, message, records }) => (
          <dd key={`${field} ${message}`} className="facts-wide">
            {formatNumber(records)} × {message}
          </dd>
        ))}
      </dl>
      {source.state !== "flowing" && <p>{source.advice}</p>}
    </section>
  );
}
