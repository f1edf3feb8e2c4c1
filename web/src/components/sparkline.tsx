// A row's visits over time, as small as a word.
import type { CSSProperties } from "react";
import { formatNumber } from "../format";

const WIDTH = 96;
const HEIGHT = 20;

export interface SparklineProps {
  /** One for each step; undefined while they are not known. */
  values: number[] | undefined;
  /** A colour; the text's own, unless given. */
  colour?: string;
}

/** Bars that share one floor; the highest is as high as the line. */
export function Sparkline({ values, colour }: SparklineProps) {
  if (!values) return <span className="sparkline" />;
  const most = Math.max(1, ...values);
  const width = WIDTH / values.length;
  const gap = width > 3 ? 1 : 0;
  const label = `At most ${formatNumber(most)} at once, last ${formatNumber(values.at(-1) ?? 0)}`;
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={colour ? ({ "--mark": colour } as CSSProperties) : undefined}
    >
      <title>{label}</title>
      {values.map((value, at) => {
        const height = value ? Math.max(1.5, (value / most) * HEIGHT) : 0;
        return <rect key={at} x={at * width} y={HEIGHT - height} width={width - gap} height={height} />;
      })}
    </svg>
  );
}
