import { expect, test } from "vitest";
import { sumWeek } from "../src/pages/crawlers/week";
import { countKind, wordKinds } from "../src/state/kinds";
import { wordEvidence } from "../src/state/verification";

test("hours are summed by weekday, from Monday on", () => {
  const week = sumWeek([
    { hour: "2026-11-16 00:00:00", count: 1 },
    { hour: "2026-11-22 09:00:00", count: 2 },
    { hour: "2026-11-15 09:00:00", count: 3 },
  ]);
  expect(week[0]?.[0]).toBe(1);
  expect(week[6]?.[9]).toBe(5);
});

test("what is no kind of AI visit is the rest", () => {
  const row = { count: 10, training: 4, indexing: 1, citations: 2, agents: 0 };
  expect(countKind(row, "rest")).toBe(3);
  expect(wordKinds(row)).toBe("Training 4, Search index 1, User fetch 2, Other 3");
});

test("evidence is worded; what is not known stays as it is", () => {
  expect(wordEvidence("ip:openai-gptbot@2026-10-30")).toBe(
    "The address is in the published list openai-gptbot of 2026-10-30.",
  );
  expect(wordEvidence("bad-signature:expired")).toBe("The signature proves nothing: expired.");
  expect(wordEvidence("something:new")).toBe("something:new");
  expect(wordEvidence("")).toBe("");
});
