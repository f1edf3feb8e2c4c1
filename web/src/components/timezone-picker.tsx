// The time zone that days begin in; the browser's own comes first.
import { useMemo } from "react";
import { useView } from "../state/use-view";

const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function TimezonePicker() {
  const { view, update } = useView();
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
      onChange={(event) => update({ timezone: event.target.value })}
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
