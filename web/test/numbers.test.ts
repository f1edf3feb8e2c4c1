import { expect, it } from "vitest";
import { absoluteChange, pointsChange, relativeChange, wordChange } from "../src/change";
import { buildSeries, REST } from "../src/charts/series";
import { formatCsv } from "../src/csv";

it("CSV quotes what needs it and disarms formulas", () => {
  expect(formatCsv(["page", "visits"], [['/a,"b"', 3], ["=1+1", null], ["/c\nd", 0]])).toBe(
    'page,visits\r\n"/a,""b""",3\r\n\'=1+1,\r\n"/c\nd",0\r\n',
  );
});

it("changes have a direction, a size and a tone", () => {
  expect(relativeChange(112, 100)).toMatchObject({ direction: "up", size: "12%", tone: "plain" });
  expect(relativeChange(5, 0)).toBeNull();
  expect(absoluteChange(3, 5)).toMatchObject({ direction: "down", size: "2" });
  expect(pointsChange(0.062, 0.059, "more_is_worse")).toMatchObject({ size: "0.3 pts", tone: "bad" });
  expect(pointsChange(Number.NaN, 0.5)).toBeNull();
  expect(wordChange({ direction: "same", size: "0", tone: "plain" })).toBe("= unchanged");
});

it("the tenth and later series are one", () => {
  const rows = Array.from({ length: 12 }, (_, at) => ({ date: "2026-11-01", count: 100 - at, bot_provider: `o${at}` }));
  const words = { operatorName: (key: string) => key.toUpperCase(), neutral: "#000" };
  const series = buildSeries(rows, "bot_provider", ["2026-11-01"], words);
  expect(series.map(({ label, values }) => [label, values[0]])).toEqual([
    ...Array.from({ length: 9 }, (_, at) => [`O${at}`, 100 - at]),
    ["3 others", 91 + 90 + 89],
  ]);
  expect(series.at(-1)?.id).toBe(REST);
});
