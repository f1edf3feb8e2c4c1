// Compare: two periods, or two crawlers.
import { Page, Panel } from "../components/page";
import { Segmented } from "../components/segmented";
import { TableSkeleton } from "../components/skeleton";
import { useOwn } from "../state/own";
import { CrawlerChoice, useCrawlerSides } from "./compare/crawlers";
import { Differences } from "./compare/differences";
import { Lines } from "./compare/lines";
import { OnlyHere } from "./compare/only-here";
import { PeriodChoice, usePeriodSides } from "./compare/periods";
import type { Sides } from "./compare/sides";
import { Summary } from "./compare/summary";

const MODES = { periods: "two periods", crawlers: "two crawlers" };

export default function Compare() {
  const { get, put } = useOwn();
  const isCrawlers = get("compare") === "crawlers";
  const mode = (
    <Segmented
      label="Compare"
      value={isCrawlers ? "crawlers" : "periods"}
      options={MODES}
      onChange={(chosen) => put({ compare: chosen === "crawlers" ? chosen : null, what: null })}
    />
  );
  return (
    <Page title="Compare">
      {isCrawlers ? <TwoCrawlers mode={mode} /> : <TwoPeriods mode={mode} />}
    </Page>
  );
}

function TwoPeriods({ mode }: { mode: React.ReactNode }) {
  const sides = usePeriodSides();
  return (
    <>
      <Panel title="Compare" actions={mode}>
        <PeriodChoice sides={sides} />
      </Panel>
      <Comparison sides={sides} />
    </>
  );
}

function TwoCrawlers({ mode }: { mode: React.ReactNode }) {
  const sides = useCrawlerSides();
  return (
    <>
      <Panel title="Compare" actions={mode}>
        <CrawlerChoice sides={sides} />
      </Panel>
      {sides ? (
        <Comparison sides={sides} />
      ) : (
        <Panel title="Differences">
          <TableSkeleton />
        </Panel>
      )}
    </>
  );
}

function Comparison({ sides }: { sides: Sides }) {
  return (
    <>
      <Summary sides={sides} />
      <Lines sides={sides} />
      <Differences sides={sides} />
      <OnlyHere sides={sides} />
    </>
  );
}
