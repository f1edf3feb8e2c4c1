import { describe, expect, it } from "vitest";
import { beginningOf, fittingInterval, listSteps, previousPeriod, resolveRange, stepOf } from "../src/state/ranges";

// A Sunday; in Tokyo it is Monday already.
const NOW = Date.parse("2026-11-22T20:30:00Z");
const choose = (range: Parameters<typeof resolveRange>[0]["range"], from = "", to = "") => ({ range, from, to });

describe("a range", () => {
  it("ends today where the reader is", () => {
    expect(resolveRange(choose("7d"), NOW, "Asia/Tokyo")).toEqual({
      start: "2026-11-17",
      end: null,
      firstDay: "2026-11-17",
      lastDay: "2026-11-23",
    });
  });

  it("of months is whole months", () => {
    const last = resolveRange(choose("last_month"), NOW, "UTC");
    expect([last.start, last.end]).toEqual(["2026-10-01", "2026-10-31"]);
    expect(resolveRange(choose("12m"), NOW, "UTC").start).toBe("2025-12-01");
  });

  it("of one's own does not reach beyond today", () => {
    expect(resolveRange(choose("custom", "2026-11-20", "2027-01-01"), NOW, "UTC")).toEqual({
      start: "2026-11-20",
      end: null,
      firstDay: "2026-11-20",
      lastDay: "2026-11-22",
    });
  });
});

describe("the beginning of a period", () => {
  const beginning = (...choice: Parameters<typeof choose>) => beginningOf(resolveRange(choose(...choice), NOW, "UTC"));

  it("is a tenth of it and the day after", () => {
    const tenth = { start: "2026-10-24", end: "2026-10-27", firstDay: "2026-10-24", lastDay: "2026-10-27" };
    expect(beginning("30d")).toEqual(tenth);
    expect(beginning("7d").end).toBe("2026-11-17");
  });

  it("is all of a period of two days", () => {
    expect(beginning("24h")).toEqual(resolveRange(choose("24h"), NOW, "UTC"));
    expect(beginning("custom", "2026-11-01", "2026-11-02").end).toBe("2026-11-02");
  });
});

describe("the period before", () => {
  it("is as long, and as far on as this one", () => {
    const before = previousPeriod(resolveRange(choose("7d"), NOW, "UTC"), NOW, "UTC");
    expect(before).toEqual({
      start: "2026-11-09",
      end: "2026-11-15 21:00",
      firstDay: "2026-11-09",
      lastDay: "2026-11-15",
    });
  });

  it("of days that are over is whole days", () => {
    const before = previousPeriod(resolveRange(choose("yesterday"), NOW, "UTC"), NOW, "UTC");
    expect([before.start, before.end]).toEqual(["2026-11-20", "2026-11-20"]);
  });

  it("of 24 hours is the 24 hours before", () => {
    const before = previousPeriod(resolveRange(choose("24h"), NOW, "UTC"), NOW, "UTC");
    expect([before.start, before.end]).toEqual(["2026-11-20 21:00", "2026-11-21 21:00"]);
  });
});

describe("steps", () => {
  it("are named as the reports name them", () => {
    const week = resolveRange(choose("7d"), NOW, "UTC");
    expect(listSteps(week, "day", NOW, "UTC")).toHaveLength(7);
    expect(listSteps(week, "week", NOW, "UTC")).toEqual(["2026-11-16"]);
    expect(listSteps(resolveRange(choose("12m"), NOW, "UTC"), "month", NOW, "UTC")).toHaveLength(12);
    expect(stepOf("2026-11-22", "week")).toBe("2026-11-16");
  });

  it("of the last 24 hours are 24, the present one last", () => {
    const steps = listSteps(resolveRange(choose("24h"), NOW, "UTC"), "hour", NOW, "UTC");
    expect([steps.length, steps[0], steps.at(-1)]).toEqual([24, "2026-11-21 21:00:00", "2026-11-22 20:00:00"]);
  });

  it("of a day on which the clocks go forward are 23 hours", () => {
    const day = resolveRange(choose("custom", "2026-03-29", "2026-03-29"), NOW, "Europe/Berlin");
    const steps = listSteps(day, "hour", NOW, "Europe/Berlin");
    expect([steps.length, steps.includes("2026-03-29 02:00:00")]).toEqual([23, false]);
  });

  it("are hours, days, weeks or months as it fits", () => {
    const fitting = (["today", "30d", "12m"] as const).map((range) =>
      fittingInterval(resolveRange(choose(range), NOW, "UTC")),
    );
    expect(fitting).toEqual(["hour", "day", "week"]);
  });
});
