// How far something is, as a bar and in words.

export interface ProgressProps {
  label: string;
  done: number;
  total: number;
}

export function Progress({ label, done, total }: ProgressProps) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div className="progress">
      <progress max={1} value={share} aria-label={label} />
      <span className="figure">{Math.floor(share * 100)} %</span>
    </div>
  );
}
