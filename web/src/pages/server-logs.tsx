// Server Logs: what AI crawlers read, at a glance.
import { useState } from "react";
import { useStatusPart } from "../api/project";
import type { FlowState, ProjectStatus } from "../api/types";
import { EmptyGuide } from "../components/empty-guide";
import { Page } from "../components/page";
import { StatusCodes, TopCrawlers, TopPages, Verification } from "./server-logs/tables";
import { Tiles } from "./server-logs/tiles";
import { VisitsChart } from "./server-logs/visits-chart";

export { prefetch } from "./server-logs/queries";

const readState = (status: ProjectStatus): FlowState => status.state;

export default function ServerLogs() {
  const { data: state } = useStatusPart(readState);
  const [isGuided, setGuided] = useState(false);
  // The guide stays when the first log is there, so that one sees its check turn green.
  if (state === "empty" && !isGuided) setGuided(true);
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
