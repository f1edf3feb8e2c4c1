// The sums of both sides.
import { useReport } from "../../api/reports";
import { absoluteChange, type Change, pointsChange, relativeChange } from "../../change";
import { ErrorNote } from "../../components/error-note";
import { NumberTile } from "../../components/number-tile";
import { formatNumber, formatShare } from "../../format";
import { pagesQuery, type Side, type Sides, sumsQuery } from "./sides";

export function Summary({ sides }: { sides: Sides }) {
  const one = useSums(sides.one);
  const other = useSums(sides.other);
  const error = one.error ?? other.error;
  if (error) return <ErrorNote error={error} retry={() => void Promise.all([one.refetch(), other.refetch()])} />;
  const now = one.sums;
  const then = other.sums;
  const amount = (name: "count" | "crawlers" | "pages", isSmall = false) => ({
    value: now && then ? <Both one={formatNumber(now[name])} other={formatNumber(then[name])} /> : null,
    change: now && then ? (isSmall ? absoluteChange : relativeChange)(now[name], then[name]) : null,
  });
  const share = (name: "errors" | "verified", judgement?: "more_is_worse") => {
    const of = (row: typeof now) => (row?.count ? row[name] / row.count : Number.NaN);
    const word = (found: number) => (Number.isNaN(found) ? "–" : formatShare(found));
    const change: Change | null = pointsChange(of(now), of(then), judgement);
    return { value: now && then ? <Both one={word(of(now))} other={word(of(then))} /> : null, change };
  };
  const hint = `${sides.one.name}, and ${sides.other.name}`;
  return (
    <section className="tiles" aria-label={hint}>
      <NumberTile label="Visits" hint={hint} {...amount("count")} />
      {sides.kind === "periods" && <NumberTile label="Crawlers" hint={hint} {...amount("crawlers", true)} />}
      <NumberTile label="Pages read" hint={hint} {...amount("pages")} />
      <NumberTile label="Errors" hint={hint} {...share("errors", "more_is_worse")} />
      <NumberTile label="Verified" hint={hint} {...share("verified")} />
    </section>
  );
}

/** The sums of a side, once all of them are there. */
function useSums(side: Side) {
  const sums = useReport("bots", sumsQuery(side));
  const pages = useReport("bots", pagesQuery(side));
  const row = sums.data?.rows[0];
  return {
    sums: row && pages.data ? { ...row, pages: pages.data.total } : undefined,
    error: sums.error ?? pages.error,
    refetch: () => Promise.all([sums.refetch(), pages.refetch()]),
  };
}

function Both({ one, other }: { one: string; other: string }) {
  return (
    <>
      {one} <small className="muted tile-against">against {other}</small>
    </>
  );
}
