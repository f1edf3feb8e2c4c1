// From report rows to a chart's series.
import { colourOf, hatchOf, REST_COLOUR } from "../colours";
import { PURPOSES } from "../state/fields";
import type { SeriesField } from "../state/view";
import type { ChartSeries } from "./spec";

export interface VisitsRow {
  date: string;
  count: number;
  bot_provider?: string;
  bot_name?: string;
  purpose?: string;
}

/** Id of the series that sums up what is not drawn by itself. */
export const REST = " rest";

const MOST_SERIES = 9;

interface Words {
  operatorName: (operator: string) => string;
  /** Purposes have no colour of their own. */
  neutral: string;
}

/** Make a series of each value of a field, the most visited first; from the tenth on they are one. */
export function buildSeries(
  rows: VisitsRow[],
  by: SeriesField,
  steps: string[],
  { operatorName, neutral }: Words,
): ChartSeries[] {
  const at = new Map(steps.map((step, index) => [step, index]));
  const found = new Map<string, ChartSeries>();
  for (const row of rows) {
    const id = row[by] ?? "";
    const index = at.get(row.date);
    if (index === undefined) continue;
    const series = found.get(id) ?? { ...look(row, by, operatorName, neutral), id, values: steps.map(() => 0) };
    series.values[index] = (series.values[index] ?? 0) + row.count;
    found.set(id, series);
  }
  const sorted = [...found.values()].sort((one, other) => sum(other.values) - sum(one.values));
  if (sorted.length <= MOST_SERIES + 1) return sorted;
  const rest = sorted.slice(MOST_SERIES);
  return [...sorted.slice(0, MOST_SERIES), restOf(rest, steps.length)];
}

function look(row: VisitsRow, by: SeriesField, operatorName: Words["operatorName"], neutral: string) {
  const operator = row.bot_provider ?? "";
  const purpose = row.purpose ?? "";
  if (by === "purpose") return { label: PURPOSES[purpose] ?? purpose, colour: neutral, hatch: hatchOf(purpose) };
  if (by === "bot_name") return { label: row.bot_name ?? "", colour: colourOf(operator), hatch: hatchOf(purpose) };
  return { label: operatorName(operator), colour: colourOf(operator), hatch: "plain" as const };
}

function restOf(series: ChartSeries[], length: number): ChartSeries {
  const values = Array.from({ length }, (_, at) => sum(series.map(({ values: of }) => of[at] ?? 0)));
  return { id: REST, label: `${series.length} others`, colour: REST_COLOUR, hatch: "plain", values };
}

export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
