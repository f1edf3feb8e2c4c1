// Names for what the API answers.

export type Role = "viewer" | "editor" | "owner";

export interface Project {
  id: string;
  name: string;
  role: Role;
  domains: string[];
  keep: "crawlers" | "ai" | "all";
  retention_days: number;
  created_at: string;
}

export interface Session {
  user: { id: string; name: string; is_admin: boolean } | null;
  share: { name: string } | null;
  csrf_token: string;
  projects: Project[];
  must_set_password: boolean;
  server: { version: string; url: string };
}

export type FlowState = "flowing" | "quiet" | "silent" | "failing" | "empty";

export interface RejectedReason {
  field: string;
  message: string;
  records: number;
}

export interface SourceStatus {
  key_id: string;
  name: string;
  style: string;
  state: FlowState;
  advice: string;
  last_ingest_at: string | null;
  requests_24h: number;
  received_24h: number;
  accepted_24h: number;
  stored_24h: number;
  dropped_24h: number;
  rejected_24h: number;
  quarantined_24h: number;
  rejected_reasons: RejectedReason[];
  hours: number[];
}

export interface ProjectStatus {
  state: FlowState;
  advice: string;
  last_ingest_at: string | null;
  first_ingest_at: string | null;
  visits_lag_seconds: number;
  outbox_batches: number;
  received_24h: number;
  accepted_24h: number;
  stored_24h: number;
  dropped_24h: number;
  rejected_24h: number;
  quarantined_24h: number;
  sources: SourceStatus[];
}

export interface IngestionHour {
  hour: string;
  received_records: number;
  accepted_records: number;
  stored_records: number;
  rejected_records: number;
}

export interface Ingestion {
  hours: IngestionHour[];
}

export interface CrawlerEntry {
  name: string;
  operator: string;
  operator_name: string;
  product: string;
  purpose: string;
  is_ai_crawler: boolean;
  bot_type: string;
  documentation_url: string;
  robots_token: string | null;
  obeys_robots: string | boolean | null;
  tokens: string[];
  verification_means: string[];
  ip_list_urls: string[];
  rdns_suffixes: string[];
  date_checked: string;
}

export interface Assistant {
  name: string;
  source?: string;
  operator?: string;
}
