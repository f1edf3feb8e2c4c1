// Purposes as reports count them in one go: four kinds of bots, and the rest.

export interface KindCounts {
  count: number;
  training: number;
  indexing: number;
  citations: number;
  agents: number;
}

export const KIND_METRICS = ["training", "indexing", "citations", "agents"] as const;

export type KindName = (typeof KIND_METRICS)[number] | "rest";

interface Kind {
  label: string;
  /** The purpose whose hatch it has. */
  look: string;
  purposes: string[];
}

export const KINDS: Record<KindName, Kind> = {
  training: { label: "Training", look: "training", purposes: ["training", "dataset"] },
  indexing: { label: "Search index", look: "search_index", purposes: ["search_index", "search"] },
  citations: { label: "User fetch", look: "user_fetch", purposes: ["user_fetch"] },
  agents: { label: "Agent", look: "agent", purposes: ["agent"] },
  rest: {
    label: "Other",
    look: "other",
    purposes: ["ads", "seo", "monitoring", "preview", "feed", "archive", "scanner", "library", "browser", "other"],
  },
};

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

export function countKind(row: KindCounts, kind: KindName): number {
  if (kind !== "rest") return row[kind];
  return Math.max(0, row.count - KIND_METRICS.reduce((sum, metric) => sum + row[metric], 0));
}

/** Say what visits were for, such as `Training 12, User fetch 3`. */
export function wordKinds(row: KindCounts): string {
  return KIND_NAMES.flatMap((kind) => {
    const count = countKind(row, kind);
    return count ? [`${KINDS[kind].label} ${count}`] : [];
  }).join(", ");
}
