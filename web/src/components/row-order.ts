// Rows of a table in the order of a column, and those that a text is found in.
import type { CsvValue } from "../csv";

export interface Order {
  /** Of the column. */
  id: string;
  direction: "asc" | "desc";
}

interface Valued<R> {
  id: string;
  value: (row: R) => CsvValue;
  /** Largest first. */
  figure?: boolean;
}

// Numbers inside of texts count as numbers: /page/9 stands before /page/10.
const texts = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The order after a click on a column: its usual direction, then the other, then the rows' own. */
export function nextOrder(order: Order | null, { id, figure = false }: Pick<Valued<never>, "id" | "figure">): Order | null {
  const usual = figure ? "desc" : "asc";
  if (order?.id !== id) return { id, direction: usual };
  return order.direction === usual ? { id, direction: figure ? "asc" : "desc" } : null;
}

/** Sort by a column; rows that are equal in it stay as they are. */
export function sortRows<R>(rows: R[], columns: Valued<R>[], order: Order | null): R[] {
  const column = order && columns.find(({ id }) => id === order.id);
  if (!column) return rows;
  const sign = order.direction === "asc" ? 1 : -1;
  return rows
    .map((row) => ({ row, value: column.value(row) ?? null }))
    .sort((one, other) => sign * compare(one.value, other.value))
    .map(({ row }) => row);
}

function compare(one: string | number | null, other: string | number | null): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null);
  if (typeof one === "string" && typeof other === "string") return texts.compare(one, other);
  return one === other ? 0 : one > other ? 1 : -1;
}

/** Leave only rows with a text in any column. */
export function findRows<R>(rows: R[], columns: Valued<R>[], text: string): R[] {
  if (text === "") return rows;
  const sought = text.toLowerCase();
  return rows.filter((row) => columns.some(({ value }) => String(value(row) ?? "").toLowerCase().includes(sought)));
}
