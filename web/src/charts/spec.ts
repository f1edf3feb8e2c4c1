// What a chart over time shows, without a word of how it is drawn.
import type { Hatch } from "../colours";

export interface ChartStep {
  /** As the reports name it. */
  id: string;
  /** On the axis. */
  short: string;
  /** In tooltips and tables. */
  label: string;
  /** Why nothing is known of it: drawn hatched, never as zero. Null where something is. */
  gap: string | null;
}

export interface ChartSeries {
  id: string;
  label: string;
  colour: string;
  hatch: Hatch;
  /** One for each step; NaN where nothing is known. */
  values: number[];
  /** Drawn as a dashed line over the others, such as the period before. */
  isComparison?: boolean;
}

export interface ChartSpec {
  steps: ChartStep[];
  series: ChartSeries[];
  shape: "stacked" | "lines";
}
