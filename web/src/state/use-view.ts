// The view of the present URL, and ways to change it.
import { createContext, createElement, type ReactNode, useCallback, useContext, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import type { FilterField } from "./fields";
import { useQuarter } from "./now";
import { fittingInterval, type Interval, type Period, previousPeriod, resolveRange } from "./ranges";
import { formatView, parseView, replaceView, toggleFilter, type View } from "./view";

export interface ViewState {
  view: View;
  period: Period;
  before: Period;
  interval: Interval;
  /** Change the view; a step in the browser's history unless `replace`. */
  update: (change: Partial<View>, replace?: boolean) => void;
  /** Filter by a value, or no longer. */
  toggle: (field: FilterField, value: string) => void;
  /** Address of another page under the same view, with that page's own parameters. */
  href: (path: string, own?: Record<string, string>, change?: Partial<View>) => string;
}

const ViewContext = createContext<ViewState | null>(null);

/** Read the address once for everything inside; hundreds of cells use the view. */
export function ViewProvider({ children }: { children: ReactNode }) {
  return createElement(ViewContext, { value: useViewOfAddress() }, children);
}

export function useView(): ViewState {
  const state = useContext(ViewContext);
  if (!state) throw new Error("a view was asked for outside of any page");
  return state;
}

function useViewOfAddress(): ViewState {
  const search = useSearch();
  const [location, navigate] = useLocation();
  const now = useQuarter();
  const view = useMemo(() => parseView(search), [search]);
  const period = useMemo(() => resolveRange(view, now, view.timezone), [view, now]);
  const before = useMemo(() => previousPeriod(period, now, view.timezone), [period, now, view.timezone]);

  const update = useCallback(
    (change: Partial<View>, replace = false) => {
      const text = replaceView(search, { ...view, ...change });
      navigate(text ? `${location}?${text}` : location, { replace });
    },
    [search, view, location, navigate],
  );
  const toggle = useCallback(
    (field: FilterField, value: string) => update({ filters: toggleFilter(view.filters, field, value) }),
    [update, view.filters],
  );
  const href = useCallback(
    (path: string, own: Record<string, string> = {}, change: Partial<View> = {}) => {
      const parameters = formatView({ ...view, ...change });
      for (const [name, value] of Object.entries(own)) parameters.set(name, value);
      const text = parameters.toString();
      return text ? `${path}?${text}` : path;
    },
    [view],
  );
  return useMemo(
    () => ({ view, period, before, interval: view.interval ?? fittingInterval(period), update, toggle, href }),
    [view, period, before, update, toggle, href],
  );
}
