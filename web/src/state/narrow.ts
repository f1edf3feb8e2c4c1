// A view narrowed to one page or one crawler: what its own page shows.
import { useMemo } from "react";
import type { FilterField } from "./fields";
import { useView } from "./use-view";
import { setFilter, type View } from "./view";

export type Narrowing = Partial<Record<FilterField, string>>;

/** Add conditions to a view, in place of what it said of the same fields. */
export function narrow(view: View, to: Narrowing): View {
  let filters = view.filters.filter(({ field }) => to[field] === undefined);
  for (const [field, value] of Object.entries(to) as [FilterField, string][]) {
    filters = setFilter(filters, { field, operator: "is", values: [value] });
  }
  // A crawler that one asks for by name is shown, whether or not it is one of AI.
  return { ...view, filters, bots: to.bot_name === undefined ? view.bots : "all" };
}

/** The present view, narrowed. */
export function useNarrowed({ host, path, bot_name }: Pick<Narrowing, "host" | "path" | "bot_name">): View {
  const { view } = useView();
  return useMemo(() => {
    const to: Narrowing = {};
    if (host !== undefined) to.host = host;
    if (path !== undefined) to.path = path;
    if (bot_name !== undefined) to.bot_name = bot_name;
    return narrow(view, to);
  }, [view, host, path, bot_name]);
}
