// Rows of two sides put together.

export interface Counts {
  count: number;
  /** Not asked for of pages themselves. */
  pages: number;
  errors: number;
  verified: number;
}

export type Named = Counts & Record<string, string | number>;

export interface Difference {
  /** Dimensions of the row. */
  values: Record<string, string>;
  one: Counts;
  other: Counts;
  change: number;
}

const NOTHING: Counts = { count: 0, pages: 0, errors: 0, verified: 0 };

/** Join rows that agree in some dimensions; the largest change first, up or down. */
export function joinSides(one: Named[], other: Named[], dimensions: readonly string[]): Difference[] {
  const keyOf = (row: Named) => JSON.stringify(dimensions.map((name) => row[name]));
  const others = new Map(other.map((row) => [keyOf(row), row]));
  const joined = one.map((row) => {
    const key = keyOf(row);
    const match = others.get(key);
    others.delete(key);
    return makeDifference(row, row, match ?? NOTHING, dimensions);
  });
  for (const row of others.values()) joined.push(makeDifference(row, NOTHING, row, dimensions));
  return joined.sort((left, right) => Math.abs(right.change) - Math.abs(left.change));
}

function makeDifference(row: Named, one: Counts, other: Counts, dimensions: readonly string[]): Difference {
  const values = Object.fromEntries(dimensions.map((name) => [name, String(row[name] ?? "")]));
  return { values, one, other, change: one.count - other.count };
}

export interface PageRow {
  host: string;
  path: string;
  count: number;
  last_visit: string;
}

/** Give the pages that only the first of two lists has. */
export function onlyIn(one: PageRow[], other: PageRow[]): PageRow[] {
  const keyOf = ({ host, path }: PageRow) => `${host} ${path}`;
  const known = new Set(other.map(keyOf));
  return one.filter((row) => !known.has(keyOf(row)));
}
