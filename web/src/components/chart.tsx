// The frame of a chart: its legend, its table for who cannot see it, and files of it. ECharts itself comes later.
import { type ReactNode, useMemo, useRef, useState } from "react";
import { CsvButton } from "./csv-button";
import type { CanvasHandle } from "../charts/canvas";
import type { ChartSeries, ChartSpec } from "../charts/spec";
import { ErrorBoundary } from "./error-boundary";
import { lazily } from "./lazily";
import { Skeleton } from "./skeleton";

/** What draws charts; it is much, and only pages with charts need it. */
export const Canvas = lazily(() => import("../charts/canvas"), <Skeleton height="100%" />);

export interface ChartProps {
  /** Name of the files; said to screen readers. */
  name: string;
  spec: ChartSpec;
  height: number;
  /** Words for who does not see it. */
  description: string;
  onSeries?: (series: string) => void;
  onStep?: (step: string) => void;
  legend?: ReactNode;
  /** Whether other data is on its way. */
  busy?: boolean;
}

export function Chart({ name, spec, height, description, onSeries, onStep, legend, busy = false }: ChartProps) {
  const canvas = useRef<CanvasHandle>(null);
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart" aria-label={name} data-busy={busy || undefined}>
      <div className="chart-tools">
        {legend}
        <span className="chart-files">
          <button
            type="button"
            className="button button-plain button-small"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            Table
          </button>
          <ChartFiles name={name} spec={spec} canvas={canvas} />
        </span>
      </div>
      {asTable ? (
        <ChartTable spec={spec} name={name} onStep={onStep} />
      ) : (
        <div className="chart-area" style={{ height }} role="img" aria-label={description}>
          <ErrorBoundary>
            <Canvas ref={canvas} spec={spec} onSeries={onSeries} onStep={onStep} />
          </ErrorBoundary>
        </div>
      )}
    </figure>
  );
}

interface FilesProps {
  name: string;
  spec: ChartSpec;
  canvas: React.RefObject<CanvasHandle | null>;
}

function ChartFiles({ name, spec, canvas }: FilesProps) {
  const { header, rows } = useMemo(() => tabulate(spec), [spec]);
  return (
    <>
      <CsvButton name={name} header={header} rows={() => rows} />
      <button type="button" className="button button-plain button-small" onClick={() => canvas.current?.savePng(name)}>
        PNG
      </button>
      <button type="button" className="button button-plain button-small" onClick={() => canvas.current?.saveSvg(name)}>
        SVG
      </button>
    </>
  );
}

/** A row for each step, a column for each series; a gap is empty, no zero. */
function tabulate(spec: ChartSpec) {
  return {
    header: ["", ...spec.series.map(({ label }) => label)],
    rows: spec.steps.map(({ label, gap }, at) => [
      label,
      ...spec.series.map((series) => valueAt(series, at, gap)),
    ]),
  };
}

function valueAt({ values, isComparison }: ChartSeries, at: number, gap: string | null): number | null {
  const value = values[at] ?? 0;
  return (gap && !isComparison) || Number.isNaN(value) ? null : value;
}

interface ChartTableProps {
  spec: ChartSpec;
  name: string;
  onStep: ((step: string) => void) | undefined;
}

function ChartTable({ spec, name, onStep }: ChartTableProps) {
  const { header, rows } = tabulate(spec);
  return (
    <div className="table-wide chart-table" tabIndex={0}>
      <table className="table" aria-label={name}>
        <thead>
          <tr>
            {header.map((word) => (
              <th key={word} scope="col" className={word ? "figure" : ""}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([step, ...values], index) => (
            <tr key={step}>
              <th scope="row">
                {onStep ? (
                  <button type="button" onClick={() => onStep(spec.steps[index]?.id ?? "")}>
                    {step}
                  </button>
                ) : (
                  step
                )}
              </th>
              {values.map((value, at) => (
                <td key={header[at + 1]} className="figure">
                  {value ?? "no logs"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
