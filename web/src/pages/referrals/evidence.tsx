// By what it was found that an assistant sent somebody, and what that is worth.
import { useReport } from "../../api/reports";
import { Loaded } from "../../components/loaded";
import { OwnButton } from "../../components/own-chips";
import { Panel } from "../../components/page";
import { CsvButton } from "../../components/csv-button";
import { formatNumber } from "../../format";
import { useView } from "../../state/use-view";
import { evidenceQuery, type FilterProps } from "./queries";

const TYPES: Record<string, { label: string; help: string }> = {
  referer: {
    label: "Referrer",
    help: "The browser said which assistant's page held the link. Apps and privacy settings often keep silent about it.",
  },
  utm: {
    label: "Tag in the address",
    help: "The link carried a tag such as utm_source=chatgpt.com, and no other site stands as the referrer. Who passes such a link on privately counts as sent, too.",
  },
  "referer-utm": {
    label: "Tag in the referrer",
    help: "The page before, of this same site, carried an assistant's tag, but its own visit is in no log: perhaps a cache answered. Counted apart as tagged requests, never as people.",
  },
};

export function Evidence({ filters }: FilterProps) {
  const { view, period } = useView();
  const result = useReport("referrals", evidenceQuery(view, period, filters));
  return (
    <Panel
      title="How it is known"
      note="About half of what assistants send carries neither referrer nor tag, and is in no number here."
    >
      <Loaded result={result} rows={3}>
        {({ rows }) => {
          const counts = new Map(rows.map((row) => [row.referral_type, row]));
          return (
            <>
              <div className="figure-tools">
                <CsvButton
                  name="Evidence"
                  header={["Evidence", "People, at least", "Tagged requests", "Last visit"]}
                  rows={() => rows.map((row) => [row.referral_type, row.visits, row.tagged_requests, row.last_visit])}
                  disabled={!rows.length}
                />
              </div>
              <dl className="explained">
                {Object.entries(TYPES).map(([type, { label, help }]) => (
                  <div key={type}>
                    <dt>
                      <OwnButton field="referral_type" value={type}>
                        {label}
                      </OwnButton>
                      : {wordCount(type, counts.get(type))}
                    </dt>
                    <dd>{help}</dd>
                  </div>
                ))}
              </dl>
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function wordCount(type: string, row: { visits: number; tagged_requests: number } | undefined): string {
  if (type === "referer-utm") return `${formatNumber(row?.tagged_requests ?? 0)} requests`;
  return row?.visits ? `at least ${formatNumber(row.visits)} people` : "nobody";
}
