// The drawing of a chart by ECharts; loaded only when a chart is on the page.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from "react";
import { download } from "../csv";
import { useTheme } from "../theme";
import { followPointer } from "./focus";
import { chartOption, drawingOf } from "./option";
import type { ChartSpec } from "./spec";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer, SVGRenderer]);

export interface CanvasHandle {
  savePng: (name: string) => void;
  saveSvg: (name: string) => void;
}

export interface CanvasProps {
  spec: ChartSpec;
  onSeries?: ((series: string) => void) | undefined;
  onStep?: ((step: string) => void) | undefined;
  ref?: Ref<CanvasHandle>;
}

export default function Canvas({ spec, onSeries, onStep, ref }: CanvasProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const present = useRef({ onSeries, onStep, spec });
  present.current = { onSeries, onStep, spec };
  const theme = useTheme();

  useEffect(() => {
    const area = element.current as HTMLDivElement;
    const drawn = echarts.init(area);
    chart.current = drawn;
    drawn.on("click", (event) => {
      const { onSeries: bySeries, onStep: byStep, spec: shown } = present.current;
      if (event.componentType === "series" && event.seriesId) bySeries?.(event.seriesId);
      if (event.componentType !== "xAxis") return;
      const step = shown.steps.find(({ id }) => id === event.value);
      if (step) byStep?.(step.id);
    });
    followPointer(drawn, () => present.current.spec);
    const observer = new ResizeObserver(() => {
      // It calls at once, too, and to resize is to draw anew.
      if (drawn.getWidth() !== area.clientWidth || drawn.getHeight() !== area.clientHeight) drawn.resize();
    });
    observer.observe(area);
    return () => {
      observer.disconnect();
      drawn.dispose();
    };
  }, []);

  // Names may come after the numbers, and are not drawn.
  const drawing = useMemo(() => drawingOf(spec), [spec]);
  useEffect(() => {
    chart.current?.setOption(chartOption(() => present.current.spec, readColours()), { notMerge: true });
  }, [drawing, theme]);

  useImperativeHandle(ref, () => ({
    savePng: (name) => void savePng(chart.current, name),
    saveSvg: (name) => saveSvg(chart.current, spec, name),
  }));
  return <div ref={element} className="chart-canvas" />;
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: read("surface"),
    text: read("text"),
    muted: read("text-muted"),
    line: read("line"),
    hatch: read("hatch"),
  };
}

async function savePng(chart: echarts.ECharts | null, name: string): Promise<void> {
  const canvas = chart?.renderToCanvas({ pixelRatio: 2, backgroundColor: readColours().surface });
  canvas?.toBlob((content) => content && download(`${name}.png`, content));
}

function saveSvg(chart: echarts.ECharts | null, spec: ChartSpec, name: string): void {
  if (!chart) return;
  const size = { width: chart.getWidth(), height: chart.getHeight() };
  const drawn = echarts.init(null, null, { renderer: "svg", ssr: true, ...size });
  const colours = readColours();
  drawn.setOption({ ...chartOption(() => spec, colours), backgroundColor: colours.surface });
  download(`${name}.svg`, new Blob([drawn.renderToSVGString()], { type: "image/svg+xml" }));
  drawn.dispose();
}
