// Waits for the first log, of the project or of one key, and turns green by itself.
import "../styles/guide.css";
import { useStatus } from "../api/project";
import type { SourceStatus } from "../api/types";
import { formatNumber } from "../format";
import { RelativeTime } from "./relative-time";

const CHECK_EVERY_MS = 2000;

export interface LiveCheckProps {
  /** The key that is waited for; without it, whatever comes first. */
  keyId?: number;
  /** Name of what is waited for. */
  from?: string;
}

export function LiveCheck({ keyId, from }: LiveCheckProps) {
  const { data: status, error } = useStatus(CHECK_EVERY_MS);
  const found = keyId === undefined ? status : status?.sources.find((source) => source.key_id === keyId);
  const lastIngest = found?.last_ingest_at;
  const words = from ? ` from ${from}` : "";
  return (
    <p role="status" className={lastIngest ? "live-check live-check-good" : "live-check"}>
      <span className={`dot dot-${lastIngest ? "flowing" : "empty dot-waiting"}`} aria-hidden="true" />
      {error ? (
        <span>{error.message} The check goes on.</span>
      ) : lastIngest && found ? (
        <span>
          Received{words}: {formatNumber(found.received_24h)} {found.received_24h === 1 ? "record" : "records"}, the last one{" "}
          <RelativeTime instant={lastIngest} />. {wordLosses(found)}
        </span>
      ) : (
        <span>Waiting for the first log{words}… This page looks every two seconds.</span>
      )}
    </p>
  );
}

type Counts = Pick<SourceStatus, "stored_24h" | "dropped_24h" | "quarantined_24h" | "rejected_24h">;

/** What came and is not in the reports, and why. */
function wordLosses({ stored_24h, dropped_24h, quarantined_24h, rejected_24h }: Counts): string {
  const words = [];
  if (rejected_24h > 0) words.push(`Rejected: ${formatNumber(rejected_24h)}; the Sources page lists the reasons.`);
  if (quarantined_24h > 0) words.push(`Set aside, of other hosts: ${formatNumber(quarantined_24h)}.`);
  if (stored_24h === 0 && dropped_24h > 0) words.push("All of it was dropped, as the project does not keep such visits.");
  return words.join(" ");
}
