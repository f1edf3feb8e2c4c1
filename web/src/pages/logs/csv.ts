// Single requests as CSV.
import type { LoggedVisit } from "../../api/types";
import { type CsvValue, downloadCsv } from "../../csv";

const FIELDS = [
  "timestamp",
  "received_at",
  "source",
  "host",
  "path",
  "method",
  "status_code",
  "ip",
  "user_agent",
  "referer",
  "bytes_sent",
  "duration_ms",
  "bot_name",
  "bot_provider",
  "bot_type",
  "purpose",
  "verification",
  "verification_evidence",
  "referral_source",
  "referral_type",
  "visit_id",
] as const satisfies readonly (keyof LoggedVisit)[];

export function downloadRequests(visits: LoggedVisit[]): void {
  const rows = visits.map((visit) => [
    ...FIELDS.map((field): CsvValue => visit[field]),
    new URLSearchParams(visit.query_params).toString(),
  ]);
  downloadCsv("Requests", [...FIELDS, "query_params"], rows);
}
