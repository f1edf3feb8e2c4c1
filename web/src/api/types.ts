// Names for what the API answers; the types themselves come from its description.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionAnswer"];
export type Project = Schemas["SessionProject"];
export type ProjectDetails = Schemas["ProjectDetails"];
export type ProjectStatus = Schemas["ProjectStatus"];
export type SourceStatus = Schemas["SourceStatus"];
export type FlowState = ProjectStatus["state"];
export type Ingestion = Schemas["Ingestion"];
export type CrawlerEntry = Schemas["CrawlerDetails"];
export type Assistant = Schemas["AssistantDetails"];
export type NewKey = Schemas["NewKey"];
export type LoggedVisit = Schemas["LoggedVisit"];
export type KeyDetails = Schemas["KeyDetails"];
export type KeyStyle = Schemas["KeyStyle"];
export type Scope = Schemas["Scope"];
export type Keep = Schemas["Keep"];
export type IpPolicy = Schemas["IpPolicy"];
export type ProjectChange = Schemas["ProjectChange"];
export type RejectedPage = Schemas["RejectedPage"];
export type RejectedRecord = Schemas["Rejected"];
export type QuarantinedHost = Schemas["QuarantinedHost"];
export type Upload = Schemas["UploadStanding"];
export type Member = Schemas["MemberAnswer"];
export type Invitation = Schemas["InvitationAnswer"];
export type Share = Schemas["ShareAnswer"];
export type User = Schemas["UserAnswer"];
export type Role = Project["role"];
export type LogsPage = Schemas["LogsPage"];
export type Explanation = Schemas["Explanation"];
