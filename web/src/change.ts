// How a number differs from the period before.
import { formatNumber, formatRatio, formatShare } from "./format";

export interface Change {
  direction: "up" | "down" | "same";
  /** As a reader sees it, without the direction. */
  size: string;
  /** Only errors are bad news by themselves. */
  tone: "good" | "bad" | "plain";
}

type Judgement = "more_is_worse" | "neutral";

function changeOf(difference: number, size: string, judgement: Judgement): Change {
  const direction = difference > 0 ? "up" : difference < 0 ? "down" : "same";
  const tone = judgement === "neutral" || direction === "same" ? "plain" : direction === "up" ? "bad" : "good";
  return { direction, size, tone };
}

/** Change of an amount in percent; null when there was nothing before. */
export function relativeChange(now: number, before: number, judgement: Judgement = "neutral"): Change | null {
  if (before === 0) return null;
  const share = (now - before) / before;
  const seen = Math.abs(share) < 0.0005 ? 0 : share;
  return changeOf(seen, formatShare(Math.abs(seen)), judgement);
}

/** Change of a small number, as a number. */
export function absoluteChange(now: number, before: number): Change {
  return changeOf(now - before, formatNumber(Math.abs(now - before)), "neutral");
}

/** Change of a share, in points of a percent; null when either has nothing to be a share of. */
export function pointsChange(now: number, before: number, judgement: Judgement = "neutral"): Change | null {
  if (!Number.isFinite(now) || !Number.isFinite(before)) return null;
  const points = Math.round((now - before) * 1000) / 10;
  return changeOf(points, `${formatRatio(Math.abs(points))} pts`, judgement);
}

const ARROWS = { up: "▲", down: "▼", same: "=" };

export function wordChange({ direction, size }: Change): string {
  return direction === "same" ? "= unchanged" : `${ARROWS[direction]} ${size}`;
}
