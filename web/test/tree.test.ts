import { expect, test } from "vitest";
import { listLevel, type TreePage } from "../src/pages/pages/tree";

const page = (path: string, count: number, host = "a.example"): TreePage => ({
  host,
  path,
  count,
  errors: 1,
  last_visit: `2026-11-0${count}T00:00:00.000Z`,
  training: count,
  indexing: 0,
  citations: 0,
  agents: 0,
});

test("folders come before they are opened as sums, the most visited first", () => {
  const level = listLevel([page("/blog/a", 1), page("/blog/2026/x", 2), page("/blog/2026/y", 3)], "/blog/");
  expect(level.map(({ name, count, isFolder }) => [name, count, isFolder])).toEqual([
    ["2026/", 5, true],
    ["a", 1, false],
  ]);
  expect(level[0]?.errors).toBe(2);
  expect(level[0]?.last_visit).toBe("2026-11-03T00:00:00.000Z");
});

test("a page that ends in a slash is no folder, unless something is in it", () => {
  const level = listLevel([page("/blog/post/", 2)], "/blog/");
  expect(level.map(({ name, isFolder }) => [name, isFolder])).toEqual([["post/", false]]);
  const both = listLevel([page("/blog/post/", 2), page("/blog/post/reply", 1)], "/blog/");
  expect(both.map(({ name, count, isFolder }) => [name, count, isFolder])).toEqual([["post/", 3, true]]);
  expect(listLevel(both[0]?.pages ?? [], "/blog/post/").map(({ prefix }) => prefix)).toEqual([
    "/blog/post/",
    "/blog/post/reply",
  ]);
});

test("a page of several hosts is one", () => {
  const level = listLevel([page("/a", 1), page("/a", 2, "b.example")], "/");
  expect(level.map(({ prefix, count, isFolder }) => [prefix, count, isFolder])).toEqual([["/a", 3, false]]);
});
