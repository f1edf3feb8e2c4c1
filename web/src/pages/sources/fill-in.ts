// Puts the own server, project and key in the place of the documentation's examples.
import type { KeyStyle } from "../../api/types";

export interface Values {
  /** Address of the server, without a slash at its end. */
  url: string;
  project: string;
  /** The site; null where the project names none. */
  host: string | null;
  /** The key, where it is known. */
  key: { style: KeyStyle; secret: string } | null;
}

const SERVER = "crawlsight.example.com";
const SITE = "shop.example";
const TLS_PARTS = new RegExp(`(\\bhost +)${SERVER.replaceAll(".", "\\.")}(\\n +port +)443(\\n +tls +)on`);

/** Fill values into a page that uses the documentation's own examples. */
export function fillIn(page: string, { url, project, host, key }: Values): string {
  const { hostname, host: authority, port, protocol } = new URL(url);
  const isTls = protocol === "https:";
  let text = page
    // Fluent Bit wants the parts of the address one by one.
    .replace(TLS_PARTS, `$1${hostname}$2${port || (isTls ? "443" : "80")}$3${isTls ? "on" : "off"}`)
    .replaceAll(`https://${SERVER}`, url)
    .replaceAll(SERVER, authority)
    .replaceAll("--project shop", `--project ${quote(project)}`);
  if (host) text = text.replaceAll(SITE, host);
  if (key) text = text.replaceAll(`${key.style}_…`, key.secret);
  return text;
}

function quote(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Leave only what stands before all sections, and one of these. */
export function onlySection(page: string, section: string): string {
  const [before, ...sections] = page.split(/^(?=## )/m);
  const found = sections.find((text) => text.startsWith(`## ${section}\n`)) ?? "";
  return before + found.replace(/^## .*\n/, "");
}
