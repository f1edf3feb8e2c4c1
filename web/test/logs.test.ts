import { expect, test } from "vitest";
import { MOST_PAGES, prepend, TAIL } from "../src/api/logs";
import type { LoggedVisit, LogsPage } from "../src/api/types";

const visit = (id: number) => ({ visit_id: String(id) }) as LoggedVisit;

/** Visits with falling numbers, as pages have them. */
function pageOf(newest: number, length: number, next: string | null): LogsPage {
  return { visits: Array.from({ length }, (_, at) => visit(newest - at)), next, newest: String(newest) };
}

const ids = (pages: LogsPage[]) => pages.flatMap(({ visits }) => visits.map(({ visit_id }) => Number(visit_id)));

test("what is new comes in front, and a small page takes it in", () => {
  const first = prepend({ pages: [pageOf(10, 5, "6")], pageParams: [null] }, pageOf(12, 2, null));
  expect(first.pageParams).toEqual([TAIL, null]);
  const second = prepend(first, pageOf(13, 1, null));
  expect(second.pageParams).toEqual([TAIL, null]);
  expect(ids(second.pages)).toEqual([13, 12, 11, 10, 9, 8, 7, 6]);
  expect(second.pages[0]?.newest).toBe("13");
});

test("when the oldest page goes, no visit is lost on the way to it", () => {
  const length = 100;
  const count = MOST_PAGES;
  const top = count * length;
  const pages = Array.from({ length: count }, (_, at) => pageOf(top - at * length, length, `next ${at}`));
  const { pages: kept, pageParams } = prepend(
    { pages, pageParams: pages.map(() => null) },
    pageOf(top + 1, 1, null),
  );
  expect(kept.length).toBe(MOST_PAGES);
  expect(pageParams.length).toBe(MOST_PAGES);
  const shown = ids(kept);
  expect(shown[0]).toBe(top + 1);
  // The last one that is left is the cursor's own: everything older is asked for behind it.
  expect(kept.at(-1)?.next).toBe(String(shown.at(-1)));
  expect(new Set(shown).size).toBe(shown.length);
});
