// What changed most, by operator, crawler, purpose, folder, page or status.
import { type ReactNode, useMemo } from "react";
import { useOperatorNames } from "../../api/project";
import { useReport } from "../../api/reports";
import { CrawlerLink, PageLink } from "../../components/detail-link";
import { type Column, DataTable } from "../../components/data-table";
import { ErrorNote } from "../../components/error-note";
import { FilterButton, FilterMark, OperatorMark, PurposeWord } from "../../components/marks";
import { Panel } from "../../components/page";
import { Segmented } from "../../components/segmented";
import { TableSkeleton } from "../../components/skeleton";
import { formatNumber, formatRatio, formatShare } from "../../format";
import { wordValue } from "../../state/fields";
import { useOwn } from "../../state/own";
import { type Counts, type Difference, joinSides, type Named } from "./join";
import { differencesQuery, MOST_ROWS, type Sides, WHAT, type What } from "./sides";

/** Two crawlers differ in everything that names them. */
const OF_CRAWLERS = { folder: WHAT.folder, path: WHAT.path, status_code: WHAT.status_code };

export function Differences({ sides }: { sides: Sides }) {
  const { get, put } = useOwn();
  const options: Partial<Record<What, string>> = sides.kind === "crawlers" ? OF_CRAWLERS : WHAT;
  const usual: What = sides.kind === "crawlers" ? "folder" : "bot_name";
  const asked = get("what");
  const what = asked !== null && asked in options ? (asked as What) : usual;
  return (
    <Panel
      title="Differences"
      note="The largest change first, up or down."
      actions={
        <Segmented
          label="By"
          value={what}
          options={options as Record<What, string>}
          onChange={(chosen) => put({ what: chosen === usual ? null : chosen })}
        />
      }
    >
      <DifferencesTable key={what} sides={sides} what={what} />
    </Panel>
  );
}

function DifferencesTable({ sides, what }: { sides: Sides; what: What }) {
  const query = differencesQuery(sides.one, what);
  const one = useReport("bots", query);
  const other = useReport("bots", differencesQuery(sides.other, what));
  const operatorName = useOperatorNames();
  const isThere = one.data && other.data;
  const rows = useMemo(
    () =>
      one.data && other.data
        ? joinSides(one.data.rows as Named[], other.data.rows as Named[], query.dimensions)
        : [],
    // The dimensions are the same for the same rows.
    [one.data, other.data],
  );
  const columns = useMemo(
    () => [nameColumn(what, operatorName), ...countColumns(sides, rows), ...shareColumns(what)],
    [what, operatorName, sides, rows],
  );
  const error = one.error ?? other.error;
  if (error) return <ErrorNote error={error} retry={() => void Promise.all([one.refetch(), other.refetch()])} />;
  if (!isThere) return <TableSkeleton rows={10} />;
  const isCut = Math.max(one.data?.total ?? 0, other.data?.total ?? 0) > MOST_ROWS;
  return (
    <>
      <DataTable
        name="Differences"
        columns={columns}
        rows={rows}
        rowKey={({ values }) => JSON.stringify(values)}
        pageSize={15}
        empty="No visits on either side under these filters."
      />
      {isCut && <p className="muted">Of the {formatNumber(MOST_ROWS)} most visited of either side.</p>}
    </>
  );
}

function nameColumn(what: What, operatorName: (operator: string) => string): Column<Difference> {
  const word = ({ values }: Difference) =>
    what === "bot_provider" ? operatorName(values[what] ?? "") : wordValue(what, values[what] ?? "");
  const header = WHAT[what];
  return {
    id: what,
    header: header.charAt(0).toUpperCase() + header.slice(1),
    value: word,
    cell: (row) => nameCell(what, row.values, word(row)),
  };
}

function nameCell(what: What, values: Record<string, string>, word: string): ReactNode {
  const value = values[what] ?? "";
  const operator = values["bot_provider"] ?? "";
  if (what === "purpose") return <PurposeWord purpose={value} />;
  if (what === "path") {
    return (
      <>
        <PageLink host={values["host"] ?? ""} path={value}>
          {value}
        </PageLink>{" "}
        <FilterMark field="path" value={value} />
      </>
    );
  }
  if (what === "bot_name") {
    return (
      <>
        <CrawlerLink name={value}>
          <OperatorMark operator={operator} />
          {value}
        </CrawlerLink>{" "}
        <FilterMark field="bot_name" value={value} />
      </>
    );
  }
  return (
    <FilterButton field={what} value={value}>
      {what === "bot_provider" && <OperatorMark operator={operator} />}
      {word}
    </FilterButton>
  );
}

function countColumns(sides: Sides, rows: Difference[]): Column<Difference>[] {
  const most = Math.max(1, ...rows.map(({ one, other }) => Math.max(one.count, other.count)));
  return [
    {
      id: "one",
      header: sides.one.short,
      hint: sides.one.name,
      value: (row) => row.one.count,
      cell: (row) => formatNumber(row.one.count),
      share: (row) => row.one.count / most,
      figure: true,
    },
    {
      id: "other",
      header: sides.other.short,
      hint: sides.other.name,
      value: (row) => row.other.count,
      cell: (row) => formatNumber(row.other.count),
      share: (row) => row.other.count / most,
      figure: true,
      minor: true,
    },
    {
      id: "change",
      header: "Difference",
      value: (row) => row.change,
      cell: (row) => wordSigned(row.change, formatNumber(Math.abs(row.change))),
      figure: true,
    },
    {
      id: "percent",
      header: "In percent",
      value: (row) => (row.other.count ? row.change / row.other.count : null),
      cell: (row) =>
        row.other.count ? (
          wordSigned(row.change, formatShare(Math.abs(row.change) / row.other.count))
        ) : (
          <span className="muted">{sides.kind === "periods" ? "new" : "–"}</span>
        ),
      figure: true,
      minor: true,
    },
  ];
}

/** Of pages themselves there is nothing to count. */
function shareColumns(what: What): Column<Difference>[] {
  const pages: Column<Difference> = {
    id: "pages",
    header: "Pages",
    value: (row) => row.one.pages - row.other.pages,
    cell: (row) => {
      const change = row.one.pages - row.other.pages;
      return wordSigned(change, formatNumber(Math.abs(change)));
    },
    figure: true,
    minor: true,
    hint: "Difference in how many different pages were read",
  };
  return [
    ...(what === "path" ? [] : [pages]),
    pointsColumn("errors", "Errors", "Difference of the share of requests answered with 400 or above, in points"),
    pointsColumn("verified", "Verified", "Difference of the share of verified requests, in points"),
  ];
}

function pointsColumn(id: "errors" | "verified", header: string, hint: string): Column<Difference> {
  const points = ({ one, other }: Difference) =>
    one.count && other.count ? (share(one, id) - share(other, id)) * 100 : null;
  return {
    id,
    header,
    value: points,
    cell: (row) => {
      const found = points(row);
      if (found === null) return <span className="muted">–</span>;
      return wordSigned(Math.round(found * 10), `${formatRatio(Math.abs(found))} pts`);
    },
    figure: true,
    minor: true,
    hint,
  };
}

function share(counts: Counts, part: "errors" | "verified"): number {
  return counts[part] / counts.count;
}

function wordSigned(change: number, size: string): ReactNode {
  if (change === 0) return <span className="muted">=</span>;
  return `${change > 0 ? "+" : "−"}${size}`;
}
