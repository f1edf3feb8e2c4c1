// A file that the server has: how far its import is, and what became of its lines.
import type { Upload } from "../../api/types";
import type { FileOptions } from "../../api/uploads";
import { DataTable } from "../../components/data-table";
import { RelativeTime } from "../../components/relative-time";
import { formatBytes, formatNumber } from "../../format";
import { wordFormat } from "./formats";
import { Progress } from "./progress";
import { repeatTransfer, type Transfer } from "./transfers";

const STATES: Record<Upload["state"], string> = {
  waiting: "waits to be imported",
  running: "is being imported",
  done: "imported",
  failed: "not imported",
};

export interface UploadItemProps {
  upload: Upload;
  /** The transfer that brought it, while the page still has the file. */
  transfer: Transfer | undefined;
  options: FileOptions;
}

export function UploadItem({ upload, transfer, options }: UploadItemProps) {
  const { name, state, bytes_read, bytes_total, created_at_ms } = upload;
  const isOver = state === "done" || state === "failed";
  return (
    <li className="upload-item">
      <details open={transfer !== undefined || !isOver}>
        <summary className="upload-line">
          <strong className="upload-name">{name}</strong>
          <span className={state === "failed" ? "upload-failed" : "muted"}>
            {STATES[state]}
            {state === "done" && `: ${summarize(upload)}`}
          </span>
          <span className="muted upload-actions">
            {formatBytes(bytes_total)} · <RelativeTime instant={new Date(created_at_ms).toISOString()} />
          </span>
        </summary>
        {!isOver && <Progress label={`${name} imported`} done={bytes_read} total={bytes_total} />}
        <Outcome upload={upload} />
        {transfer && isOver && (state === "failed" || upload.rejected_records > 0) && (
          <p>
            <button type="button" className="button button-small" onClick={() => repeatTransfer(transfer, options)}>
              Send again
            </button>{" "}
            <span className="muted">with the format and the host that are chosen above.</span>
          </p>
        )}
      </details>
    </li>
  );
}

/** The server speaks of its command line; here the site has a field. */
const wordHere = (text: string) => text.replaceAll("--host", "the field \u201cHost\u201d");

function summarize(upload: Upload): string {
  const stored = upload.stored_ai_crawler_records + upload.stored_other_records;
  if (upload.lines === 0) return "nothing new since the last time";
  const rejected = upload.rejected_records ? `, ${formatNumber(upload.rejected_records)} rejected` : "";
  return `${formatNumber(stored)} of ${formatNumber(upload.lines)} lines stored${rejected}`;
}

function Outcome({ upload }: { upload: Upload }) {
  const { state, format, reason, host, errors, skipped } = upload;
  const reasons = Object.entries(skipped).sort(([, one], [, other]) => other - one);
  return (
    <div className="upload-outcome">
      {state === "failed" ? (
        <p className="upload-failed">{wordHere(reason)}. Choose the format above, or mend the file, and send it again.</p>
      ) : (
        state !== "waiting" && (
          <p>
            Read as <strong>{wordFormat(format)}</strong>
            {host && (
              <>
                {" "}
                of <strong>{host}</strong>
              </>
            )}
            {reason && <span className="muted"> ({wordHere(reason)})</span>}
          </p>
        )
      )}
      {state !== "waiting" && <Counters upload={upload} />}
      {reasons.length > 0 && (
        <section>
          <h3>Skipped lines</h3>
          <ul className="upload-reasons">
            {reasons.map(([why, lines]) => (
              <li key={why}>
                {formatNumber(lines)} × {why}
              </li>
            ))}
          </ul>
        </section>
      )}
      {errors.length > 0 && (
        <section>
          <h3>
            Rejected lines
            {upload.rejected_records > errors.length && <span className="muted"> (the first {errors.length})</span>}
          </h3>
          <DataTable
            name={`Rejected lines of ${upload.name}`}
            columns={[
              { id: "line", header: "Line", value: (row) => row.line, figure: true },
              { id: "message", header: "Reason", value: (row) => wordHere(row.message), wrap: true },
            ]}
            rows={errors}
            rowKey={({ line }) => String(line)}
            pageSize={5}
          />
        </section>
      )}
    </div>
  );
}

function Counters({ upload }: { upload: Upload }) {
  const counters: [string, number, string][] = [
    ["Lines", upload.lines, "Lines that no earlier upload of the file had"],
    ["Stored, AI crawlers", upload.stored_ai_crawler_records, "Visits of AI crawlers, now in the reports"],
    ["Stored, others", upload.stored_other_records, "Other visits that this project keeps"],
    ["Dropped", upload.dropped_records, "Valid, but no visits that this project keeps"],
    ["Set aside", upload.quarantined_records, "Of hosts that are none of the project's domains; decide on the Sources page"],
    ["Rejected", upload.rejected_records, "Should be requests and are not understood"],
    ["Skipped", upload.skipped_lines, "No requests"],
  ];
  return (
    <dl className="counters">
      {counters.map(([label, value, hint]) => (
        <div key={label} title={hint}>
          <dt className="muted">{label}</dt>
          <dd>{formatNumber(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
