// Names of operators, crawlers and purposes as they stand in tables: with their mark, and a click filters by them.
import type { CSSProperties, ReactNode } from "react";
import { colourOf, hatchOf } from "../colours";
import { type FilterField, wordValue } from "../state/fields";
import { useView } from "../state/use-view";
import { hasFilter } from "../state/view";

/** Any value that one can filter by. */
export function FilterButton({ field, value, children }: { field: FilterField; value: string; children?: ReactNode }) {
  const { view, toggle } = useView();
  const word = wordValue(field, value);
  return (
    <button
      type="button"
      className="link-button"
      aria-pressed={hasFilter(view, field, value)}
      title={`${word}: filter by it`}
      onClick={() => toggle(field, value)}
    >
      {children ?? word}
    </button>
  );
}

/** The way to filter by a value whose own name leads elsewhere. */
export function FilterMark({ field, value }: { field: FilterField; value: string }) {
  const { view, toggle } = useView();
  const pressed = hasFilter(view, field, value);
  const label = `${wordValue(field, value)}: ${pressed ? "no longer filter" : "filter"} by it`;
  return (
    <button
      type="button"
      className="filter-mark"
      aria-pressed={pressed}
      aria-label={label}
      title={label}
      onClick={() => toggle(field, value)}
    >
      {pressed ? "−" : "+"}
    </button>
  );
}

/** The dot in an operator's colour. */
export function OperatorMark({ operator }: { operator: string }) {
  return <span className="mark" style={{ "--mark": colourOf(operator) } as CSSProperties} />;
}

/** A purpose with its hatch. */
export function PurposeWord({ purpose }: { purpose: string }) {
  return (
    <FilterButton field="purpose" value={purpose}>
      <span className={`swatch swatch-${hatchOf(purpose)}`} />
      {wordValue("purpose", purpose)}
    </FilterButton>
  );
}
