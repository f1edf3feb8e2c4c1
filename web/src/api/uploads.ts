// Log files on their way to the server, and what becomes of them there.
import { useQuery } from "@tanstack/react-query";
import { useProject } from "../state/project";
import { ApiError, apiHeaders, decodeProblem, request } from "./client";
import { projectPath } from "./project";
import type { Upload } from "./types";

const POLL_MS = 1000;

const isUnderWay = ({ state }: Upload) => state === "waiting" || state === "running";

/** Every upload of the project, newest first; asked again while one is under way. */
export function useUploads(enabled: boolean) {
  const { id } = useProject();
  return useQuery({
    queryKey: ["uploads", id],
    queryFn: ({ signal }) => request<Upload[]>(projectPath(id, "uploads"), { signal }),
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? POLL_MS : false),
    enabled,
  });
}

export interface FileOptions {
  /** Name of a format; `auto` looks at the first lines. */
  format: string;
  /** For `apache` and `nginx`, the directive of the configuration. */
  template: string;
  /** Site of lines that name none. */
  host: string;
}

export interface SendOptions extends FileOptions {
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}

/** Send a file as the body, which needs no memory; `fetch` could not tell how much of it has gone. */
export function sendFile(project: number, file: File, options: SendOptions): Promise<Upload> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", `${projectPath(project, "uploads")}?${parametersOf(file, options)}`);
    apiHeaders("POST").forEach((value, name) => sending.setRequestHeader(name, value));
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.upload.onprogress = ({ loaded }) => onProgress(loaded);
    sending.onerror = () => reject(new ApiError(0, "unreachable", "The connection broke off."));
    sending.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    sending.onload = () => {
      try {
        resolve(readAnswer(sending));
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener("abort", () => sending.abort());
    sending.send(file);
  });
}

function parametersOf(file: File, { format, template, host }: FileOptions): URLSearchParams {
  const parameters = new URLSearchParams({ name: file.name });
  if (format !== "auto") parameters.set("format", format);
  if (template.trim()) parameters.set("template", template.trim());
  if (host.trim()) parameters.set("host", host.trim());
  return parameters;
}

function readAnswer(sending: XMLHttpRequest): Upload {
  let body: unknown;
  try {
    body = JSON.parse(sending.responseText);
  } catch {
    throw new ApiError(sending.status, "no_json", "The answer is not JSON; does a proxy limit the size of uploads?");
  }
  if (sending.status !== 202) throw decodeProblem(sending.status, body, (name) => sending.getResponseHeader(name));
  return (body as [Upload])[0];
}
