// Referrals: people whom AI assistants sent, and what was read for each of them.
import { useMemo } from "react";
import { useAssistantName, useAssistantOperator, usePeopleFilters } from "../api/assistants";
import { narrowsCrawlers, type QueryFilter } from "../api/reports";
import { OwnChips } from "../components/own-chips";
import { Page, Panel } from "../components/page";
import { TableSkeleton } from "../components/skeleton";
import { useOwn } from "../state/own";
import { useView } from "../state/use-view";
import { Assistants } from "./referrals/assistants";
import { Evidence } from "./referrals/evidence";
import { Landings } from "./referrals/landings";
import { PeopleChart } from "./referrals/people-chart";
import { ReferralTiles } from "./referrals/tiles";

const FIELDS = ["referral_source", "referral_type"] as const;

export default function Referrals() {
  const { view } = useView();
  const filters = useFilters();
  const assistantName = useAssistantName();
  const operatorOf = useAssistantOperator();
  return (
    <Page title="Referrals">
      <OwnChips
        fields={FIELDS}
        word={(field, value) => (field === "referral_source" ? assistantName(value) : value)}
      />
      {narrowsCrawlers(view) && (
        <p className="note">
          Filters on crawlers, purposes and verification do not narrow people: they hold for the reads only.
        </p>
      )}
      {filters ? (
        <>
          <ReferralTiles filters={filters} />
          <PeopleChart filters={filters} />
          <Assistants filters={filters} operatorOf={operatorOf} />
          <Landings filters={filters} />
          <Evidence filters={filters} />
        </>
      ) : (
        <Panel title="People">
          <TableSkeleton />
        </Panel>
      )}
    </Page>
  );
}

/** The view's filters for people, with this page's own. */
function useFilters(): QueryFilter[] | undefined {
  const { get } = useOwn();
  const people = usePeopleFilters();
  const source = get("referral_source");
  const type = get("referral_type");
  return useMemo(() => {
    if (!people) return undefined;
    const filters = [...people];
    if (source) filters.push({ field: "referral_source", operator: "is", value: source });
    if (type) filters.push({ field: "referral_type", operator: "is", value: type });
    return filters;
  }, [people, source, type]);
}
