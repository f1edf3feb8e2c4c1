// What verdicts and their evidence mean, in plain words (docs/verification.md).

export const VERDICTS = ["verified", "claimed", "contradicted", "unverifiable"] as const;

export type Verdict = (typeof VERDICTS)[number];

export const VERDICT_HELP: Record<Verdict, string> = {
  verified: "The request comes from where the operator says its crawler is, or is signed with the operator's key.",
  claimed: "Only the user agent says so. The operator publishes something to check by, but it does not decide this request.",
  contradicted: "The operator says where its crawler comes from, and this request came from elsewhere: most likely an impostor.",
  unverifiable: "The operator publishes nothing to check by; the name may be true or not.",
};

const EVIDENCE: Record<string, (detail: string) => string> = {
  ip: (list) => `The address is in the published list ${wordLists(list)}.`,
  rdns: (name) => `The address's name is ${name}.`,
  signature: (key) => `Signed with a key of ${key.split("#")[0]}.`,
  outside: (list) => `The address is outside the published list ${wordLists(list)}.`,
  "robots-only": () => "The name is meant for robots.txt alone; no genuine client sends it.",
  "bad-signature": (why) => `The signature proves nothing: ${why}.`,
  "masked-address": () => "The address is masked, and only part of what it may stand for is in the list.",
  "no-address": () => "The record has no address to check.",
  "private-address": () => "The address is a proxy's; log the client's own to have it checked.",
  "no-snapshot": () => "There is no copy of the operator's list yet: run crawlsight ranges refresh.",
};

/** Word a visit's evidence; empty when there is none. */
export function wordEvidence(evidence: string): string {
  if (!evidence) return "";
  const [kind = "", ...rest] = evidence.split(":");
  return EVIDENCE[kind]?.(rest.join(":")) ?? evidence;
}

/** `openai-gptbot@2026-11-20` is a list and its day. */
function wordLists(lists: string): string {
  return lists
    .split(",")
    .map((list) => list.replace("@", " of "))
    .join(", ");
}

/** What of an evidence is the same for many visits. */
export function evidenceKind(evidence: string): string {
  return evidence.startsWith("rdns:") ? "rdns" : evidence;
}

export const MEANS: Record<string, string> = {
  ip: "Published list of addresses",
  rdns: "Reverse DNS",
  signature: "Signed requests (Web Bot Auth)",
};
