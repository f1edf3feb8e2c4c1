// What one field may be: the values that occur in the range, most visited first, or a part of a text.
import { type FormEvent, useState } from "react";
import { useOperatorNames } from "../api/project";
import { botFilters, useReport, useScope } from "../api/reports";
import { formatNumber } from "../format";
import { FILTER_FIELDS, type FilterField, wordValue } from "../state/fields";
import { useView } from "../state/use-view";
import { type FilterOperator, setFilter } from "../state/view";
import { ErrorNote } from "./error-note";
import { Segmented } from "./segmented";
import { TableSkeleton } from "./skeleton";

const MOST_VALUES = 200;

export function FilterEditor({ field, operator: first }: { field: FilterField; operator: FilterOperator }) {
  const { view, update } = useView();
  const [operator, setOperator] = useState(first);
  const [search, setSearch] = useState("");
  const isPart = operator === "contains" || operator === "not_contains";
  const values = view.filters.find((found) => found.field === field && found.operator === operator)?.values ?? [];
  const put = (next: string[]) =>
    update({ filters: setFilter(view.filters, { field, operator, values: next }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = search.trim();
    if (text && !values.includes(text)) put([...values, text]);
    setSearch("");
  };
  return (
    <div className="filter-editor">
      <strong>{FILTER_FIELDS[field]}</strong>
      <Segmented
        label="Condition"
        value={operator}
        options={{ is: "is", not_is: "is not", contains: "contains", not_contains: "without" }}
        onChange={setOperator}
      />
      <form onSubmit={submit}>
        <input
          type="search"
          autoFocus
          value={search}
          placeholder={isPart ? "Text, then Enter" : "Search, or a value and Enter"}
          aria-label={`Value of ${FILTER_FIELDS[field]}`}
          onChange={(event) => setSearch(event.target.value)}
        />
      </form>
      {isPart ? (
        <ChosenTexts values={values} onChange={put} />
      ) : (
        <Values field={field} search={search} chosen={values} onChange={put} />
      )}
    </div>
  );
}

function ChosenTexts({ values, onChange }: { values: string[]; onChange: (values: string[]) => void }) {
  return values.map((value) => (
    <label key={value} className="menu-item">
      <input type="checkbox" checked onChange={() => onChange(values.filter((other) => other !== value))} />
      {value}
    </label>
  ));
}

interface ValuesProps {
  field: FilterField;
  search: string;
  chosen: string[];
  onChange: (values: string[]) => void;
}

function Values({ field, search, chosen, onChange }: ValuesProps) {
  const { view } = useView();
  const operatorName = useOperatorNames();
  const others = { ...view, filters: view.filters.filter((filter) => filter.field !== field) };
  const { data, error, refetch } = useReport("bots", {
    ...useScope(),
    metrics: ["count"],
    dimensions: [field],
    filters: botFilters(others),
    pagination: { limit: MOST_VALUES },
  });
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton rows={5} />;
  const word = (value: string) => (field === "bot_provider" ? operatorName(value) : wordValue(field, value));
  const counts = new Map(data.rows.map((row) => [row[field], row.count]));
  const found = [...new Set([...chosen, ...counts.keys()])].filter((value) =>
    `${value} ${word(value)}`.toLowerCase().includes(search.toLowerCase()),
  );
  const flip = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <div className="filter-values">
      {found.map((value) => (
        <label key={value} className="menu-item">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => flip(value)} />
          <span className="filter-value">{word(value)}</span>
          <span className="muted figure">{formatNumber(counts.get(value) ?? 0)}</span>
        </label>
      ))}
      {found.length === 0 && <p className="muted">Nothing of that in this range; Enter takes it anyway.</p>}
      {data.total > MOST_VALUES && (
        <p className="muted">The {MOST_VALUES} most visited of {formatNumber(data.total)}.</p>
      )}
    </div>
  );
}
