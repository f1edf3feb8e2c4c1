// The assistants that people are sent by: their names, and which operator's crawlers read for them.
import { useMemo } from "react";
import { useView } from "../state/use-view";
import type { View } from "../state/view";
import { useAssistants } from "./project";
import { type QueryFilter, referralFilters } from "./reports";
import type { Assistant } from "./types";

/** Gives an assistant's name, such as ChatGPT for `openai`. */
export function useAssistantName(): (source: string) => string {
  const { data } = useAssistants();
  return useMemo(() => {
    const names = new Map(data?.map(({ source, name }) => [source, name]));
    return (source) => names.get(source) ?? source;
  }, [data]);
}

/** Gives the operator of an assistant's crawlers; null when none is known. */
export function useAssistantOperator(): (source: string) => string | null {
  const { data } = useAssistants();
  return useMemo(() => {
    const operators = new Map(data?.map(({ source, operator }) => [source, operator]));
    return (source) => operators.get(source) ?? null;
  }, [data]);
}

/** The view's filters for people; a filter on operators holds for their assistants. Undefined until it can be said. */
export function usePeopleFilters(shown?: View): QueryFilter[] | undefined {
  const { view: present } = useView();
  const view = shown ?? present;
  const byOperator = useMemo(() => view.filters.filter(({ field }) => field === "bot_provider"), [view]);
  const { data } = useAssistants(byOperator.length > 0);
  return useMemo(() => {
    const filters = referralFilters(view);
    if (!byOperator.length) return filters;
    if (!data) return undefined;
    const sources = byOperator.reduce(
      (left, { operator, values }) =>
        left.filter((assistant) => fits(assistant, operator.startsWith("not_"), operator.endsWith("contains"), values)),
      data,
    );
    // An empty list is no condition; no assistant has this name.
    const value = sources.length ? sources.map(({ source }) => source) : [""];
    return [...filters, { field: "referral_source", operator: "in", value }];
  }, [view, byOperator, data]);
}

function fits({ operator }: Assistant, isNegative: boolean, isPart: boolean, values: string[]): boolean {
  const found = values.some((value) => (isPart ? (operator ?? "").includes(value) : operator === value));
  return found !== isNegative;
}
