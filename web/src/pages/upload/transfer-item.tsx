// A file that is not yet with the server.
import { formatBytes } from "../../format";
import type { FileOptions } from "../../api/uploads";
import { ErrorNote } from "../../components/error-note";
import { Progress } from "./progress";
import { cancelTransfer, removeTransfer, repeatTransfer, type Transfer } from "./transfers";

const WORDS = { queued: "waits its turn", sending: "is being sent", sent: "sent", failed: "was not sent", cancelled: "cancelled" };

export function TransferItem({ transfer, options }: { transfer: Transfer; options: FileOptions }) {
  const { id, file, state, sentBytes, error } = transfer;
  const isOver = state === "failed" || state === "cancelled";
  return (
    <li className="upload-item">
      <div className="upload-line">
        <strong className="upload-name">{file.name}</strong>
        <span className="muted">
          {formatBytes(file.size)}, {WORDS[state]}
        </span>
        <span className="upload-actions">
          {isOver ? (
            <>
              <button type="button" className="button button-small" onClick={() => repeatTransfer(transfer, options)}>
                Send again
              </button>
              <button type="button" className="button button-small button-plain" onClick={() => removeTransfer(id)}>
                Remove
              </button>
            </>
          ) : (
            <button
              type="button"
              className="button button-small"
              aria-label={`Cancel ${file.name}`}
              onClick={() => cancelTransfer(id)}
            >
              Cancel
            </button>
          )}
        </span>
      </div>
      {!isOver && <Progress label={`${file.name} sent`} done={sentBytes} total={file.size} />}
      {error && <ErrorNote error={error} />}
    </li>
  );
}
