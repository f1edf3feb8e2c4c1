// Pages that only one side read: new and lost ones, or what one crawler knows and the other does not.
import { useMemo } from "react";
import { useReport } from "../../api/reports";
import { lastVisit, pageColumns, visits } from "../../components/columns";
import { type Column, DataTable } from "../../components/data-table";
import { Loaded } from "../../components/loaded";
import { Panel } from "../../components/page";
import { formatNumber } from "../../format";
import { onlyIn, type PageRow } from "./join";
import { MOST_ROWS, pagesQuery, type Sides } from "./sides";

interface OneSidedProps {
  title: string;
  rows: PageRow[];
  empty: string;
}

export function OnlyHere({ sides }: { sides: Sides }) {
  const one = useReport("bots", pagesQuery(sides.one));
  const other = useReport("bots", pagesQuery(sides.other));
  const both = useMemo(() => {
    if (!one.data || !other.data) return undefined;
    return {
      here: onlyIn(one.data.rows, other.data.rows),
      there: onlyIn(other.data.rows, one.data.rows),
      isCut: Math.max(one.data.total, other.data.total) > MOST_ROWS,
    };
  }, [one.data, other.data]);
  const words = wordSides(sides);
  const result = {
    data: both,
    error: one.error ?? other.error,
    refetch: () => Promise.all([one.refetch(), other.refetch()]),
  };
  return (
    <>
      {(["here", "there"] as const).map((place) => (
        <Panel key={place} title={words[place].title} half note={words[place].note}>
          <Loaded result={result} rows={6}>
            {(found) => (
              <>
                <OneSided title={words[place].title} rows={found[place]} empty={words[place].empty} />
                {found.isCut && (
                  <p className="muted">
                    Compared are the {formatNumber(MOST_ROWS)} most visited pages of either side; a page that is rare on the
                    other side may stand here too.
                  </p>
                )}
              </>
            )}
          </Loaded>
        </Panel>
      ))}
    </>
  );
}

function wordSides({ kind, one, other }: Sides) {
  if (kind === "crawlers") {
    return {
      here: { title: `Only ${one.name}`, note: `Pages that ${other.name} did not read.`, empty: "No page." },
      there: { title: `Only ${other.name}`, note: `Pages that ${one.name} did not read.`, empty: "No page." },
    };
  }
  return {
    here: {
      title: "New pages",
      note: `Read in ${one.name}, and not in ${other.name}.`,
      empty: "Every page that was read had been read before.",
    },
    there: {
      title: "Lost pages",
      note: `Read in ${other.name}, and not in ${one.name}.`,
      empty: "Every page that had been read was read again.",
    },
  };
}

function OneSided({ title, rows, empty }: OneSidedProps) {
  const columns = useMemo(() => makeColumns(rows), [rows]);
  return (
    <DataTable
      name={title}
      columns={columns}
      rows={rows}
      rowKey={({ host, path }) => `${host} ${path}`}
      empty={empty}
      searchLabel="Search pages"
    />
  );
}

function makeColumns(rows: PageRow[]): Column<PageRow>[] {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return [
    ...pageColumns(rows),
    visits((row) => row.count / most),
    lastVisit(),
  ];
}
