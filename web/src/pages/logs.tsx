// Logs: single requests, newest first, and what comes in right now.
import { useEffect, useMemo, useRef, useState } from "react";
import { useAssistantName } from "../api/assistants";
import { TAIL, TAIL_EVERY_MS, useLogs, useTail } from "../api/logs";
import { botFilters, type QueryFilter, scopeOf } from "../api/reports";
import { ErrorNote } from "../components/error-note";
import { OwnChips } from "../components/own-chips";
import { Page, Panel } from "../components/page";
import { Segmented } from "../components/segmented";
import { TableSkeleton } from "../components/skeleton";
import { formatNumber } from "../format";
import { OWN_FIELDS, type OwnField, useOwn } from "../state/own";
import { useView } from "../state/use-view";
import type { View } from "../state/view";
import { downloadRequests } from "./logs/csv";
import { Requests } from "./logs/requests";

const WHO = { ai: "AI crawlers", bots: "all bots", everybody: "everybody" };
type Who = keyof typeof WHO;

const FIELDS = Object.keys(OWN_FIELDS) as OwnField[];

export default function Logs() {
  const { period } = useView();
  const query = useLogsQuery();
  const logs = useLogs(query);
  const [paused, setPaused] = useState(false);
  const canFollow = period.end === null;
  const isLive = canFollow && !paused && logs.isSuccess;
  const tail = useTail(query, isLive);
  const visits = useMemo(() => logs.data?.pages.flatMap((page) => page.visits), [logs.data]);
  const fresh = useFresh(logs.data);
  const assistantName = useAssistantName();
  const word = (field: OwnField, value: string) => (field === "referral_source" ? assistantName(value) : value);
  return (
    <Page title="Logs">
      <Panel
        title="Requests"
        actions={
          <>
            <WhoChoice />
            {canFollow && <LiveButton isLive={isLive} isFailing={tail.isError} onClick={() => setPaused(!paused)} />}
            <button
              type="button"
              className="button button-plain button-small"
              disabled={!visits?.length}
              title="What is loaded, as CSV"
              onClick={() => downloadRequests(visits ?? [])}
            >
              CSV
            </button>
          </>
        }
      >
        <OwnChips fields={FIELDS} word={word} />
        {logs.error && !visits ? (
          <ErrorNote error={logs.error} retry={() => void logs.refetch()} />
        ) : visits ? (
          <>
            <Requests name="Requests" visits={visits} isOnLogs fresh={fresh} />
            <Ending logs={logs} count={visits.length} />
          </>
        ) : (
          <TableSkeleton rows={20} />
        )}
      </Panel>
    </Page>
  );
}

function useLogsQuery() {
  const { view, period } = useView();
  const { get } = useOwn();
  const who = whoOf(view, get("who"));
  const own = FIELDS.map((field) => [field, get(field)] as const).filter(([, value]) => value !== null);
  const filters: QueryFilter[] = [
    ...botFilters({ ...view, bots: who === "ai" ? "ai" : "all" }),
    ...own.map(([field, value]) => ({ field, operator: "is", value: value as string })),
  ];
  if (who === "bots") filters.push({ field: "bot_name", operator: "not_is", value: "" });
  return { ...scopeOf(view, period), filters };
}

function whoOf(view: View, own: string | null): Who {
  if (own === "everybody") return own;
  return view.bots === "all" ? "bots" : "ai";
}

function WhoChoice() {
  const { view } = useView();
  const { get, put } = useOwn();
  return (
    <Segmented
      label="Whose requests"
      value={whoOf(view, get("who"))}
      options={WHO}
      onChange={(who) => put({ who: who === "everybody" ? who : null, bots: who === "bots" ? "all" : null })}
    />
  );
}

interface LiveButtonProps {
  isLive: boolean;
  isFailing: boolean;
  onClick: () => void;
}

function LiveButton({ isLive, isFailing, onClick }: LiveButtonProps) {
  const seconds = TAIL_EVERY_MS / 1000;
  const word = isFailing && isLive ? "No answer" : isLive ? "Live" : "Paused";
  return (
    <button
      type="button"
      className="button button-small"
      aria-pressed={isLive}
      title={isLive ? `New requests appear every ${seconds} s; click to pause` : "Click to see new requests as they come"}
      onClick={onClick}
    >
      <span className={`dot dot-${isLive ? (isFailing ? "silent" : "flowing") : "quiet"}`} aria-hidden="true" />
      {word}
    </button>
  );
}

/** Requests that came while one looked. */
function useFresh(data: ReturnType<typeof useLogs>["data"]): ReadonlySet<string> {
  return useMemo(() => {
    const pages = data?.pages.filter((_, at) => data.pageParams[at] === TAIL) ?? [];
    return new Set(pages.flatMap(({ visits }) => visits.map(({ visit_id }) => visit_id)));
  }, [data]);
}

/** Below the requests: the way to older ones, taken by itself when one gets there. */
function Ending({ logs, count }: { logs: ReturnType<typeof useLogs>; count: number }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = logs;
  const button = useRef<HTMLButtonElement>(null);
  const isReady = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (!isReady || !button.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && void fetchNextPage(),
      { rootMargin: "400px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [isReady, fetchNextPage]);
  if (count === 0) {
    return (
      <p className="table-empty">
        No request in this range under these filters. Take a longer range, a filter away, or look at everybody.
      </p>
    );
  }
  return (
    <footer className="table-foot">
      {isFetchNextPageError && error && <ErrorNote error={error} retry={() => void fetchNextPage()} />}
      {hasNextPage && (
        <button
          ref={button}
          type="button"
          className="button button-small"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {isFetchingNextPage ? "Loading …" : "Load more"}
        </button>
      )}
      <span className="muted" role="status">
        {formatNumber(count)} {hasNextPage ? "loaded" : count === 1 ? "request, all there is" : "requests, all there are"}
      </span>
    </footer>
  );
}
