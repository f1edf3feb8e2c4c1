import { expect, it } from "vitest";
import { BEFORE, findGaps, hasGap, SILENT, stepOfInstant } from "../src/state/gaps";

const DAYS = ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"];

it("a day is a gap when neither anything was received nor anybody visited", () => {
  const gaps = findGaps(DAYS, { fedSteps: ["2026-11-02", "2026-11-04"], firstStep: "2026-11-02", isOpen: true });
  expect(gaps).toEqual([BEFORE, null, SILENT, null, null]);
  expect(hasGap(gaps)).toBe(true);
});

it("what is uploaded today fills the days that it tells of", () => {
  const gaps = findGaps(DAYS, { fedSteps: DAYS, firstStep: "2026-11-05", isOpen: true });
  expect(gaps).toEqual([null, null, null, null, null]);
  expect(hasGap(gaps)).toBe(false);
});

it("a day that has begun is no gap yet, one that is over is", () => {
  const feeding = { fedSteps: DAYS.slice(0, 4), firstStep: null };
  expect(hasGap(findGaps(DAYS, { ...feeding, isOpen: true }))).toBe(false);
  expect(findGaps(DAYS, { ...feeding, isOpen: false })).toEqual([null, null, null, null, SILENT]);
});

it("hours belong to the day that the reader's clock shows", () => {
  expect(stepOfInstant("2026-11-01T16:00:00.000Z", "day", "Asia/Tokyo")).toBe("2026-11-02");
  expect(stepOfInstant("2026-11-01T16:00:00.000Z", "hour", "Asia/Tokyo")).toBe("2026-11-02 01:00:00");
});
