// A chart's series by name; a click filters by one, from the keyboard, too.
import type { CSSProperties } from "react";
import { REST } from "../charts/series";
import type { ChartSeries } from "../charts/spec";
import type { FilterField } from "../state/fields";
import { useView } from "../state/use-view";
import { hasFilter } from "../state/view";

export function Legend({ series, field }: { series: ChartSeries[]; field: FilterField }) {
  const { view, toggle } = useView();
  return (
    <div className="legend" role="group" aria-label="Series">
      {series.map(({ id, label, colour, hatch, isComparison }) =>
        isComparison || id === REST ? (
          <span key={id} className="legend-word">
            <span className={isComparison ? "swatch-line" : "swatch"} style={{ "--mark": colour } as CSSProperties} />
            {label}
          </span>
        ) : (
          <button key={id} type="button" aria-pressed={hasFilter(view, field, id)} onClick={() => toggle(field, id)}>
            <span className={`swatch swatch-${hatch}`} style={{ "--mark": colour } as CSSProperties} />
            {label}
          </button>
        ),
      )}
    </div>
  );
}
