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
