// The filters that hold, as chips, and the menu that adds one.
import * as Popover from "@radix-ui/react-popover";
import { useState } from "react";
import { useOperatorNames } from "../api/project";
import { FILTER_FIELDS, FIELD_NAMES, type FilterField, wordValue } from "../state/fields";
import { useView } from "../state/use-view";
import { type Filter, hasFilter } from "../state/view";
import { FilterEditor } from "./filter-editor";

const OPERATOR_WORDS = { is: "", not_is: "not ", contains: "contains ", not_contains: "without " };

export function FilterBar() {
  const { view, update, toggle } = useView();
  return (
    <div className="filters" role="group" aria-label="Filters">
      <AddFilter />
      {view.filters.map((filter) => (
        <Chip key={`${filter.field} ${filter.operator}`} filter={filter} />
      ))}
      {view.filters.length > 1 && (
        <button type="button" className="button button-plain button-small" onClick={() => update({ filters: [] })}>
          Clear all
        </button>
      )}
      <span className="filters-switches">
        <label className="switch" title="Only requests whose sender is proven by its address, its name or a signature">
          <input
            type="checkbox"
            checked={hasFilter(view, "verification", "verified")}
            onChange={() => toggle("verification", "verified")}
          />
          Verified only
        </label>
        <label className="switch" title="Search engines, SEO tools, monitors and the like, too">
          <input
            type="checkbox"
            checked={view.bots === "all"}
            onChange={(event) => update({ bots: event.target.checked ? "all" : "ai" })}
          />
          All bots
        </label>
      </span>
    </div>
  );
}

function Chip({ filter }: { filter: Filter }) {
  const { view, update } = useView();
  const operatorName = useOperatorNames();
  const word = (value: string) =>
    filter.field === "bot_provider" ? operatorName(value) : wordValue(filter.field, value);
  const shown = filter.values.slice(0, 2).map(word).join(", ");
  const more = filter.values.length > 2 ? ` +${filter.values.length - 2}` : "";
  const text = `${FILTER_FIELDS[filter.field]}: ${OPERATOR_WORDS[filter.operator]}${shown}${more}`;
  return (
    <span className="chip">
      <Popover.Root>
        <Popover.Trigger className="chip-text" title={filter.values.map(word).join(", ")}>
          {text}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="menu menu-padded" align="start" sideOffset={6} collisionPadding={8}>
            <FilterEditor field={filter.field} operator={filter.operator} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <button
        type="button"
        className="chip-remove"
        aria-label={`Remove filter ${text}`}
        onClick={() => update({ filters: view.filters.filter((other) => other !== filter) })}
      >
        ×
      </button>
    </span>
  );
}

function AddFilter() {
  const [open, setOpen] = useState(false);
  const [field, setField] = useState<FilterField | null>(null);
  const change = (isOpen: boolean) => {
    setOpen(isOpen);
    if (isOpen) setField(null);
  };
  return (
    <Popover.Root open={open} onOpenChange={change}>
      <Popover.Trigger className="button button-small">+ Filter</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu menu-padded" align="start" sideOffset={4} collisionPadding={8}>
          {field === null ? (
            FIELD_NAMES.map((name) => (
              <button key={name} type="button" className="menu-item" onClick={() => setField(name)}>
                {FILTER_FIELDS[name]}
              </button>
            ))
          ) : (
            <FilterEditor field={field} operator="is" />
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
