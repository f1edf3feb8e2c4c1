import { expect, it } from "vitest";
import { findRows, nextOrder, sortRows } from "../src/components/row-order";

const ROWS = [
  { path: "/page/10", count: 2 },
  { path: "/Page/9", count: 7 },
  { path: "/about", count: 2 },
];
const PATH = { id: "path", value: (row: (typeof ROWS)[number]) => row.path };
const COUNT = { id: "count", value: (row: (typeof ROWS)[number]) => row.count, figure: true };

const pathsBy = (id: string, direction: "asc" | "desc") =>
  sortRows(ROWS, [PATH, COUNT], { id, direction }).map(({ path }) => path);

it("numbers within texts are ordered as numbers", () => {
  expect(pathsBy("path", "asc")).toEqual(["/about", "/Page/9", "/page/10"]);
});

it("rows that are equal keep their order in both directions", () => {
  expect(pathsBy("count", "desc")).toEqual(["/Page/9", "/page/10", "/about"]);
  expect(pathsBy("count", "asc")).toEqual(["/page/10", "/about", "/Page/9"]);
});

it("what is not known is below every number", () => {
  const column = { id: "share", value: (row: { share: number | null }) => row.share };
  const sorted = sortRows([{ share: 0.2 }, { share: null }, { share: -0.1 }], [column], { id: "share", direction: "asc" });
  expect(sorted.map(({ share }) => share)).toEqual([null, -0.1, 0.2]);
});

it("a third click gives the rows their own order again, and figures begin with the largest", () => {
  const first = nextOrder({ id: "path", direction: "asc" }, COUNT);
  const second = nextOrder(first, COUNT);
  expect([first, second, nextOrder(second, COUNT)]).toEqual([
    { id: "count", direction: "desc" },
    { id: "count", direction: "asc" },
    null,
  ]);
  expect(nextOrder(null, PATH)).toEqual({ id: "path", direction: "asc" });
});

it("a text is found in any column, however it is written", () => {
  expect(findRows(ROWS, [PATH, COUNT], "PAGE/1")).toEqual([ROWS[0]]);
  expect(findRows(ROWS, [PATH, COUNT], "7")).toEqual([ROWS[1]]);
  expect(findRows(ROWS, [PATH, COUNT], "")).toBe(ROWS);
});
