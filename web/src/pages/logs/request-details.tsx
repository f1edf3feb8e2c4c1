// Everything stored of one request, and why it is judged as it is.
import type { ReactNode } from "react";
import { useExplanation } from "../../api/logs";
import { useOperatorNames } from "../../api/project";
import type { LoggedVisit } from "../../api/types";
import { CrawlerLink, PageLink } from "../../components/detail-link";
import { ErrorNote } from "../../components/error-note";
import { FilterButton, OperatorMark, PurposeWord } from "../../components/marks";
import { OwnButton } from "../../components/own-chips";
import { VerificationMark } from "../../components/verification-mark";
import { formatBytes, formatInstant } from "../../format";
import type { OwnField } from "../../state/own";
import { useView } from "../../state/use-view";
import { wordEvidence } from "../../state/verification";
import { STATUS_WORDS } from "../server-logs/status-words";

/** Filters on fields that only Logs knows are offered only there. */
export function RequestDetails({ visit, isOnLogs }: { visit: LoggedVisit; isOnLogs: boolean }) {
  return (
    <div className="request-details">
      <Why visit={visit} />
      <RequestFacts visit={visit} isOnLogs={isOnLogs} />
      <SenderFacts visit={visit} isOnLogs={isOnLogs} />
    </div>
  );
}

function Why({ visit }: { visit: LoggedVisit }) {
  const { data, error, refetch } = useExplanation(visit);
  const differs = data !== undefined && (data.crawler?.name ?? "") !== visit.bot_name;
  return (
    <section className="request-why" aria-label="Why this class">
      <h3>Why this class</h3>
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : (
        <ul aria-busy={!data}>
          {data ? data.reasons.map((reason) => <li key={reason}>{reason}</li>) : <li className="muted">Asking …</li>}
        </ul>
      )}
      {differs && (
        <p className="muted">
          The catalogue has changed since: judged again, this request would count as{" "}
          {data.crawler?.name ?? "a person's"}. See crawlsight reclassify.
        </p>
      )}
    </section>
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

function RequestFacts({ visit, isOnLogs }: { visit: LoggedVisit; isOnLogs: boolean }) {
  const { view } = useView();
  const query = new URLSearchParams(visit.query_params).toString();
  return (
    <dl className="facts">
      <Fact name="Time">
        {formatInstant(visit.timestamp, view.timezone)} ({view.timezone})
      </Fact>
      <Fact name="Received">{formatInstant(visit.received_at, view.timezone)}</Fact>
      <Fact name="Host">
        <FilterButton field="host" value={visit.host} />
      </Fact>
      <Fact name="Path">
        <FilterButton field="path" value={visit.path} /> <PageLink host={visit.host} path={visit.path} />
      </Fact>
      <Fact name="Query">{query || <None />}</Fact>
      <Fact name="Method">
        <FilterButton field="method" value={visit.method} />
      </Fact>
      <Fact name="Status">
        <FilterButton field="status_code" value={String(visit.status_code)}>
          {visit.status_code} {STATUS_WORDS[visit.status_code]}
        </FilterButton>
      </Fact>
      <Fact name="Sent">{visit.bytes_sent === null ? <None /> : formatBytes(visit.bytes_sent)}</Fact>
      <Fact name="Took">{visit.duration_ms === null ? <None /> : `${visit.duration_ms} ms`}</Fact>
      <Fact name="Source">
        <FilterButton field="source" value={visit.source} />
      </Fact>
      <Fact name="Referrer">{visit.referer || <None />}</Fact>
      {visit.bot_name === "" && <ReferralFacts visit={visit} isOnLogs={isOnLogs} />}
    </dl>
  );
}

function ReferralFacts({ visit, isOnLogs }: { visit: LoggedVisit; isOnLogs: boolean }) {
  return (
    <>
      <Fact name="Sent by">
        <OwnFact field="referral_source" value={visit.referral_source} isOnLogs={isOnLogs} />
      </Fact>
      <Fact name="Found by">
        <OwnFact field="referral_type" value={visit.referral_type} isOnLogs={isOnLogs} />
      </Fact>
    </>
  );
}

function SenderFacts({ visit, isOnLogs }: { visit: LoggedVisit; isOnLogs: boolean }) {
  const operatorName = useOperatorNames();
  return (
    <dl className="facts">
      {visit.bot_name !== "" && (
        <>
          <Fact name="Crawler">
            <FilterButton field="bot_name" value={visit.bot_name} /> <CrawlerLink name={visit.bot_name} />
          </Fact>
          <Fact name="Operator">
            <FilterButton field="bot_provider" value={visit.bot_provider}>
              <OperatorMark operator={visit.bot_provider} />
              {operatorName(visit.bot_provider)}
            </FilterButton>
          </Fact>
          <Fact name="Purpose">
            <PurposeWord purpose={visit.purpose} />
          </Fact>
          <Fact name="Bot type">
            <OwnFact field="bot_type" value={visit.bot_type} isOnLogs={isOnLogs} />
          </Fact>
          <Fact name="AI crawler">{visit.is_ai_crawler ? "yes" : "no"}</Fact>
          <Fact name="Verification">
            <VerificationMark verification={visit.verification} />
          </Fact>
          <Fact name="Evidence">
            {visit.verification_evidence ? (
              <span title={visit.verification_evidence}>{wordEvidence(visit.verification_evidence)}</span>
            ) : (
              <None />
            )}
          </Fact>
        </>
      )}
      <Fact name="Address">
        <OwnFact field="ip" value={visit.ip} isOnLogs={isOnLogs} />
      </Fact>
      <Fact name="User agent">
        <OwnFact field="user_agent" value={visit.user_agent} isOnLogs={isOnLogs} />
      </Fact>
      <Fact name="Id">{visit.visit_id}</Fact>
    </dl>
  );
}

function OwnFact({ field, value, isOnLogs }: { field: OwnField; value: string; isOnLogs: boolean }) {
  if (!value) return <None />;
  return isOnLogs ? <OwnButton field={field} value={value} /> : value;
}

function None() {
  return <span className="muted">none</span>;
}
