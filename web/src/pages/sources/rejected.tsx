// Records that were not valid, with the reason and what is kept of them.
import { useRejected } from "../../api/intake";
import type { RejectedRecord } from "../../api/types";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { TableSkeleton } from "../../components/skeleton";

export function Rejected() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useRejected();
  const records = data?.pages.flatMap((page) => page.records);
  return (
    <Panel
      title="Rejected records"
      note="Kept for some days: the fields that a record has, cut short, with addresses masked."
    >
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : records === undefined ? (
        <TableSkeleton rows={4} />
      ) : records.length === 0 ? (
        <p className="table-empty">Nothing was rejected.</p>
      ) : (
        <ul className="rejected">
          {records.map((record) => (
            <RejectedItem key={record.id} rejected={record} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button
          type="button"
          className="button button-small"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older ones
        </button>
      )}
    </Panel>
  );
}

function RejectedItem({ rejected }: { rejected: RejectedRecord }) {
  const { message, key_name, received_at, index, record } = rejected;
  return (
    <li>
      <details>
        <summary>
          <span className="rejected-message">{message}</span>
          <span className="muted">
            {key_name ?? "a deleted key"} · <RelativeTime instant={received_at} />
          </span>
        </summary>
        <p className="muted">Record {index + 1} of its batch</p>
        <pre tabIndex={0}>{JSON.stringify(record, null, 2)}</pre>
      </details>
    </li>
  );
}
