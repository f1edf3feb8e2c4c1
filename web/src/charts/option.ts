// From a chart's spec to ECharts' options.
import type { EChartsCoreOption } from "echarts/core";
import type { Hatch } from "../colours";
import { formatCompact, formatNumber } from "../format";
import type { ChartSeries, ChartSpec } from "./spec";

export interface ChartColours {
  surface: string;
  text: string;
  muted: string;
  line: string;
  hatch: string;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Tell two specs apart by what is drawn of them: all but words. */
export function drawingOf({ shape, steps, series }: ChartSpec): string {
  const marks = steps.map(({ id, short, gap }) => [id, short, gap !== null]);
  return JSON.stringify([shape, marks, series.map((drawn) => ({ ...drawn, label: "" }))]);
}

/** The option of a spec; its words are looked up when they are shown. */
export function chartOption(present: () => ChartSpec, colours: ChartColours): EChartsCoreOption {
  const spec = present();
  return {
    // A thousand bars that move are drawn a dozen times.
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: 12, color: colours.text },
    grid: { left: 8, right: 8, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    ...axes(spec, colours),
    tooltip: {
      trigger: "axis",
      confine: true,
      className: "chart-tooltip",
      // The content policy forbids styles in markup: the tooltip is made of elements and classes.
      formatter: (points: { dataIndex: number }[]) => tooltip(present(), points[0]?.dataIndex ?? 0),
      axisPointer: { type: spec.shape === "lines" ? "line" : "shadow" },
    },
    series: [
      ...spec.series.map((series) => drawnSeries(series, spec, colours)),
      ...(hasGaps(spec) ? [gapSeries(spec, colours)] : []),
    ],
  };
}

const hasGaps = ({ steps }: ChartSpec): boolean => steps.some(({ gap }) => gap !== null);

/** The axes that are seen, and those that only gaps are drawn on. */
function axes(spec: ChartSpec, colours: ChartColours) {
  const data = spec.steps.map(({ id }) => id);
  const axisLabel = { color: colours.muted };
  const lineStyle = { color: colours.line };
  const labelled = {
    type: "category",
    data,
    triggerEvent: true,
    axisLabel: {
      ...axisLabel,
      hideOverlap: true,
      formatter: (id: string, at: number) => spec.steps[at]?.short ?? id,
    },
    axisLine: { lineStyle },
    axisTick: { show: false },
  };
  const counts = {
    type: "value",
    minInterval: 1,
    axisLabel: { ...axisLabel, formatter: formatCompact },
    splitLine: { lineStyle },
  };
  if (!hasGaps(spec)) return { xAxis: [labelled], yAxis: [counts] };
  return {
    xAxis: [labelled, { type: "category", data, show: false, axisPointer: { show: false } }],
    yAxis: [counts, { type: "value", min: 0, max: 1, show: false }],
  };
}

function drawnSeries(series: ChartSeries, spec: ChartSpec, colours: ChartColours) {
  const data = series.values.map((value, at) => (isKnown(series, spec, at) ? value : null));
  const common = { id: series.id, data, emphasis: { focus: "series" as const } };
  if (series.isComparison) {
    const lineStyle = { color: colours.text, width: 2, type: "dashed" as const };
    return { ...common, type: "line", symbol: "none", z: 5, silent: true, lineStyle, color: colours.text };
  }
  if (spec.shape === "lines") {
    const lineStyle = { color: series.colour, width: 2, type: LINE_TYPES[series.hatch] };
    return { ...common, type: "line", symbolSize: 5, showSymbol: spec.steps.length < 40, lineStyle, color: series.colour };
  }
  const itemStyle = { color: series.colour, decal: decalOf(series.hatch, colours.surface) };
  // TRICKY: `large` draws the bars of a series as one path, which may have no holes: bars without height are not seen.
  const heights = data.map((value) => value ?? 0);
  const bars = { type: "bar", stack: "all", barMaxWidth: 40, barCategoryGap: "20%", large: true, largeThreshold: 1 };
  return { ...bars, id: series.id, data: heights, itemStyle };
}

function isKnown({ values, isComparison }: ChartSeries, { steps }: ChartSpec, at: number): boolean {
  return Number.isFinite(values[at]) && (isComparison === true || !steps[at]?.gap);
}

const LINE_TYPES: Record<Hatch, "solid" | "dashed" | "dotted"> = {
  plain: "solid",
  dots: "dotted",
  rising: "dashed",
  falling: "dashed",
  upright: "dotted",
  level: "dashed",
  cross: "dotted",
};

function decalOf(hatch: Hatch, colour: string) {
  if (hatch === "plain") return undefined;
  const line = { color: colour, symbol: "rect", dashArrayX: [1, 0] as number[], dashArrayY: [2, 5] as number[] };
  switch (hatch) {
    case "dots":
      return { color: colour, symbol: "circle", symbolSize: 0.8, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] };
    case "rising":
      return { ...line, rotation: -Math.PI / 4 };
    case "falling":
      return { ...line, rotation: Math.PI / 4 };
    case "upright":
      return { ...line, rotation: Math.PI / 2 };
    case "level":
      return line;
    case "cross":
      return { color: colour, symbol: "rect", symbolSize: 0.6, dashArrayX: [[6, 2], [2, 6]], dashArrayY: [4, 4], rotation: Math.PI / 4 };
  }
}

/** Steps without logs: hatched from top to bottom, by bars on axes of their own that take the whole width. */
function gapSeries(spec: ChartSpec, colours: ChartColours) {
  return {
    id: " gaps",
    type: "bar",
    xAxisIndex: 1,
    yAxisIndex: 1,
    barWidth: "100%",
    silent: true,
    z: 0,
    itemStyle: { color: { image: hatchImage(colours.hatch), repeat: "repeat" } },
    data: spec.steps.map(({ gap }) => (gap ? 1 : null)),
  };
}

function hatchImage(colour: string): HTMLCanvasElement {
  const image = document.createElement("canvas");
  image.width = image.height = 8;
  const pen = image.getContext("2d");
  if (pen) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.2;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
    }
    pen.stroke();
  }
  return image;
}

function tooltip(spec: ChartSpec, at: number): HTMLElement {
  const box = document.createElement("div");
  const step = spec.steps[at];
  box.append(element("strong", step?.label ?? ""));
  if (step?.gap) {
    box.append(element("p", step.gap));
    return box;
  }
  const table = document.createElement("table");
  const drawn = spec.series.filter(({ values, isComparison }) => (isComparison ? Number.isFinite(values[at]) : (values[at] ?? 0) > 0));
  for (const { label, colour, values, isComparison } of drawn) {
    const row = table.insertRow();
    const dot = element("i", "");
    dot.style.background = isComparison ? "transparent" : colour;
    row.insertCell().append(dot, label);
    row.insertCell().textContent = formatNumber(values[at] ?? 0);
  }
  const sum = spec.series.reduce((total, { values, isComparison }) => total + (isComparison ? 0 : (values[at] ?? 0)), 0);
  const row = table.insertRow();
  row.insertCell().textContent = "All";
  row.insertCell().textContent = formatNumber(sum);
  box.append(table);
  return box;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
