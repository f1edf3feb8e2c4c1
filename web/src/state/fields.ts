// The fields one can filter by, in the API's own words, and the words a reader sees.

export const FILTER_FIELDS = {
  bot_provider: "operator",
  bot_name: "crawler",
  purpose: "purpose",
  verification: "verification",
  host: "host",
  folder: "folder",
  path: "path",
  status_class: "status class",
  status_code: "status",
  method: "method",
  source: "source",
} as const;

export type FilterField = keyof typeof FILTER_FIELDS;

export const FIELD_NAMES = Object.keys(FILTER_FIELDS) as FilterField[];

/** Fields that say something of a page or an answer, not of a crawler: people's visits have these, too. */
export const PAGE_FIELDS: ReadonlySet<FilterField> = new Set([
  "host",
  "folder",
  "path",
  "status_class",
  "status_code",
  "method",
  "source",
]);

export const PURPOSES: Record<string, string> = {
  training: "Training",
  dataset: "Dataset",
  search_index: "AI search index",
  search: "Classic search",
  user_fetch: "User fetch",
  agent: "Agent",
  ads: "Advertising",
  seo: "SEO tool",
  monitoring: "Monitoring",
  preview: "Link preview",
  feed: "Feed reader",
  archive: "Archive",
  scanner: "Scanner",
  library: "HTTP library",
  browser: "Automated browser",
  other: "Other",
};

export const VERIFICATIONS: Record<string, string> = {
  verified: "Verified",
  claimed: "Claimed",
  contradicted: "Contradicted",
  unverifiable: "Unverifiable",
  none: "Not a crawler",
};

const STATUS_CLASSES: Record<string, string> = {
  "1xx": "1xx informational",
  "2xx": "2xx success",
  "3xx": "3xx redirect",
  "4xx": "4xx client error",
  "5xx": "5xx server error",
};

/** Word a field's value for a reader; operators have names of their own, see `useOperatorNames`. */
export function wordValue(field: FilterField, value: string): string {
  if (field === "purpose") return PURPOSES[value] ?? value;
  if (field === "verification") return VERIFICATIONS[value] ?? value;
  if (field === "status_class") return STATUS_CLASSES[value] ?? value;
  return value;
}
