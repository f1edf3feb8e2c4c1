// Placeholders of the size of what comes, so that nothing jumps.

export function Skeleton({ height }: { height: number | string }) {
  return <div className="skeleton" style={{ height }} aria-hidden="true" />;
}

export function TableSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className="skeleton skeleton-row" />
      ))}
    </div>
  );
}

export function PageSkeleton() {
  return (
    <div className="page" aria-busy="true" aria-label="Loading">
      <div className="tiles">
        {Array.from({ length: 7 }, (_, at) => (
          <div key={at} className="tile">
            <Skeleton height={60} />
          </div>
        ))}
      </div>
      <div className="panel">
        <Skeleton height={280} />
      </div>
    </div>
  );
}
