// The sums of the period.
import { useReport } from "../../api/reports";
import { relativeChange } from "../../change";
import { ErrorNote } from "../../components/error-note";
import { NumberTile } from "../../components/number-tile";
import { formatNumber, formatRatio } from "../../format";
import { useView } from "../../state/use-view";
import { type FilterProps, landingsQuery, readsQuery, sumsBeforeQuery, sumsQuery } from "./queries";

export function ReferralTiles({ filters }: FilterProps) {
  const { view, period, before } = useView();
  const sums = useReport("referrals", sumsQuery(view, period, filters));
  const sumsBefore = useReport("referrals", sumsBeforeQuery(view, before, filters));
  const landings = useReport("referrals", landingsQuery(view, period, filters));
  const pages = landings.data?.total;
  const reads = useReport("bots", readsQuery(view, period));
  const error = sums.error ?? landings.error;
  if (error) return <ErrorNote error={error} retry={() => void Promise.all([sums.refetch(), landings.refetch()])} />;
  const now = sums.data?.rows[0];
  const then = sumsBefore.data?.rows[0];
  const count = reads.data?.rows.reduce((sum, row) => sum + row.count, 0);
  return (
    <section className="tiles" aria-label="Totals">
      <NumberTile
        label="People back"
        value={now ? (now.visits ? `≥ ${formatNumber(now.visits)}` : "0") : null}
        change={now && then ? relativeChange(now.visits, then.visits) : null}
        hint="At least so many visits of people whom an AI assistant sent; about half of them send without saying so."
      />
      <NumberTile
        label="Landing pages"
        value={pages === undefined ? null : formatNumber(pages)}
        change={pages !== undefined && then ? relativeChange(pages, then.pages) : null}
        hint="Different pages that they came to"
      />
      <NumberTile
        label="Reads per visit"
        value={now && count !== undefined ? (now.visits && count ? formatRatio(count / now.visits) : "–") : null}
        hint="Requests of crawlers for each visit of a person sent back, at most: more people may have come"
      />
      <NumberTile
        label="Tagged requests"
        value={now ? formatNumber(now.tagged_requests) : null}
        hint="Requests after a page whose address carries an assistant's tag, but whose own visit no log shows. They are not counted as people."
      />
    </section>
  );
}
