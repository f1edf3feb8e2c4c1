// Files on their way to the server, one after another. They go on while other pages are looked at.
import { useSyncExternalStore } from "react";
import { ApiError } from "../../api/client";
import { type FileOptions, sendFile } from "../../api/uploads";

export interface Transfer {
  id: number;
  project: number;
  file: File;
  options: FileOptions;
  state: "queued" | "sending" | "sent" | "failed" | "cancelled";
  sentBytes: number;
  error: Error | null;
  /** What the server calls it, when it is there. */
  uploadId: string | null;
}

let transfers: Transfer[] = [];
let lastId = 0;
const listeners = new Set<() => void>();
const senders = new Map<number, AbortController>();
const arrived = new Set<() => void>();

function publish(next: Transfer[]): void {
  transfers = next;
  for (const listener of listeners) listener();
}

function change(id: number, part: Partial<Transfer>): void {
  publish(transfers.map((transfer) => (transfer.id === id ? { ...transfer, ...part } : transfer)));
}

/** Queue files of a project. */
export function addTransfers(project: number, files: File[], options: FileOptions): void {
  const added = files.map((file): Transfer => {
    lastId += 1;
    return { id: lastId, project, file, options, state: "queued", sentBytes: 0, error: null, uploadId: null };
  });
  publish([...transfers, ...added]);
  void sendNext();
}

/** Stop a transfer; of a file that was not received to its end nothing stays on the server. */
export function cancelTransfer(id: number): void {
  senders.get(id)?.abort();
  change(id, { state: "cancelled" });
}

export function removeTransfer(id: number): void {
  publish(transfers.filter((transfer) => transfer.id !== id));
}

/** Send a file again, perhaps in another way. */
export function repeatTransfer(transfer: Transfer, options: FileOptions): void {
  removeTransfer(transfer.id);
  addTransfers(transfer.project, [transfer.file], options);
}

async function sendNext(): Promise<void> {
  const next = transfers.find(({ state }) => state === "queued");
  if (!next || senders.size > 0) return;
  const sender = new AbortController();
  senders.set(next.id, sender);
  change(next.id, { state: "sending" });
  try {
    const upload = await sendFile(next.project, next.file, {
      ...next.options,
      signal: sender.signal,
      onProgress: (sentBytes) => change(next.id, { sentBytes }),
    });
    change(next.id, { state: "sent", uploadId: upload.id });
    for (const tell of arrived) tell();
  } catch (error) {
    const failure = error instanceof ApiError ? error : new Error("The file could not be read or sent.");
    if (!sender.signal.aborted) change(next.id, { state: "failed", error: failure });
  }
  senders.delete(next.id);
  void sendNext();
}

// Leaving the site would break off what is being sent; leaving the page does not.
window.addEventListener("beforeunload", (event) => {
  if (senders.size > 0) event.preventDefault();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTransfers = (): Transfer[] => useSyncExternalStore(subscribe, () => transfers);

/** Hear of every file that has arrived. */
export function onArrival(tell: () => void): () => void {
  arrived.add(tell);
  return () => arrived.delete(tell);
}
