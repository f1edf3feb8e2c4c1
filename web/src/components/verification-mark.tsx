// A verdict on who sent a request: shape, colour and word; a click filters by it.
import { VERDICT_HELP, VERDICTS, type Verdict } from "../state/verification";
import { formatNumber, formatShare } from "../format";
import { VERIFICATIONS } from "../state/fields";
import { FilterButton } from "./marks";

const SHAPES: Record<string, string> = { verified: "✓", claimed: "~", contradicted: "✕", unverifiable: "?" };

export function VerificationMark({ verification }: { verification: string }) {
  if (!(verification in SHAPES)) return <span className="muted">–</span>;
  return (
    <FilterButton field="verification" value={verification}>
      <VerdictWord verification={verification} />
    </FilterButton>
  );
}

function VerdictWord({ verification }: { verification: string }) {
  return (
    <span className={`verdict verdict-${verification}`}>
      <span className="verdict-shape" aria-hidden="true">
        {SHAPES[verification]}
      </span>
      {VERIFICATIONS[verification] ?? verification}
    </span>
  );
}

/** Every verdict with its number, its share and what it means. */
export function VerdictList({ counts }: { counts: Record<string, number> }) {
  const total = Math.max(
    1,
    VERDICTS.reduce((sum, verdict) => sum + (counts[verdict] ?? 0), 0),
  );
  return (
    <dl className="verdicts">
      {VERDICTS.map((verdict: Verdict) => (
        <div key={verdict} className="verdict-row" data-none={!counts[verdict] || undefined}>
          <dt>
            <VerificationMark verification={verdict} />
            <span className="verdict-count">
              {formatNumber(counts[verdict] ?? 0)} <span className="muted">{formatShare((counts[verdict] ?? 0) / total)}</span>
            </span>
          </dt>
          <dd>{VERDICT_HELP[verdict]}</dd>
        </div>
      ))}
    </dl>
  );
}
