// Amounts in rows and columns, as shades of one colour; with the same files as other charts.
import { type RefObject, useRef, useState } from "react";
import { CsvButton } from "./csv-button";
import { formatNumber } from "../format";
import { saveDrawingPng, saveDrawingSvg } from "./drawing-files";

export interface HeatMapProps {
  name: string;
  /** Words for who does not see it. */
  description: string;
  rows: readonly string[];
  columns: readonly string[];
  /** A row of numbers for each row. */
  values: number[][];
  colour: string;
}

const LABEL = 80;
const CELL = { width: 22, height: 22 };
const FOOT = 20;

export function HeatMap(props: HeatMapProps) {
  const { name, rows, columns, values } = props;
  const drawing = useRef<SVGSVGElement>(null);
  const [asTable, setAsTable] = useState(false);
  return (
    <figure aria-label={name}>
      <div className="figure-tools">
        <button
          type="button"
          className="button button-plain button-small"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          Table
        </button>
        <CsvButton
          name={name}
          header={["", ...columns]}
          rows={() => rows.map((row, at) => [row, ...(values[at] ?? [])])}
        />
        <DrawingButtons name={name} drawing={drawing} disabled={asTable} />
      </div>
      {asTable ? <HeatTable {...props} /> : <HeatDrawing {...props} drawing={drawing} />}
    </figure>
  );
}

interface DrawingButtonsProps {
  name: string;
  drawing: RefObject<SVGSVGElement | null>;
  disabled: boolean;
}

function DrawingButtons({ name, drawing, disabled }: DrawingButtonsProps) {
  const save = (write: (name: string, drawn: SVGSVGElement) => void) => () => {
    if (drawing.current) write(name, drawing.current);
  };
  return (
    <>
      <button
        type="button"
        className="button button-plain button-small"
        disabled={disabled}
        onClick={save((file, drawn) => void saveDrawingPng(file, drawn))}
      >
        PNG
      </button>
      <button
        type="button"
        className="button button-plain button-small"
        disabled={disabled}
        onClick={save(saveDrawingSvg)}
      >
        SVG
      </button>
    </>
  );
}

type DrawingProps = HeatMapProps & { drawing: RefObject<SVGSVGElement | null> };

function HeatDrawing({ description, rows, columns, values, colour, drawing }: DrawingProps) {
  const most = Math.max(1, ...values.flat());
  const width = LABEL + columns.length * CELL.width;
  const height = rows.length * CELL.height + FOOT;
  return (
    <div className="heat" tabIndex={0}>
      <svg ref={drawing} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={description} fontSize={12}>
        {rows.map((row, y) => (
          <g key={row} transform={`translate(0 ${y * CELL.height})`}>
            <text x={0} y={15} className="heat-word">
              {row}
            </text>
            {columns.map((column, x) => (
              <HeatCell
                key={column}
                x={LABEL + x * CELL.width}
                share={(values[y]?.[x] ?? 0) / most}
                colour={colour}
                word={`${row} ${column}: ${formatNumber(values[y]?.[x] ?? 0)}`}
              />
            ))}
          </g>
        ))}
        {columns.map((column, x) =>
          x % 3 === 0 ? (
            <text key={column} x={LABEL + x * CELL.width} y={height - 4} className="heat-word">
              {column}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  );
}

function HeatCell({ x, share, colour, word }: { x: number; share: number; colour: string; word: string }) {
  const size = { x: x + 1, y: 1, width: CELL.width - 2, height: CELL.height - 2, rx: 2 };
  return (
    <g>
      <title>{word}</title>
      <rect {...size} className="heat-empty" />
      {/* A little is more than nothing: the faintest shade is still seen. */}
      {share > 0 && <rect {...size} fill={colour} fillOpacity={0.12 + 0.88 * share} />}
    </g>
  );
}

function HeatTable({ name, rows, columns, values }: HeatMapProps) {
  return (
    <div className="table-wide" tabIndex={0}>
      <table className="table" aria-label={name}>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col" className="figure">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, y) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column, x) => (
                <td key={column} className="figure">
                  {formatNumber(values[y]?.[x] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
