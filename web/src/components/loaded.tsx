// What stands in a panel while its data comes, when it cannot come, and when it is there.
import type { ReactNode } from "react";
import { ErrorNote } from "./error-note";
import { TableSkeleton } from "./skeleton";

interface Result<D> {
  data: D | undefined;
  error: Error | null;
  refetch: () => unknown;
}

export interface LoadedProps<D> {
  result: Result<D>;
  /** Lines of the placeholder. */
  rows?: number;
  children: (data: D) => ReactNode;
}

export function Loaded<D>({ result: { data, error, refetch }, rows = 8, children }: LoadedProps<D>) {
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  return data === undefined ? <TableSkeleton rows={rows} /> : children(data);
}
