// Every request of the dashboard goes through here: headers, the CSRF token, errors as values with a code.

/** An answer that is no success, in the words of the server where it gave any. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ApiError;
  }
}

let csrfToken = "";

/** Remember the token of the present session; every request that changes something carries it. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  /** Id of the project that the request is about, where its path names none. */
  project?: number;
  signal?: AbortSignal;
}

/** Ask the server; gives the decoded body, `undefined` for an empty one. Throws only ApiError. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = "GET", body, project, signal } = options;
  const headers = apiHeaders(method, project);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", "The server does not answer.");
  }
  return decode<T>(answer);
}

/** Headers for requests that do not go through `request`, such as uploads with progress. */
export function apiHeaders(method: string, project?: number): Headers {
  const headers = new Headers({ Accept: "application/json" });
  if (project !== undefined) headers.set("X-Crawlsight-Project", String(project));
  if (method !== "GET" && csrfToken) headers.set("X-CSRF-Token", csrfToken);
  return headers;
}

async function decode<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  let body: unknown;
  try {
    body = text ? JSON.parse(text) : undefined;
  } catch {
    throw new ApiError(answer.status, "no_json", "The answer is not JSON; is a proxy in between?");
  }
  if (!answer.ok) throw decodeProblem(answer.status, body, (name) => answer.headers.get(name));
  return body as T;
}

/** Read an answer that is no success. */
export function decodeProblem(status: number, body: unknown, header: (name: string) => string | null): ApiError {
  const { error, message, detail } = (body ?? {}) as Record<string, unknown>;
  const retryAfter = Number(header("Retry-After"));
  return new ApiError(
    status,
    typeof error === "string" ? error : `http_${status}`,
    typeof message === "string" ? message : wordDetail(detail, status),
    header("X-Request-ID"),
    retryAfter > 0 ? retryAfter : null,
  );
}

/** Report queries list every mistake with its place; other answers have one text. */
function wordDetail(detail: unknown, status: number): string {
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail)) return `The server answered ${status}.`;
  return detail
    .map(({ loc, msg }: { loc: (string | number)[]; msg: string }) => `${loc.slice(1).join(".")}: ${msg}`)
    .join("; ");
}
