import { expect, test } from "vitest";
import formatsPage from "../../docs/formats.md?raw";
import { DOOR_GROUPS, findDoorByPage, readPage } from "../src/pages/sources/doors";
import { fillIn, onlySection, type Values } from "../src/pages/sources/fill-in";
import { FORMATS } from "../src/pages/upload/formats";

const DOORS = DOOR_GROUPS.flatMap(({ doors }) => doors);
const VALUES: Values = {
  url: "http://logs.local:8143",
  project: "my shop",
  host: "www.mine.example",
  key: { style: "ank", secret: "ank_secret" },
};

test.each(DOORS)("the page of $label is there, and nothing of its examples stays", async ({ page, section, style }) => {
  const text = await readPage(page);
  const shown = section ? onlySection(text, section) : text;
  if (section) expect(text).toContain(`\n## ${section}\n`);
  const filled = fillIn(shown, { ...VALUES, key: { style, secret: `${style}_secret` } });
  expect(filled).not.toContain("crawlsight.example.com");
  expect(filled).not.toContain("shop.example");
  expect(filled).not.toContain(`${style}_…`);
});

test("a name with spaces is quoted, and a key of another style is not filled in", () => {
  const page = "crawlsight import --project shop s3://… with bot_… or ank_…";
  expect(fillIn(page, VALUES)).toBe("crawlsight import --project 'my shop' s3://… with bot_… or ank_secret");
});

test("Fluent Bit gets the address in its parts", async () => {
  const filled = fillIn(await readPage("fluent-bit"), VALUES);
  expect(filled).toMatch(/ host +logs\.local\n +port +8143\n +tls +off\n/);
  const public_ = fillIn(await readPage("fluent-bit"), { ...VALUES, url: "https://logs.example" });
  expect(public_).toMatch(/ host +logs\.example\n +port +443\n +tls +on\n/);
});

test("only one section is left", () => {
  const page = "# Title\n\nIntro.\n\n## One\n\nFirst.\n\n## Two\n\nSecond.\n";
  expect(onlySection(page, "Two")).toBe("# Title\n\nIntro.\n\n\nSecond.\n");
});

test("a page finds its door", () => {
  expect(findDoorByPage("ship")?.label).toBe("Other log files");
  expect(findDoorByPage("README")).toBeUndefined();
});

test("every format of the documentation can be chosen", () => {
  const table = formatsPage.slice(0, formatsPage.indexOf("\n## "));
  const documented = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(Object.keys(FORMATS).sort()).toEqual(documented.sort());
});
