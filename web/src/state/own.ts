// A page's own parameters in the URL: which detail it shows, and filters that only it knows.
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** Filters beside the view's, of reports that know them. */
export const OWN_FIELDS = {
  referral_source: "assistant",
  referral_type: "evidence",
  bot_type: "bot type",
  ip: "address",
  user_agent: "user agent",
} as const;

export type OwnField = keyof typeof OWN_FIELDS;

export interface Own {
  get: (name: string) => string | null;
  /** Set parameters, or take them away with null. */
  put: (changes: Record<string, string | null>, replace?: boolean) => void;
  /** Filter by a value, or no longer. */
  toggle: (field: OwnField, value: string) => void;
}

export function useOwn(): Own {
  const search = useSearch();
  const [location, navigate] = useLocation();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const get = useCallback((name: string) => parameters.get(name), [parameters]);
  const put = useCallback(
    (changes: Record<string, string | null>, replace = false) => {
      const next = new URLSearchParams(parameters);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      navigate(text ? `${location}?${text}` : location, { replace });
    },
    [parameters, location, navigate],
  );
  const toggle = useCallback(
    (field: OwnField, value: string) => put({ [field]: parameters.get(field) === value ? null : value }),
    [parameters, put],
  );
  return useMemo(() => ({ get, put, toggle }), [get, put, toggle]);
}
