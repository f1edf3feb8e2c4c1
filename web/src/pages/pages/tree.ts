// Paths as folders within folders.
import { KIND_METRICS, type KindCounts } from "../../state/kinds";

export interface TreeCounts extends KindCounts {
  errors: number;
  last_visit: string;
}

export interface TreePage extends TreeCounts {
  host: string;
  path: string;
}

export interface TreeNode extends TreeCounts {
  /** The path up to here; a folder's ends in a slash. */
  prefix: string;
  /** What the node adds to its parent's path. */
  name: string;
  /** Pages in it: those of a folder, or one. */
  pages: TreePage[];
  isFolder: boolean;
}

/** Give the folders and pages right below a prefix, the most visited first. Pages of several hosts are one. */
export function listLevel(pages: TreePage[], prefix: string): TreeNode[] {
  const groups = new Map<string, TreePage[]>();
  for (const page of pages) {
    const key = nextPrefix(page.path, prefix);
    const group = groups.get(key);
    if (group) group.push(page);
    else groups.set(key, [page]);
  }
  return [...groups]
    .map(([key, group]) => makeNode(key, prefix, group))
    .sort((one, other) => other.count - one.count || (one.prefix < other.prefix ? -1 : 1));
}

/** The path up to and with the next slash after the prefix; all of it when there is none. */
function nextPrefix(path: string, prefix: string): string {
  if (!path.startsWith(prefix)) return path;
  const slash = path.indexOf("/", prefix.length);
  // A slash at the very end belongs to the page's name: /blog/post/ is a page of /blog/.
  return slash === -1 || slash === path.length - 1 ? path : path.slice(0, slash + 1);
}

function makeNode(key: string, parent: string, pages: TreePage[]): TreeNode {
  const isFolder = pages.some(({ path }) => path !== key);
  const name = key.startsWith(parent) && key !== parent ? key.slice(parent.length) : key;
  return { ...sumCounts(pages), prefix: key, name, pages, isFolder };
}

export function sumCounts(rows: TreeCounts[]): TreeCounts {
  const sum = { count: 0, errors: 0, last_visit: "", training: 0, indexing: 0, citations: 0, agents: 0 };
  for (const row of rows) {
    for (const name of ["count", "errors", ...KIND_METRICS] as const) sum[name] += row[name];
    if (row.last_visit > sum.last_visit) sum.last_visit = row.last_visit;
  }
  return sum;
}
