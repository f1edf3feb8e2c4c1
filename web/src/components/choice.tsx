// One of a few, each with what it means.

export interface ChoiceProps<T extends string> {
  legend: string;
  /** Of the group; no two groups on a page share it. */
  name: string;
  value: T;
  options: Record<T, { label: string; words: string }>;
  onChange: (value: T) => void;
  note?: string;
}

export function Choice<T extends string>({ legend, name, value, options, onChange, note }: ChoiceProps<T>) {
  const entries = Object.entries(options) as [T, { label: string; words: string }][];
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      {entries.map(([option, { label, words }]) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
          <span>
            {label} <small>{words}</small>
          </span>
        </label>
      ))}
      {note && <small>{note}</small>}
    </fieldset>
  );
}
