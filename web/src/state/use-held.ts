// What is shown until what comes next is there whole.
import { useRef } from "react";

/** Give the last value that was one. */
export function useHeld<T>(next: T | null): T | null {
  const held = useRef<T | null>(null);
  held.current = next ?? held.current;
  return held.current;
}
