// The time range: presets, or two days of one's own.
import * as Popover from "@radix-ui/react-popover";
import { type FormEvent, useState } from "react";
import { formatDate } from "../format";
import { RANGES, type RangeName } from "../state/ranges";
import { usePrefetch } from "../state/use-prefetch";
import { useView } from "../state/use-view";

export function RangePicker() {
  const { view, period, update } = useView();
  const [open, setOpen] = useState(false);
  const prefetch = usePrefetch();
  const label =
    view.range === "custom" ? `${formatDate(view.from)} – ${formatDate(view.to)}` : RANGES[view.range];
  const choose = (range: RangeName) => {
    update({ range, from: "", to: "", interval: null });
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="button" aria-label={`Time range: ${label}`}>
        {label} <span aria-hidden="true">▾</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu menu-padded" align="end" sideOffset={4} collisionPadding={8}>
          <div className="range-presets">
            {(Object.entries(RANGES) as [RangeName, string][]).map(([range, word]) => (
              <button
                key={range}
                type="button"
                className="menu-item"
                aria-pressed={view.range === range}
                onPointerEnter={() => prefetch({ range, from: "", to: "", interval: null })}
                onClick={() => choose(range)}
              >
                {word}
              </button>
            ))}
          </div>
          <CustomRange
            first={period.firstDay}
            last={period.lastDay}
            onChoose={(from, to) => {
              update({ range: "custom", from, to, interval: null });
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface CustomRangeProps {
  first: string;
  last: string;
  onChoose: (from: string, to: string) => void;
}

function CustomRange({ first, last, onChoose }: CustomRangeProps) {
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(last);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (from && to) onChoose(from < to ? from : to, from < to ? to : from);
  };
  return (
    <form className="range-custom" onSubmit={submit}>
      <label>
        From
        <input type="date" required value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        To
        <input type="date" required value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary">
        Show
      </button>
    </form>
  );
}
