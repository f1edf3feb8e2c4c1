// A table of single requests; each row opens to everything that is stored of it.
import { useId, useState } from "react";
import type { LoggedVisit } from "../../api/types";
import { FilterButton, OperatorMark } from "../../components/marks";
import { VerificationMark } from "../../components/verification-mark";
import { formatInstant, formatMoment } from "../../format";
import { useView } from "../../state/use-view";
import { RequestDetails } from "./request-details";

export interface RequestsProps {
  name: string;
  visits: LoggedVisit[];
  isOnLogs?: boolean;
  /** Requests that came while one looked. */
  fresh?: ReadonlySet<string>;
}

const COLUMNS = ["Time", "Who", "Verification", "Method", "Status", "Page"];

export function Requests({ name, visits, isOnLogs = false, fresh }: RequestsProps) {
  const hasHosts = new Set(visits.map(({ host }) => host)).size > 1;
  return (
    <div className="table-wide">
      <table className="table requests" aria-label={name}>
        <thead>
          <tr>
            {COLUMNS.map((word) => (
              <th key={word} scope="col" className={MINOR.has(word) ? "minor" : ""}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {visits.map((visit) => (
            <RequestRows
              key={visit.visit_id}
              visit={visit}
              hasHosts={hasHosts}
              isOnLogs={isOnLogs}
              isFresh={fresh?.has(visit.visit_id) ?? false}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const MINOR = new Set(["Verification", "Method"]);

interface RowProps {
  visit: LoggedVisit;
  hasHosts: boolean;
  isOnLogs: boolean;
  isFresh: boolean;
}

function RequestRows({ visit, hasHosts, isOnLogs, isFresh }: RowProps) {
  const [open, setOpen] = useState(false);
  const details = useId();
  return (
    <>
      <tr data-fresh={isFresh || undefined} data-open={open || undefined}>
        <td className="request-time">
          <Opener visit={visit} open={open} details={details} onClick={() => setOpen(!open)} />
        </td>
        <td className="request-who">
          <span className="cell">
            <Who visit={visit} />
          </span>
        </td>
        <td className="minor">
          <VerificationMark verification={visit.verification} />
        </td>
        <td className="minor">
          <FilterButton field="method" value={visit.method} />
        </td>
        <td>
          <FilterButton field="status_code" value={String(visit.status_code)}>
            <span className={`status-code status-${String(visit.status_code)[0]}`}>{visit.status_code}</span>
          </FilterButton>
        </td>
        <td className="request-path">
          <span className="cell" title={`${visit.host}${visit.path}`}>
            {hasHosts && <span className="muted">{visit.host}</span>}
            <FilterButton field="path" value={visit.path} />
          </span>
        </td>
      </tr>
      {open && (
        <tr id={details} className="request-open">
          <td colSpan={COLUMNS.length}>
            <RequestDetails visit={visit} isOnLogs={isOnLogs} />
          </td>
        </tr>
      )}
    </>
  );
}

interface OpenerProps {
  visit: LoggedVisit;
  open: boolean;
  details: string;
  onClick: () => void;
}

function Opener({ visit, open, details, onClick }: OpenerProps) {
  const { view } = useView();
  return (
    <button
      type="button"
      className="link-button"
      aria-expanded={open}
      aria-controls={open ? details : undefined}
      title={`${formatInstant(visit.timestamp, view.timezone)} (${view.timezone}): everything about this request`}
      onClick={onClick}
    >
      <span className="request-arrow" aria-hidden="true">
        {open ? "▾" : "▸"}
      </span>
      <time dateTime={visit.timestamp}>{formatMoment(visit.timestamp, view.timezone)}</time>
    </button>
  );
}

function Who({ visit }: { visit: LoggedVisit }) {
  if (visit.bot_name === "") {
    const isSent = !["", "none"].includes(visit.referral_source);
    return <span className="muted">{isSent ? `from ${visit.referral_source}` : "person or unknown"}</span>;
  }
  return (
    <FilterButton field="bot_name" value={visit.bot_name}>
      <OperatorMark operator={visit.bot_provider} />
      {visit.bot_name}
    </FilterButton>
  );
}
