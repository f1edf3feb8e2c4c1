// Who a crawler is by its operator's word, and how much of what came under its name is proven.
import type { ReactNode } from "react";
import { useMemo } from "react";
import { useLatest } from "../../api/logs";
import { botFilters, scopeOf, useReport } from "../../api/reports";
import type { CrawlerEntry } from "../../api/types";
import { Copyable } from "../../components/copyable";
import { type Column, DataTable } from "../../components/data-table";
import { Loaded } from "../../components/loaded";
import { FilterButton, PurposeWord } from "../../components/marks";
import { Panel } from "../../components/page";
import { VerdictList, VerificationMark } from "../../components/verification-mark";
import { formatDate, formatNumber } from "../../format";
import { useView } from "../../state/use-view";
import { evidenceKind, MEANS, wordEvidence } from "../../state/verification";
import type { View } from "../../state/view";
import { verdictsQuery } from "./queries";

const LATEST = 200;

const OBEYS: Record<CrawlerEntry["obeys_robots"], string> = {
  yes: "Yes, by its operator's own word",
  no: "No, by its operator's own word",
  unstated: "Its operator does not say",
};

export function Identity({ entry }: { entry: CrawlerEntry | undefined }) {
  if (!entry) {
    return (
      <p className="table-empty">
        The catalogue has no crawler of this name any more; what is stored keeps it until it is judged again.
      </p>
    );
  }
  return (
    <dl className="facts facts-panel">
      <Fact name="Operator">
        <FilterButton field="bot_provider" value={entry.operator}>
          {entry.operator_name}
        </FilterButton>
        {entry.product && entry.product !== entry.name && `, for ${entry.product}`}
      </Fact>
      <Fact name="Purpose">
        <PurposeWord purpose={entry.purpose} />
        {entry.is_ai_crawler ? "" : " (no AI crawler)"}
      </Fact>
      <Fact name="Documentation">
        <a href={entry.documentation_url} target="_blank" rel="noreferrer">
          {entry.documentation_url.replace(/^https?:\/\//, "")}
        </a>
      </Fact>
      <Fact name="Recognised by">
        {entry.tokens.length
          ? entry.tokens.map((token) => <Token key={token} token={token} />)
          : "its signature or its address"}
      </Fact>
      <Fact name="In robots.txt">
        {entry.robots_token ? <Copyable text={`User-agent: ${entry.robots_token}`} /> : "No name is documented."}
      </Fact>
      <Fact name="Obeys robots.txt">{OBEYS[entry.obeys_robots]}</Fact>
      <Fact name="Can be verified by">
        <Means entry={entry} />
      </Fact>
      <Fact name="Looked up">{formatDate(entry.date_checked)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Token({ token }: { token: string }) {
  return (
    <>
      <code>{token}</code>{" "}
    </>
  );
}

function Means({ entry }: { entry: CrawlerEntry }) {
  if (!entry.verification_means.length) {
    return "Nothing: its operator publishes no addresses, names or keys. Every request stays unverifiable.";
  }
  return (
    <ul className="plain-list">
      {entry.verification_means.map((means) => (
        <li key={means}>
          {MEANS[means]}
          {means === "rdns" && `: ${entry.rdns_suffixes.join(", ")}`}
          {means === "ip" &&
            entry.ip_list_urls.map((url) => (
              <span key={url}>
                {" "}
                <a href={url} target="_blank" rel="noreferrer">
                  {url.split("/").at(-1) || url}
                </a>
              </span>
            ))}
        </li>
      ))}
    </ul>
  );
}

/** Verdicts on everything in the range, and the evidence of the newest requests. */
export function Trust({ shown, entry }: { shown: View; entry: CrawlerEntry | undefined }) {
  const { period } = useView();
  const verdicts = useReport("bots", verdictsQuery(shown, period));
  return (
    <Panel title="Is it really this crawler?" half>
      <Loaded result={verdicts} rows={6}>
        {({ rows }) => <VerdictList counts={Object.fromEntries(rows.map((row) => [row.verification, row.count]))} />}
      </Loaded>
      {entry?.verification_means.length !== 0 && <Evidence shown={shown} />}
    </Panel>
  );
}

interface EvidenceRow {
  evidence: string;
  verification: string;
  count: number;
}

function Evidence({ shown }: { shown: View }) {
  const { period } = useView();
  const result = useLatest({ ...scopeOf(shown, period), filters: botFilters(shown), limit: LATEST });
  const rows = useMemo(() => countEvidence(result.data?.visits ?? []), [result.data]);
  return (
    <section className="evidence">
      <h3>Evidence of the latest {formatNumber(result.data?.visits.length ?? LATEST)} requests</h3>
      <Loaded result={result} rows={3}>
        {() => (
          <DataTable
            name="Evidence"
            columns={EVIDENCE_COLUMNS}
            rows={rows}
            rowKey={(row) => `${row.verification} ${row.evidence}`}
            pageSize={5}
            empty="No requests in this range."
          />
        )}
      </Loaded>
    </section>
  );
}

function countEvidence(visits: { verification: string; verification_evidence: string }[]): EvidenceRow[] {
  const found = new Map<string, EvidenceRow>();
  for (const { verification, verification_evidence } of visits) {
    const evidence = evidenceKind(verification_evidence);
    const key = `${verification} ${evidence}`;
    const row = found.get(key) ?? { evidence, verification, count: 0 };
    row.count += 1;
    found.set(key, row);
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}

const word = ({ evidence }: EvidenceRow) =>
  evidence === "rdns" ? "The address's name was asked for." : wordEvidence(evidence) || "None.";

const EVIDENCE_COLUMNS: Column<EvidenceRow>[] = [
  {
    id: "verification",
    header: "Verdict",
    value: (row) => row.verification,
    cell: (row) => <VerificationMark verification={row.verification} />,
  },
  {
    id: "evidence",
    header: "Evidence",
    value: word,
    cell: (row) => (
      <span className="wrapped" title={row.evidence}>
        {word(row)}
      </span>
    ),
  },
  { id: "count", header: "Requests", value: (row) => row.count, cell: (row) => formatNumber(row.count), figure: true },
];
