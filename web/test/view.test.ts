import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW, formatView, parseView, replaceView, setFilter, toggleFilter, type View } from "../src/state/view";

const EVERYTHING: View = {
  project: "shop & more",
  range: "custom",
  from: "2026-10-01",
  to: "2026-10-31",
  timezone: "Europe/Berlin",
  interval: "week",
  filters: [
    { field: "bot_provider", operator: "is", values: ["openai", "anthropic"] },
    { field: "path", operator: "contains", values: ["/a,b&c=d?/ü"] },
    { field: "purpose", operator: "not_is", values: ["training"] },
  ],
  bots: "all",
  by: "purpose",
  shape: "lines",
  previous: true,
};

describe("the view in the address", () => {
  it("comes back as it went", () => {
    expect(parseView(formatView(EVERYTHING).toString())).toEqual(EVERYTHING);
  });

  it("is empty when everything is as usual", () => {
    expect(formatView(DEFAULT_VIEW).toString()).toBe("");
    expect(parseView("")).toEqual(DEFAULT_VIEW);
  });

  it("takes no harm from what cannot be", () => {
    const search = "range=5y&from=2026-13&to=x&tz=Mars/Base&interval=second&by=colour&shape=pie&bots=none&path=&foo=1";
    expect(parseView(search)).toEqual(DEFAULT_VIEW);
  });

  it("leaves a page's own parameters alone", () => {
    expect(replaceView("page=%2Fblog&path=%2Fold&range=7d", { ...DEFAULT_VIEW, range: "90d" })).toBe(
      "page=%2Fblog&range=90d",
    );
  });
});

describe("a click on a value", () => {
  it("adds it, then another, and takes both away again", () => {
    const one = toggleFilter([], "bot_provider", "openai");
    const two = toggleFilter(one, "bot_provider", "meta");
    const back = toggleFilter(toggleFilter(two, "bot_provider", "openai"), "bot_provider", "meta");
    expect([one, two, back]).toEqual([
      [{ field: "bot_provider", operator: "is", values: ["openai"] }],
      [{ field: "bot_provider", operator: "is", values: ["openai", "meta"] }],
      [],
    ]);
  });

  it("leaves other conditions on the same field", () => {
    const part = { field: "path" as const, operator: "contains" as const, values: ["/blog"] };
    expect(toggleFilter([part], "path", "/")).toEqual([part, { field: "path", operator: "is", values: ["/"] }]);
    expect(setFilter([part], { field: "path", operator: "contains", values: [] })).toEqual([]);
  });
});
