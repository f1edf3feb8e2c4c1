// The numbers of the period, each with its change against the one before.
import { usePeopleFilters } from "../../api/assistants";
import { type QueryFilter, scopeOf, useReport } from "../../api/reports";
import { absoluteChange, pointsChange, relativeChange } from "../../change";
import { ErrorNote } from "../../components/error-note";
import { NumberTile } from "../../components/number-tile";
import { formatDate, formatNumber, formatRatio, formatShare } from "../../format";
import type { Period } from "../../state/ranges";
import { useIsWhole } from "../../state/use-comparable";
import { useView } from "../../state/use-view";
import { hasFilter, setFilter } from "../../state/view";
import { pagesQuery, totalsBeforeQuery, totalsQuery } from "./queries";

const ERROR_CLASSES = ["4xx", "5xx"];

/** What says something of an answer to a crawler, and nothing of people. */
const ANSWER_FIELDS = ["status_class", "status_code", "method"];

/** What people cannot be narrowed by; operators are their assistants. */
const CRAWLER_FIELDS = [...ANSWER_FIELDS, "bot_name", "purpose", "verification"];

/** The sums of the period, and of the one before where it can be compared with, as far as they are there. */
function useTotals() {
  const { view, period, before } = useView();
  const all = usePeopleFilters();
  const filters = all?.filter(({ field }) => !ANSWER_FIELDS.includes(field));
  const isComparable = useIsWhole(before);
  const bots = useReport("bots", totalsQuery(view, period));
  const pages = useReport("bots", pagesQuery(view, period));
  const botsBefore = useReport("bots", totalsBeforeQuery(view, before), isComparable === true);
  const people = usePeople(period, filters);
  const peopleBefore = usePeople(before, filters, isComparable === true);
  return {
    now: bots.data?.rows[0],
    pages: pages.data?.total,
    then: isComparable === false ? undefined : fitting(botsBefore, bots)?.rows[0],
    people: people.data?.rows[0]?.visits,
    peopleThen: isComparable === false ? undefined : fitting(peopleBefore, people)?.rows[0]?.visits,
    isComparable,
    error: bots.error ?? people.error ?? pages.error,
    retry: () => void Promise.all([bots.refetch(), people.refetch(), pages.refetch()]),
  };
}

interface Found<D> {
  data: D | undefined;
  isPlaceholderData: boolean;
}

/** What is of the same view as another answer: one may still be of the view before. */
function fitting<D>(found: Found<D>, other: Found<unknown>): D | undefined {
  return found.isPlaceholderData === other.isPlaceholderData ? found.data : undefined;
}

function usePeople(period: Period, filters: QueryFilter[] | undefined, isAsked = true) {
  const { view } = useView();
  const query = { ...scopeOf(view, period), metrics: ["visits"] as const, filters: filters ?? [] };
  return useReport("referrals", query, isAsked && filters !== undefined);
}

export function Tiles() {
  const { view, before } = useView();
  const totals = useTotals();
  if (totals.error) return <ErrorNote error={totals.error} retry={totals.retry} />;
  const against = totals.isComparable
    ? `Compared with ${formatDate(before.firstDay)} – ${formatDate(before.lastDay)}.`
    : "There are no logs of the whole period before to compare with.";
  return (
    <section className="tiles" aria-label={`Totals. ${against}`}>
      <AmountTiles totals={totals} against={against} noun={view.bots === "ai" ? "AI visits" : "Bot visits"} />
      <ShareTiles totals={totals} against={against} />
      <PeopleTiles totals={totals} against={against} />
    </section>
  );
}

interface TilesProps {
  totals: ReturnType<typeof useTotals>;
  against: string;
}

function AmountTiles({ totals: { now, pages, then }, against, noun }: TilesProps & { noun: string }) {
  const { href } = useView();
  return (
    <>
      <NumberTile
        label={noun}
        value={now ? formatNumber(now.count) : null}
        change={now && then ? relativeChange(now.count, then.count) : null}
        hint={`Requests of crawlers. ${against} Click for single requests.`}
        href={href("/logs")}
      />
      <NumberTile
        label="Crawlers"
        value={now ? formatNumber(now.crawlers) : null}
        change={now && then ? absoluteChange(now.crawlers, then.crawlers) : null}
        hint={`Different crawlers. ${against}`}
        href={href("/crawlers")}
      />
      <NumberTile
        label="Pages read"
        value={pages === undefined ? null : formatNumber(pages)}
        change={pages !== undefined && then ? relativeChange(pages, then.pages) : null}
        hint={`Different addresses that were asked for. ${against}`}
        href={href("/pages")}
      />
    </>
  );
}

function ShareTiles({ totals: { now, then }, against }: TilesProps) {
  const { view, update, toggle } = useView();
  const share = (part: "errors" | "verified", of: typeof now) => (of ? of[part] / of.count : Number.NaN);
  const show = (part: "errors" | "verified") => (now ? (now.count ? formatShare(share(part, now)) : "–") : null);
  const isErrors = hasFilter(view, "status_class", "4xx") && hasFilter(view, "status_class", "5xx");
  const toggleErrors = () =>
    update({
      filters: setFilter(view.filters, {
        field: "status_class",
        operator: "is",
        values: isErrors ? [] : ERROR_CLASSES,
      }),
    });
  return (
    <>
      <NumberTile
        label="Errors"
        value={show("errors")}
        change={pointsChange(share("errors", now), share("errors", then), "more_is_worse")}
        hint={`Share of requests answered with 400 or above. ${against} Click to see only these.`}
        onClick={toggleErrors}
        pressed={isErrors}
      />
      <NumberTile
        label="Verified"
        value={show("verified")}
        change={pointsChange(share("verified", now), share("verified", then))}
        hint={`Share of requests that really came from who they claim to be. ${against} Click to see only these.`}
        onClick={() => toggle("verification", "verified")}
        pressed={hasFilter(view, "verification", "verified")}
      />
    </>
  );
}

function PeopleTiles({ totals: { now, then, people, peopleThen }, against }: TilesProps) {
  const { view, href } = useView();
  const isWider = view.filters.some(({ field }) => CRAWLER_FIELDS.includes(field));
  const scope = isWider ? "Filters on crawlers and their answers do not narrow people. " : "";
  const reads = (count?: number, visits?: number) => (count && visits ? count / visits : Number.NaN);
  const ratio = reads(now?.count, people);
  const ratioThen = reads(then?.count, peopleThen);
  return (
    <>
      <NumberTile
        label="People back"
        value={people === undefined ? null : people ? `≥ ${formatNumber(people)}` : "0"}
        change={people !== undefined && peopleThen !== undefined ? relativeChange(people, peopleThen) : null}
        hint={`At least so many visits of people whom an AI assistant sent; many send without saying so. ${scope}${against}`}
        href={href("/referrals")}
      />
      <NumberTile
        label="Reads per visit"
        value={now && people !== undefined ? (Number.isFinite(ratio) ? formatRatio(ratio) : "–") : null}
        change={Number.isFinite(ratio) && Number.isFinite(ratioThen) ? relativeChange(ratio, ratioThen) : null}
        hint={`AI visits for each visit of a person sent back. ${scope}${against}`}
        href={href("/referrals")}
      />
    </>
  );
}
