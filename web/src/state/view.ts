// What is shown, as it stands in the URL: a link reproduces it, and "back" undoes it.
import { FIELD_NAMES, type FilterField } from "./fields";
import { type Interval, isTimezone, RANGES, type RangeName } from "./ranges";

export type FilterOperator = "is" | "not_is" | "contains" | "not_contains";

export interface Filter {
  field: FilterField;
  operator: FilterOperator;
  /** At least one; any of these, or none of these. */
  values: string[];
}

export type SeriesField = "bot_provider" | "bot_name" | "purpose";

export interface View {
  /** Name of the project; null is the first one. */
  project: string | null;
  range: RangeName | "custom";
  /** First and last day of a custom range, else empty. */
  from: string;
  to: string;
  timezone: string;
  /** Null is what fits the range. */
  interval: Interval | null;
  filters: Filter[];
  /** AI crawlers only, or every known bot. */
  bots: "ai" | "all";
  by: SeriesField;
  shape: "stacked" | "lines";
  previous: boolean;
}

export const DEFAULT_VIEW: View = {
  project: null,
  range: "30d",
  from: "",
  to: "",
  timezone: "UTC",
  interval: null,
  filters: [],
  bots: "ai",
  by: "bot_provider",
  shape: "stacked",
  previous: false,
};

const DATE = /^\d{4}-\d\d-\d\d$/;
const INTERVALS: readonly string[] = ["hour", "day", "week", "month"];
const SERIES: readonly string[] = ["bot_provider", "bot_name", "purpose"];
const OPERATORS: FilterOperator[] = ["is", "not_is", "contains", "not_contains"];

/** A filter's parameter: the field's own name, with the operator behind it unless it is `is`. */
function parameterOf(field: FilterField, operator: FilterOperator): string {
  return operator === "is" ? field : `${field}.${operator}`;
}

const FILTER_PARAMETERS = new Map(
  FIELD_NAMES.flatMap((field) =>
    OPERATORS.map((operator) => [parameterOf(field, operator), { field, operator }] as const),
  ),
);

const VIEW_PARAMETERS = ["project", "range", "from", "to", "tz", "interval", "bots", "by", "shape", "previous"];

/** Read a view; what cannot be is as if it were absent. */
export function parseView(search: string): View {
  const parameters = new URLSearchParams(search);
  const get = (name: string) => parameters.get(name) ?? "";
  const from = get("from");
  const to = get("to");
  const isCustom = DATE.test(from) && DATE.test(to) && from <= to;
  const range = get("range");
  return {
    project: parameters.get("project"),
    range: isCustom ? "custom" : range in RANGES ? (range as RangeName) : DEFAULT_VIEW.range,
    from: isCustom ? from : "",
    to: isCustom ? to : "",
    timezone: get("tz") && isTimezone(get("tz")) ? get("tz") : DEFAULT_VIEW.timezone,
    interval: INTERVALS.includes(get("interval")) ? (get("interval") as Interval) : null,
    filters: parseFilters(parameters),
    bots: get("bots") === "all" ? "all" : "ai",
    by: SERIES.includes(get("by")) ? (get("by") as SeriesField) : DEFAULT_VIEW.by,
    shape: get("shape") === "lines" ? "lines" : "stacked",
    previous: get("previous") === "1",
  };
}

function parseFilters(parameters: URLSearchParams): Filter[] {
  const filters = new Map<string, Filter>();
  for (const [name, value] of parameters) {
    const known = FILTER_PARAMETERS.get(name);
    if (!known || value === "") continue;
    const filter = filters.get(name) ?? { ...known, values: [] };
    if (!filter.values.includes(value)) filter.values.push(value);
    filters.set(name, filter);
  }
  return [...filters.values()];
}

/** Write a view as parameters, without what is as usual. */
export function formatView(view: View): URLSearchParams {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | null, usual: string | null) => {
    if (value !== usual && value !== null) parameters.set(name, value);
  };
  set("project", view.project, null);
  if (view.range === "custom") {
    parameters.set("from", view.from);
    parameters.set("to", view.to);
  } else {
    set("range", view.range, DEFAULT_VIEW.range);
  }
  set("tz", view.timezone, DEFAULT_VIEW.timezone);
  set("interval", view.interval, null);
  set("bots", view.bots, DEFAULT_VIEW.bots);
  set("by", view.by, DEFAULT_VIEW.by);
  set("shape", view.shape, DEFAULT_VIEW.shape);
  set("previous", view.previous ? "1" : "0", "0");
  for (const { field, operator, values } of view.filters) {
    for (const value of values) parameters.append(parameterOf(field, operator), value);
  }
  return parameters;
}

/** Change the view's part of a search text; a page's own parameters stay. */
export function replaceView(search: string, view: View): string {
  const parameters = new URLSearchParams(search);
  for (const name of [...VIEW_PARAMETERS, ...FILTER_PARAMETERS.keys()]) parameters.delete(name);
  for (const [name, value] of formatView(view)) parameters.append(name, value);
  return parameters.toString();
}

export function hasFilter(view: View, field: FilterField, value: string): boolean {
  return view.filters.some(
    (filter) => filter.field === field && filter.operator === "is" && filter.values.includes(value),
  );
}

/** Add a value to what a field may be, or take it away again: what a click on anything does. */
export function toggleFilter(filters: Filter[], field: FilterField, value: string): Filter[] {
  const present = filters.find((filter) => filter.field === field && filter.operator === "is");
  if (!present) return [...filters, { field, operator: "is", values: [value] }];
  const values = present.values.includes(value)
    ? present.values.filter((other) => other !== value)
    : [...present.values, value];
  return values.length
    ? filters.map((filter) => (filter === present ? { ...filter, values } : filter))
    : filters.filter((filter) => filter !== present);
}

/** Say what a field may be, in place of what was said of it before. */
export function setFilter(filters: Filter[], filter: Filter): Filter[] {
  const others = filters.filter(
    ({ field, operator }) => field !== filter.field || operator !== filter.operator,
  );
  return filter.values.length ? [...others, filter] : others;
}
