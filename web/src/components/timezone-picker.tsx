// The time zone that days begin in; the browser's own comes first.
import { useEffect, useMemo } from "react";
import { useSearch } from "wouter";
import { isTimezone } from "../state/ranges";
import { useView } from "../state/use-view";

const KEY = "crawlsight-timezone";

function remember(timezone: string): void {
  try {
    localStorage.setItem(KEY, timezone);
  } catch {
    // Without storage the choice lasts as long as the address.
  }
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Put the zone chosen last into a bare address; one that says more is a link, and shows what its sender saw. */
function useRemembered(): void {
  const { update } = useView();
  const isBare = useSearch() === "";
  useEffect(() => {
    const timezone = recall();
    if (isBare && timezone && timezone !== "UTC" && isTimezone(timezone)) update({ timezone }, true);
  }, [isBare, update]);
}

const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function TimezonePicker() {
  const { view, update } = useView();
  useRemembered();
  const zones = useMemo(
    () => Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC" && zone !== OWN),
    [],
  );
  const first = [...new Set(["UTC", OWN, view.timezone])];
  return (
    <select
      className="button timezone"
      aria-label="Time zone"
      value={view.timezone}
      onChange={(event) => {
        remember(event.target.value);
        update({ timezone: event.target.value });
      }}
    >
      {first.map((zone) => (
        <option key={zone}>{zone}</option>
      ))}
      <hr />
      {zones
        .filter((zone) => zone !== view.timezone)
        .map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
    </select>
  );
}
