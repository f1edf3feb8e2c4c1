// The series under the pointer stands out. ECharts does it for lines; bars are drawn a series at once, without states.
import type { ECharts } from "echarts/core";
import type { ChartSpec } from "./spec";

const FADED = 0.1;

/** Let the pointer choose which series of bars is seen; the others fade. */
export function followPointer(drawn: ECharts, present: () => ChartSpec): void {
  let focused: string | null = null;
  const focus = (id: string | null) => {
    if (id === focused || present().shape === "lines") return;
    focused = id;
    const bars = present().series.filter(({ isComparison }) => !isComparison);
    const series = bars.map((bar) => ({
      id: bar.id,
      itemStyle: { opacity: id === null || bar.id === id ? 1 : FADED },
    }));
    drawn.setOption({ series }, { lazyUpdate: true });
  };
  // Which bar it is, is known when the pointer has moved on it, not when it comes over it.
  drawn.on("mousemove", ({ seriesId }) => focus(seriesId ?? null));
  drawn.on("mouseout", () => focus(null));
  drawn.on("globalout", () => focus(null));
}
