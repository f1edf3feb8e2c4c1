// What a row's visits were for: a bar in parts, each with its purpose's hatch.
import { hatchOf } from "../colours";
import { formatShare } from "../format";
import { countKind, KIND_NAMES, type KindCounts, KINDS, wordKinds } from "../state/kinds";
import { useView } from "../state/use-view";
import { hasFilter, setFilter } from "../state/view";
import type { Column } from "./data-table";

export function PurposeBar({ row }: { row: KindCounts }) {
  return (
    <span className="purpose-bar" role="img" aria-label={wordKinds(row)} title={wordKinds(row)}>
      {KIND_NAMES.map((kind) => {
        const share = countKind(row, kind) / Math.max(1, row.count);
        return share ? (
          <span
            key={kind}
            className={`purpose-part swatch-${hatchOf(KINDS[kind].look)}`}
            style={{ width: `${share * 100}%` }}
          />
        ) : null;
      })}
    </span>
  );
}

export function purposes<R extends KindCounts>(): Column<R> {
  return {
    id: "purposes",
    header: "Purpose",
    value: wordKinds,
    cell: (row) => <PurposeBar row={row} />,
    hint: "What the visits were for; its parts in the order of the legend",
    minor: true,
  };
}

/** The kinds by name, with their share; a click shows only one of them. */
export function PurposeLegend({ total }: { total: KindCounts }) {
  const { view, update } = useView();
  return (
    <div className="legend" role="group" aria-label="Purposes">
      {KIND_NAMES.filter((kind) => countKind(total, kind) > 0).map((kind) => {
        const { label, look, purposes: values } = KINDS[kind];
        const isChosen = values.every((value) => hasFilter(view, "purpose", value));
        const filter = { field: "purpose" as const, operator: "is" as const, values: isChosen ? [] : values };
        return (
          <button
            key={kind}
            type="button"
            aria-pressed={isChosen}
            title={`${label}: filter by it`}
            onClick={() => update({ filters: setFilter(view.filters, filter) })}
          >
            <span className={`swatch swatch-${hatchOf(look)}`} />
            {label} <span className="muted legend-share">{formatShare(countKind(total, kind) / total.count)}</span>
          </button>
        );
      })}
    </div>
  );
}
