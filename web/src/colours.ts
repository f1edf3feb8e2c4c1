// Colour means operator, the same everywhere; the hues stay apart for the colour-blind (after Okabe and Ito, and Tol).

const OPERATORS: Record<string, string> = {
  openai: "#0072b2",
  anthropic: "#d55e00",
  google: "#009e73",
  perplexity: "#56b4e9",
  microsoft: "#e69f00",
  meta: "#cc79a7",
  amazon: "#8a8a2e",
  apple: "#8c8c8c",
  bytedance: "#b0476f",
  commoncrawl: "#44aa99",
  mistral: "#a55fc7",
  duckduckgo: "#c9a227",
  xai: "#7a6652",
  yandex: "#6f6fd6",
};

const OTHERS = ["#6f6fd6", "#7a6652", "#3f8f4f", "#b5651d", "#5f8fa3", "#a24d8f", "#7d8f29", "#c45b5b"];

/** Colour of what is left when the largest series are drawn. */
export const REST_COLOUR = "#9aa5b1";

/** The colour of an operator, by its key; the same on every page and every day. */
export function colourOf(operator: string): string {
  const known = OPERATORS[operator];
  if (known) return known;
  let hash = 0;
  for (const letter of operator) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return OTHERS[hash % OTHERS.length] as string;
}

/** Purposes are told by shape: each has a hatch of its own, drawn over whatever colour. */
export type Hatch = "plain" | "dots" | "rising" | "falling" | "upright" | "level" | "cross";

const HATCHES: Record<string, Hatch> = {
  training: "plain",
  dataset: "dots",
  search_index: "rising",
  search: "falling",
  user_fetch: "upright",
  agent: "cross",
};

export function hatchOf(purpose: string): Hatch {
  return HATCHES[purpose] ?? "level";
}
