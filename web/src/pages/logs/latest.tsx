// The newest requests for one page or of one crawler.
import { type LogsQuery, useLatest } from "../../api/logs";
import { botFilters, scopeOf } from "../../api/reports";
import { Loaded } from "../../components/loaded";
import { Panel } from "../../components/page";
import { useView } from "../../state/use-view";
import type { View } from "../../state/view";
import { Requests } from "./requests";

const LATEST = 20;

export function LatestRequests({ shown }: { shown: View }) {
  const { period } = useView();
  const query: LogsQuery = { ...scopeOf(shown, period), filters: botFilters(shown), limit: LATEST };
  const result = useLatest(query);
  return (
    <Panel title="Latest requests">
      <Loaded result={result} rows={8}>
        {({ visits }) =>
          visits.length ? (
            <Requests name="Latest requests" visits={visits} />
          ) : (
            <p className="table-empty">No request in this range under these filters.</p>
          )
        }
      </Loaded>
    </Panel>
  );
}
