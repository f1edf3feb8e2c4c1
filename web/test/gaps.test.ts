import { expect, it } from "vitest";
import { BEFORE, findGaps, SILENT } from "../src/state/gaps";

const DAYS = ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"];

it("a day is a gap when neither anything was received nor anybody visited", () => {
  const gaps = findGaps(DAYS, "day", "UTC", "2026-11-02T10:00:00Z", {
    receivedHours: ["2026-11-02T10:00:00.000Z"],
    visitedSteps: ["2026-11-04"],
    isOpen: true,
  });
  expect(gaps).toEqual([BEFORE, null, SILENT, null, null]);
});

it("what is uploaded today fills the days that it tells of", () => {
  const gaps = findGaps(DAYS, "day", "UTC", "2026-11-05T10:00:00Z", {
    receivedHours: ["2026-11-05T10:00:00.000Z"],
    visitedSteps: DAYS,
    isOpen: true,
  });
  expect(gaps).toEqual([null, null, null, null, null]);
});

it("hours belong to the day that the reader's clock shows", () => {
  const gaps = findGaps(DAYS.slice(0, 2), "day", "Asia/Tokyo", null, {
    receivedHours: ["2026-11-01T16:00:00.000Z"],
    visitedSteps: [],
    isOpen: false,
  });
  expect(gaps).toEqual([BEFORE, null]);
});
