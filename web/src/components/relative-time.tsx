// How long ago, with the exact time on hover.
import { formatAgo, formatInstant } from "../format";
import { useNow } from "../state/now";
import { useView } from "../state/use-view";

export function RelativeTime({ instant, long = false }: { instant: string | null | undefined; long?: boolean }) {
  const now = useNow();
  const { view } = useView();
  if (!instant) return <span className="muted">never</span>;
  // The clock here moves by the minute, and what just happened is ahead of it.
  const at = Math.max(now, Date.parse(instant));
  return (
    <time dateTime={instant} title={`${formatInstant(instant, view.timezone)} (${view.timezone})`}>
      {formatAgo(instant, at, long)}
    </time>
  );
}
