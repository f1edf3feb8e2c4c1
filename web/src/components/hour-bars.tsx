// What came in each of the last 24 hours, as bars no taller than a line of text.
import { formatNumber } from "../format";

const HEIGHT = 20;
const BAR = 4;

export function HourBars({ hours }: { hours: number[] }) {
  const most = Math.max(1, ...hours);
  const total = hours.reduce((sum, records) => sum + records, 0);
  const width = hours.length * BAR;
  return (
    <svg
      className="hour-bars"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={`${formatNumber(total)} records in 24 hours, at most ${formatNumber(most)} in one`}
    >
      {hours.map((records, at) => {
        // An hour with anything in it is seen, however little.
        const height = records ? Math.max(2, (records / most) * HEIGHT) : 1;
        return (
          <rect key={at} className={records ? "bar" : "bar-none"} x={at * BAR} y={HEIGHT - height} width={BAR - 1} height={height}>
            <title>{`${formatNumber(records)} records, ${wordHour(hours.length - 1 - at)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function wordHour(ago: number): string {
  return ago === 0 ? "this hour" : ago === 1 ? "an hour before" : `${ago} hours before`;
}
