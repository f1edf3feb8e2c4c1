// What each assistant sent, against what its operator's crawlers read.
import { useMemo } from "react";
import { useAssistantName } from "../../api/assistants";
import { useOperatorNames } from "../../api/project";
import { type Row, useReport } from "../../api/reports";
import { lastVisit } from "../../components/columns";
import { type Column, DataTable } from "../../components/data-table";
import { Loaded } from "../../components/loaded";
import { FilterButton, OperatorMark } from "../../components/marks";
import { OwnButton } from "../../components/own-chips";
import { Panel } from "../../components/page";
import { formatNumber, formatRatio } from "../../format";
import { useOwn } from "../../state/own";
import { useView } from "../../state/use-view";
import { assistantsQuery, type FilterProps, readsQuery } from "./queries";

type Sent = Row<"referral_source", "visits" | "pages" | "tagged_requests" | "last_visit">;

interface AssistantRow extends Sent {
  operator: string | null;
  /** Requests of all the operator's crawlers; undefined while or where it is not known. */
  reads: number | undefined;
  /** People by all the operator's assistants: one crawler may read for several. */
  operatorVisits: number;
}

export function Assistants({ filters, operatorOf }: FilterProps & { operatorOf: (source: string) => string | null }) {
  const { view, period } = useView();
  const { get } = useOwn();
  const result = useReport("referrals", assistantsQuery(view, period, filters));
  const reads = useReport("bots", readsQuery(view, period)).data?.rows;
  const rows = useMemo(
    () => joinReads(result.data?.rows ?? [], reads, operatorOf),
    [result.data, reads, operatorOf],
  );
  const columns = useColumns(rows);
  return (
    <Panel
      title="Assistants"
      note="Reads per visit: requests of the operator's crawlers for each visit that its assistants are known to have sent. The true number is at most this."
    >
      <Loaded result={result} rows={6}>
        {() => (
          <DataTable
            name="Assistants"
            columns={columns}
            rows={rows}
            rowKey={(row) => row.referral_source}
            sortedBy="visits"
            isSelected={(row) => get("referral_source") === row.referral_source}
            empty="No visit in this range that an assistant is known to have sent. A project that keeps crawlers only stores no people; see Settings."
            searchLabel="Search assistants"
          />
        )}
      </Loaded>
    </Panel>
  );
}

function joinReads(
  sent: Sent[],
  reads: { bot_provider: string; count: number }[] | undefined,
  operatorOf: (source: string) => string | null,
): AssistantRow[] {
  const counts = new Map(reads?.map(({ bot_provider, count }) => [bot_provider, count]));
  const people = new Map<string, number>();
  for (const { referral_source, visits } of sent) {
    const operator = operatorOf(referral_source);
    if (operator !== null) people.set(operator, (people.get(operator) ?? 0) + visits);
  }
  return sent.map((row) => {
    const operator = operatorOf(row.referral_source);
    if (operator === null) return { ...row, operator, reads: undefined, operatorVisits: 0 };
    const found = reads ? (counts.get(operator) ?? 0) : undefined;
    return { ...row, operator, reads: found, operatorVisits: people.get(operator) ?? 0 };
  });
}

function useColumns(rows: AssistantRow[]): Column<AssistantRow>[] {
  const assistantName = useAssistantName();
  const operatorName = useOperatorNames();
  return useMemo(
    () => [...nameColumns(assistantName, operatorName), ...peopleColumns(rows), ...readColumns(), lastVisit()],
    [rows, assistantName, operatorName],
  );
}

function nameColumns(
  assistantName: (source: string) => string,
  operatorName: (operator: string) => string,
): Column<AssistantRow>[] {
  return [
    {
      id: "assistant",
      header: "Assistant",
      value: (row) => assistantName(row.referral_source),
      cell: (row) => (
        <OwnButton field="referral_source" value={row.referral_source}>
          <OperatorMark operator={row.operator ?? row.referral_source} />
          {assistantName(row.referral_source)}
        </OwnButton>
      ),
    },
    {
      id: "operator",
      header: "Operator",
      value: (row) => (row.operator === null ? null : operatorName(row.operator)),
      cell: (row) =>
        row.operator === null ? (
          <span className="muted">–</span>
        ) : (
          <FilterButton field="bot_provider" value={row.operator}>
            {operatorName(row.operator)}
          </FilterButton>
        ),
      minor: true,
    },
  ];
}

function peopleColumns(rows: AssistantRow[]): Column<AssistantRow>[] {
  const most = Math.max(1, ...rows.map(({ visits }) => visits));
  return [
    {
      id: "visits",
      header: "People, at least",
      value: (row) => row.visits,
      cell: (row) => `≥ ${formatNumber(row.visits)}`,
      share: (row) => row.visits / most,
      figure: true,
    },
    {
      id: "pages",
      header: "Landing pages",
      value: (row) => row.pages,
      cell: (row) => formatNumber(row.pages),
      figure: true,
      minor: true,
    },
    {
      id: "tagged_requests",
      header: "Tagged requests",
      value: (row) => row.tagged_requests,
      cell: (row) => formatNumber(row.tagged_requests),
      figure: true,
      minor: true,
      hint: "Requests after a tagged page whose own visit no log shows; not counted as people",
    },
  ];
}

function readColumns(): Column<AssistantRow>[] {
  const ratio = ({ reads, operatorVisits }: AssistantRow) => (reads && operatorVisits ? reads / operatorVisits : null);
  return [
    {
      id: "reads",
      header: "Crawler reads",
      value: (row) => row.reads,
      cell: (row) => (row.reads === undefined ? <span className="muted">–</span> : formatNumber(row.reads)),
      figure: true,
      minor: true,
      hint: "Requests of all crawlers of the same operator, under the present filters",
    },
    {
      id: "ratio",
      header: "Reads per visit",
      value: (row) => ratio(row),
      cell: (row) => {
        const found = ratio(row);
        return found === null ? <span className="muted">–</span> : formatRatio(found);
      },
      figure: true,
      hint: "At most: more people may have come than are known of",
    },
  ];
}
