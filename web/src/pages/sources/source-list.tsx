// Every source with its state, what it sent in a day, and what to do about it.
import { useMemo } from "react";
import { Link } from "wouter";
import { useStatus } from "../../api/project";
import type { SourceStatus } from "../../api/types";
import { type Column, DataTable } from "../../components/data-table";
import { ErrorNote } from "../../components/error-note";
import { HourBars } from "../../components/hour-bars";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { TableSkeleton } from "../../components/skeleton";
import { FLOW_WORDS } from "../../components/status-dot";
import { formatDuration, formatNumber } from "../../format";
import { useView } from "../../state/use-view";

export function SourceList() {
  const { data: status, error, refetch } = useStatus();
  const columns = useMemo(sourceColumns, []);
  return (
    <Panel title="Sources" note="A source is a key; its name is the source of what is sent with it. Numbers are of the last 24 hours.">
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {status ? (
        <>
          <DataTable
            name="Sources"
            columns={columns}
            rows={status.sources}
            rowKey={({ key_id }) => String(key_id)}
            empty="No source has sent anything yet. Choose one below, or upload a file."
            searchLabel="Search sources"
          />
          {status.advice && <p>{status.advice}</p>}
          {status.sources.some(needsWord) && <Advice sources={status.sources.filter(needsWord)} />}
          <p className="panel-note">
            {status.visits_lag_seconds === 0
              ? "All that was received is in the reports."
              : `The reports are ${formatDuration(status.visits_lag_seconds)} behind what is received.`}
          </p>
        </>
      ) : (
        !error && <TableSkeleton rows={4} />
      )}
    </Panel>
  );
}

/** Files from people and commands have no key; the reasons of their lines stand with each file. */
const isUpload = ({ key_id, rejected_24h }: SourceStatus) => key_id <= 0 && rejected_24h > 0;

const needsWord = (source: SourceStatus) =>
  source.advice !== "" || source.rejected_reasons.length > 0 || isUpload(source);

function Advice({ sources }: { sources: SourceStatus[] }) {
  const { href } = useView();
  return (
    <ul className="advice">
      {sources.map((source) => (
        <AdviceItem key={source.key_id} source={source} uploads={href("/upload")} />
      ))}
    </ul>
  );
}

function AdviceItem({ source, uploads }: { source: SourceStatus; uploads: string }) {
  const { name, state, advice, rejected_reasons } = source;
  return (
    <li>
      <span className={`dot dot-${state}`} aria-hidden="true" /> <strong>{name}</strong> {advice}{" "}
      {isUpload(source) && <Link href={uploads}>Why lines were rejected stands with each upload.</Link>}
      {rejected_reasons.length > 0 && (
        <ul>
          {rejected_reasons.slice(0, 5).map(({ field, message, records }) => (
            <li key={`${field} ${message}`}>
              {formatNumber(records)} × {message}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function sourceColumns(): Column<SourceStatus>[] {
  return [
    {
      id: "name",
      header: "Source",
      value: (row) => row.name,
      cell: (row) => (
        <>
          <span className={`dot dot-${row.state}`} aria-hidden="true" /> {row.name}
        </>
      ),
    },
    { id: "state", header: "State", value: (row) => FLOW_WORDS[row.state] },
    {
      id: "last",
      header: "Last logs",
      value: (row) => row.last_ingest_at,
      cell: (row) => <RelativeTime instant={row.last_ingest_at} />,
      figure: true,
    },
    {
      id: "hours",
      header: "24 hours",
      value: (row) => row.hours.join(" "),
      cell: (row) => <HourBars hours={row.hours} />,
      hint: "Records received in each hour, the present one last",
    },
    amount("requests", "Requests", "requests_24h", "Requests that brought them", true),
    amount("received", "Received", "received_24h", "Records received"),
    amount("stored", "Stored", "stored_24h", "Visits that are in the reports"),
    amount("dropped", "Dropped", "dropped_24h", "Valid, but no visits that this project keeps", true),
    amount("quarantined", "Set aside", "quarantined_24h", "Of a host that is none of the project's domains", true),
    amount("rejected", "Rejected", "rejected_24h", "Not valid; see the reasons below"),
  ];
}

type Amount = "requests_24h" | "received_24h" | "stored_24h" | "dropped_24h" | "quarantined_24h" | "rejected_24h";

function amount(id: string, header: string, field: Amount, hint: string, minor = false): Column<SourceStatus> {
  return {
    id,
    header,
    value: (row) => row[field],
    cell: (row) => <span className={row[field] ? "" : "muted"}>{formatNumber(row[field])}</span>,
    figure: true,
    hint,
    minor,
  };
}
