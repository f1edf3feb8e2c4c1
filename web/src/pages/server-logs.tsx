// Server Logs: what AI crawlers read, at a glance.
import { useState } from "react";
import { useStatus } from "../api/project";
import { EmptyGuide } from "../components/empty-guide";
import { Page } from "../components/page";
import { StatusCodes, TopCrawlers, TopPages, Verification } from "./server-logs/tables";
import { Tiles } from "./server-logs/tiles";
import { VisitsChart } from "./server-logs/visits-chart";

export { prefetch } from "./server-logs/queries";

export default function ServerLogs() {
  const { data: status } = useStatus();
  const [isGuided, setGuided] = useState(false);
  // The guide stays when the first log is there, so that one sees its check turn green.
  if (status?.state === "empty" && !isGuided) setGuided(true);
  return (
    <Page title="Server Logs">
      {isGuided ? (
        <EmptyGuide onDone={() => setGuided(false)} />
      ) : (
        <>
          <Tiles />
          <VisitsChart />
          <TopPages />
          <TopCrawlers />
          <StatusCodes />
          <Verification />
        </>
      )}
    </Page>
  );
}
