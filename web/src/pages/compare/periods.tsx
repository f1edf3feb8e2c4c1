// Which period the present one is compared with.
import { type FormEvent, useMemo, useState } from "react";
import { Segmented } from "../../components/segmented";
import { formatDate } from "../../format";
import { useOwn } from "../../state/own";
import { addDays, type Period } from "../../state/ranges";
import { useFirstDay, useIsWhole } from "../../state/use-comparable";
import { useView } from "../../state/use-view";
import type { Sides } from "./sides";

const AGAINST = { previous: "the period before", year: "a year before", own: "other dates" };
type Against = keyof typeof AGAINST;

/** Whole weeks, so that weekdays meet their like. */
const YEAR_DAYS = 364;
const DATE = /^\d{4}-\d\d-\d\d$/;

export function usePeriodSides(): Sides {
  const { view, period, before } = useView();
  const { get } = useOwn();
  const against = readAgainst(get("against"));
  const from = get("vs_from") ?? "";
  const to = get("vs_to") ?? "";
  return useMemo(() => {
    const other = otherPeriod(against, period, before, from, to);
    return {
      kind: "periods",
      one: { name: wordPeriod(period), short: "This period", view, period, colour: null, hatch: "plain" },
      other: { name: wordPeriod(other), short: "Other period", view, period: other, colour: null, hatch: "rising" },
    };
  }, [view, period, before, against, from, to]);
}

function readAgainst(text: string | null): Against {
  return text !== null && text in AGAINST ? (text as Against) : "previous";
}

function otherPeriod(against: Against, period: Period, before: Period, from: string, to: string): Period {
  if (against === "own" && DATE.test(from) && DATE.test(to) && from <= to) return wholeDays(from, to);
  if (against !== "year") return before;
  return wholeDays(addDays(period.firstDay, -YEAR_DAYS), addDays(period.lastDay, -YEAR_DAYS));
}

function wholeDays(firstDay: string, lastDay: string): Period {
  return { start: firstDay, end: lastDay, firstDay, lastDay };
}

function wordPeriod({ firstDay, lastDay }: Period): string {
  return firstDay === lastDay ? formatDate(firstDay) : `${formatDate(firstDay)} – ${formatDate(lastDay)}`;
}

export function PeriodChoice({ sides }: { sides: Sides }) {
  const { get, put } = useOwn();
  const against = readAgainst(get("against"));
  const choose = (chosen: Against) => {
    const { firstDay, lastDay } = sides.other.period;
    const dates = chosen === "own" ? { vs_from: firstDay, vs_to: lastDay } : { vs_from: null, vs_to: null };
    put({ against: chosen === "previous" ? null : chosen, ...dates });
  };
  return (
    <>
      <div className="compare-choice">
        <span>
          <strong>{sides.one.name}</strong> against
        </span>
        <Segmented label="Against" value={against} options={AGAINST} onChange={choose} />
        {against === "own" ? (
          <Dates key={sides.other.name} period={sides.other.period} />
        ) : (
          <strong>{sides.other.name}</strong>
        )}
      </div>
      <MissingLogs period={sides.other.period} />
    </>
  );
}

/** Says when the other period has no logs, or has them only from its middle on. */
function MissingLogs({ period }: { period: Period }) {
  const isWhole = useIsWhole(period);
  const first = useFirstDay(period, isWhole === false);
  if (isWhole !== false || first === undefined) return null;
  return (
    <p className="figure-note" role="status">
      {first === null
        ? "There are no logs of the other period: everything seems new. Choose other dates."
        : `Logs of the other period begin on ${formatDate(first)} only: what seems to have grown may have been there before.`}
    </p>
  );
}

function Dates({ period }: { period: Period }) {
  const { put } = useOwn();
  const [from, setFrom] = useState(period.firstDay);
  const [to, setTo] = useState(period.lastDay);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put({ vs_from: from < to ? from : to, vs_to: from < to ? to : from });
  };
  return (
    <form className="compare-dates" onSubmit={submit}>
      <input
        type="date"
        required
        aria-label="From"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
      <input type="date" required aria-label="To" value={to} onChange={(event) => setTo(event.target.value)} />
      <button type="submit" className="button">
        Compare
      </button>
    </form>
  );
}
