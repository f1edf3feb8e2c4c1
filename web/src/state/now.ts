// The time that ranges are counted from; it moves on each minute, so that what is cached stays of use.
import { useSyncExternalStore } from "react";

const STEP_MS = 60_000;
const floor = () => Math.floor(Date.now() / STEP_MS) * STEP_MS;

let now = floor();
const listeners = new Set<() => void>();

window.setInterval(() => {
  now = floor();
  for (const listener of listeners) listener();
}, STEP_MS);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const QUARTER_MS = 15 * STEP_MS;

/** The same by the quarter of an hour: every zone's hours begin at one, and what hangs on it stays as it is. */
export function useQuarter(): number {
  return useSyncExternalStore(subscribe, () => now - (now % QUARTER_MS));
}

/** The present instant in milliseconds, by the minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
