// How long ago, with the exact time on hover.
import { formatAgo, formatInstant } from "../format";
import { useNow } from "../state/now";
import { useView } from "../state/use-view";

export interface RelativeTimeProps {
  instant: string | null | undefined;
  long?: boolean;
  /** Whether it may lie in the future. */
  ahead?: boolean;
}

export function RelativeTime({ instant, long = false, ahead = false }: RelativeTimeProps) {
  const now = useNow();
  const { view } = useView();
  if (!instant) return <span className="muted">never</span>;
  // The clock here moves by the minute, and what just happened is ahead of it.
  const at = ahead ? now : Math.max(now, Date.parse(instant));
  return (
    <time dateTime={instant} title={`${formatInstant(instant, view.timezone)} (${view.timezone})`}>
      {formatAgo(instant, at, long)}
    </time>
  );
}
