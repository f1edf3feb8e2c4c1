import { expect, test } from "vitest";
import { joinSides, onlyIn } from "../src/pages/compare/join";

const counts = (count: number) => ({ count, pages: 1, errors: 0, verified: count });

test("rows of both sides are joined, the largest change first, up or down", () => {
  const one = [{ bot_name: "A", ...counts(10) }, { bot_name: "B", ...counts(5) }, { bot_name: "New", ...counts(2) }];
  const other = [{ bot_name: "A", ...counts(9) }, { bot_name: "B", ...counts(25) }, { bot_name: "Gone", ...counts(3) }];
  const joined = joinSides(one, other, ["bot_name"]);
  expect(joined.map(({ values, change }) => [values["bot_name"], change])).toEqual([
    ["B", -20],
    ["Gone", -3],
    ["New", 2],
    ["A", 1],
  ]);
  expect(joined[1]?.one.count).toBe(0);
});

test("the same path of another host is another page", () => {
  const page = (host: string) => ({ host, path: "/a", count: 1, last_visit: "" });
  expect(onlyIn([page("a.example"), page("b.example")], [page("a.example")])).toEqual([page("b.example")]);
});
