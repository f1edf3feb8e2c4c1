// One number with its change against the period before.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { type Change, wordChange } from "../change";

export interface NumberTileProps {
  label: string;
  /** Null while it is loading. */
  value: ReactNode | null;
  change?: Change | null;
  /** What the number means; shown on hover, and read with the label. */
  hint: string;
  /** Where a click leads, or what it does. */
  href?: string;
  onClick?: () => void;
  pressed?: boolean;
}

export function NumberTile({ label, value, change, hint, href, onClick, pressed }: NumberTileProps) {
  const content = (
    <>
      <span className="tile-label">{label}</span>
      <span className="tile-value">{value ?? <span className="skeleton tile-skeleton" />}</span>
      <span className={`tile-change ${change ? `change-${change.tone}` : ""}`}>{change ? wordChange(change) : " "}</span>
    </>
  );
  if (href) {
    return (
      <Link href={href} className="tile" title={hint}>
        {content}
      </Link>
    );
  }
  if (onClick) {
    return (
      <button type="button" className="tile" title={hint} aria-pressed={pressed} onClick={onClick}>
        {content}
      </button>
    );
  }
  return (
    <div className="tile" title={hint}>
      {content}
    </div>
  );
}
