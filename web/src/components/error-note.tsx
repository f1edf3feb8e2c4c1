// An error in words: what failed, and what to do.
import { ApiError } from "../api/client";

const ADVICE: Record<string, string> = {
  unreachable: "Check the connection and whether the server runs; this page goes on by itself when it is back.",
  unauthorized: "Sign in again.",
  forbidden: "Ask an owner of the project for the role that this needs.",
  not_found: "It may have been deleted, or it is another project's. Choose a project at the top.",
  csrf: "Reload the page; the session was renewed in another tab.",
  unavailable: "Part of the server is away or busy. Logs are still taken in; try again in a moment.",
  rate_limited: "Too many requests at once. Wait a moment.",
};

function advise(error: ApiError): string {
  if (error.code === "rate_limited" && error.retryAfterSeconds)
    return `Too many requests. Try again in ${error.retryAfterSeconds} seconds.`;
  if (error.status === 409) return "Nothing was changed.";
  if (error.status === 422) return "Mend or take away the value that is named here.";
  return ADVICE[error.code] ?? "Try again; if it stays, the server's log names the cause.";
}

export function ErrorNote({ error, retry }: { error: Error; retry?: () => void }) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className="note note-bad" role="alert">
      <strong>{error.message}</strong>
      <p>
        {error instanceof ApiError ? advise(error) : "Reload the page."}
        {requestId && <small className="muted"> Request {requestId}</small>}
      </p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
