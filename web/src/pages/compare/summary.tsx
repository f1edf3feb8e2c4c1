// The sums of both sides.
import { useReport } from "../../api/reports";
import { absoluteChange, type Change, pointsChange, relativeChange } from "../../change";
import { ErrorNote } from "../../components/error-note";
import { NumberTile } from "../../components/number-tile";
import { formatNumber, formatShare } from "../../format";
import { type Sides, sumsQuery } from "./sides";

export function Summary({ sides }: { sides: Sides }) {
  const one = useReport("bots", sumsQuery(sides.one));
  const other = useReport("bots", sumsQuery(sides.other));
  const error = one.error ?? other.error;
  if (error) return <ErrorNote error={error} retry={() => void Promise.all([one.refetch(), other.refetch()])} />;
  const now = one.data?.rows[0];
  const then = other.data?.rows[0];
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

function Both({ one, other }: { one: string; other: string }) {
  return (
    <>
      {one} <small className="muted tile-against">against {other}</small>
    </>
  );
}
