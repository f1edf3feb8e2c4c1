// Which two crawlers are compared.
import { useMemo } from "react";
import { useReport } from "../../api/reports";
import { colourOf } from "../../colours";
import { narrow } from "../../state/narrow";
import { useOwn } from "../../state/own";
import { useView } from "../../state/use-view";
import { crawlerRowsQuery } from "../crawlers/queries";
import type { Side, Sides } from "./sides";

/** The crawlers that came, most visits first. */
function useSeen() {
  const { view, period } = useView();
  const others = { ...view, filters: view.filters.filter(({ field }) => field !== "bot_name") };
  return useReport("bots", crawlerRowsQuery(others, period)).data?.rows;
}

/** The chosen two, else the two that came most; null until there are two. */
export function useCrawlerSides(): Sides | null {
  const { view, period } = useView();
  const { get } = useOwn();
  const seen = useSeen();
  const chosenOne = get("one");
  const chosenOther = get("other");
  return useMemo(() => {
    const one = chosenOne ?? seen?.find(({ bot_name }) => bot_name !== chosenOther)?.bot_name;
    const other = chosenOther ?? seen?.find(({ bot_name }) => bot_name !== one)?.bot_name;
    if (one === undefined || other === undefined) return null;
    const side = (name: string, hatch: Side["hatch"]): Side => {
      const operator = seen?.find(({ bot_name }) => bot_name === name)?.bot_provider;
      return { name, short: name, view: narrow(view, { bot_name: name }), period, colour: colourOf(operator ?? name), hatch };
    };
    return { kind: "crawlers", one: side(one, "plain"), other: side(other, "rising") };
  }, [view, period, seen, chosenOne, chosenOther]);
}

export function CrawlerChoice({ sides }: { sides: Sides | null }) {
  const { put } = useOwn();
  const seen = useSeen();
  const names = [
    ...new Set([...(seen?.map(({ bot_name }) => bot_name) ?? []), ...(sides ? [sides.one.name, sides.other.name] : [])]),
  ];
  if (seen && !sides) {
    return <p className="muted">Fewer than two crawlers came in this range under these filters.</p>;
  }
  return (
    <div className="compare-choice">
      <CrawlerSelect
        label="One crawler"
        names={names}
        value={sides?.one.name ?? ""}
        onChange={(one) => put({ one, other: sides?.other.name ?? null })}
      />
      against
      <CrawlerSelect
        label="The other crawler"
        names={names}
        value={sides?.other.name ?? ""}
        onChange={(other) => put({ other, one: sides?.one.name ?? null })}
      />
    </div>
  );
}

interface CrawlerSelectProps {
  label: string;
  names: string[];
  value: string;
  onChange: (name: string) => void;
}

function CrawlerSelect({ label, names, value, onChange }: CrawlerSelectProps) {
  return (
    <select className="select" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
