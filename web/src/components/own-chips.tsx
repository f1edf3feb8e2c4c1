// The filters that only a page knows, as chips like the others.
import { OWN_FIELDS, type OwnField, useOwn } from "../state/own";

export interface OwnChipsProps {
  fields: readonly OwnField[];
  word?: (field: OwnField, value: string) => string;
}

export function OwnChips({ fields, word = (_, value) => value }: OwnChipsProps) {
  const { get, put } = useOwn();
  const chosen = fields.filter((field) => get(field) !== null);
  if (!chosen.length) return null;
  return (
    <div className="own-chips" role="group" aria-label="Filters of this page">
      {chosen.map((field) => {
        const text = `${OWN_FIELDS[field]}: ${word(field, get(field) ?? "")}`;
        return (
          <span key={field} className="chip">
            <span className="chip-text" title={text}>
              {text}
            </span>
            <button
              type="button"
              className="chip-remove"
              aria-label={`Remove filter ${text}`}
              onClick={() => put({ [field]: null })}
            >
              ×
            </button>
          </span>
        );
      })}
    </div>
  );
}

/** A value of such a field; a click filters by it, or no longer. */
export function OwnButton({ field, value, children }: { field: OwnField; value: string; children?: React.ReactNode }) {
  const { get, toggle } = useOwn();
  return (
    <button
      type="button"
      className="link-button"
      aria-pressed={get(field) === value}
      title={`${value}: filter by it`}
      onClick={() => toggle(field, value)}
    >
      {children ?? value}
    </button>
  );
}
