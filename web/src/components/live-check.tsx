// Waits for the first log, of the project or of one key, and turns green by itself.
import "../styles/guide.css";
import { useStatus } from "../api/project";
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
          Received{words}: {formatNumber(found.received_24h)} records, the last one <RelativeTime instant={lastIngest} />.{" "}
          {found.rejected_24h > 0 && `${formatNumber(found.rejected_24h)} of them were rejected; see why below. `}
          {found.stored_24h === 0 && found.dropped_24h > 0 && "All were left out, as the project does not keep them."}
        </span>
      ) : (
        <span>Waiting for the first log{words}… This page looks every two seconds.</span>
      )}
    </p>
  );
}
