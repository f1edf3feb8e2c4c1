// Whether logs flow, in one dot; details on hover, focus and tap, everything on the Sources page.
import "../styles/guide.css";
import * as HoverCard from "@radix-ui/react-hover-card";
import { type MouseEvent, type PointerEvent, useRef, useState } from "react";
import { Link } from "wouter";
import { useStatus } from "../api/project";
import type { FlowState, ProjectStatus, SourceStatus } from "../api/types";
import { formatDuration, formatNumber } from "../format";
import { useView } from "../state/use-view";
import { RelativeTime } from "./relative-time";

/** More are on the Sources page. */
const MOST_SOURCES = 5;

export const FLOW_WORDS: Record<FlowState, string> = {
  flowing: "flowing",
  quiet: "quiet",
  silent: "silent",
  failing: "failing",
  empty: "no logs yet",
};

/** Radix would call `preventDefault` on touches that React hears of passively, which browsers report as an error. */
function keepTouchesFromReact(element: HTMLAnchorElement | null) {
  const stop = (event: TouchEvent) => event.stopPropagation();
  element?.addEventListener("touchstart", stop, { passive: true });
  return () => element?.removeEventListener("touchstart", stop);
}

export function StatusDot() {
  const { data: status, error } = useStatus();
  const { href } = useView();
  const [isOpen, setOpen] = useState(false);
  const byTouch = useRef(false);
  const state = error ? "unknown" : status?.state;
  const words = error ? "unknown" : state && state !== "unknown" ? FLOW_WORDS[state] : "…";
  // A finger cannot hover: its first tap shows the card, which has a link to the page.
  const onClick = (event: MouseEvent) => {
    if (!byTouch.current || isOpen) return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <HoverCard.Root open={isOpen} onOpenChange={setOpen} openDelay={150}>
      <HoverCard.Trigger asChild ref={keepTouchesFromReact}>
        <Link
          href={href("/sources")}
          className="status"
          onPointerDown={(event: PointerEvent) => {
            byTouch.current = event.pointerType === "touch";
          }}
          onClick={onClick}
        >
          <span className={`dot dot-${state ?? "unknown"}`} aria-hidden="true" />
          <span>
            <span className="visually-hidden">Logs: </span>
            {words}
          </span>
          {status?.last_ingest_at && !error && (
            <span className="muted status-ago">
              · <RelativeTime instant={status.last_ingest_at} />
            </span>
          )}
        </Link>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content className="card card-status" align="start" sideOffset={6} collisionPadding={8}>
          {error ? <p>{error.message} Whether logs flow is not known now.</p> : status && <Details status={status} />}
          <Link href={href("/sources")} onClick={() => setOpen(false)}>
            All of it on the Sources page
          </Link>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

function Details({ status }: { status: ProjectStatus }) {
  const waiting = status.outbox_batches;
  return (
    <>
      {status.advice && <p>{status.advice}</p>}
      <dl className="facts">
        <dt>In the reports</dt>
        <dd>
          {status.visits_lag_seconds === 0 ? "at once" : `${formatDuration(status.visits_lag_seconds)} behind`}
          {waiting > 0 && `, ${formatNumber(waiting)} batches wait`}
        </dd>
      </dl>
      {status.sources.slice(0, MOST_SOURCES).map((source) => (
        <SourceDetails key={source.key_id} source={source} />
      ))}
      {status.sources.length > MOST_SOURCES && (
        <p className="muted">and {status.sources.length - MOST_SOURCES} other sources.</p>
      )}
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
        <dt>Rate</dt>
        <dd>
          {formatNumber(source.hours.at(-1) ?? 0)} this hour, {formatNumber(source.hours.at(-2) ?? 0)} the hour before
        </dd>
        <dt>In 24 hours</dt>
        <dd>{wordFates(source)}</dd>
        {source.rejected_reasons.slice(0, 3).map(({ field, message, records }) => (
          <dd key={`${field} ${message}`} className="facts-wide">
            {formatNumber(records)} × {message}
          </dd>
        ))}
      </dl>
      {source.advice && <p>{source.advice}</p>}
    </section>
  );
}

/** Everything received, by what became of it; what did not happen is left out. */
function wordFates(source: SourceStatus): string {
  const { stored_24h, dropped_24h, quarantined_24h, rejected_24h } = source;
  const others: [number, string][] = [
    [dropped_24h, "dropped"],
    [quarantined_24h, "set aside"],
    [rejected_24h, "rejected"],
  ];
  const words = others.filter(([records]) => records > 0).map(([records, word]) => `${formatNumber(records)} ${word}`);
  return [`${formatNumber(source.received_24h)} received: ${formatNumber(stored_24h)} stored`, ...words].join(", ");
}
