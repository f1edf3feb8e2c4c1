// Upload: log files from this machine, and what became of them.
import "../styles/upload.css";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Upload } from "../api/types";
import { type FileOptions, useUploads } from "../api/uploads";
import { ErrorNote } from "../components/error-note";
import { Page, Panel } from "../components/page";
import { TableSkeleton } from "../components/skeleton";
import { useWhyNot } from "../state/permission";
import { useProject } from "../state/project";
import { DropZone } from "./upload/drop-zone";
import { Options } from "./upload/options";
import { TransferItem } from "./upload/transfer-item";
import { addTransfers, onArrival, useTransfers } from "./upload/transfers";
import { UploadItem } from "./upload/upload-item";

export default function UploadPage() {
  const project = useProject();
  const whyNot = useWhyNot("editor");
  // With one site there is no doubt whose lines those are that name none.
  const host = project.domains.length === 1 ? (project.domains[0] ?? "") : "";
  const [options, setOptions] = useState<FileOptions>({ format: "auto", template: "", host });
  const lacksTemplate = (options.format === "nginx" || options.format === "apache") && !options.template.trim();
  return (
    <Page title="Upload">
      <Panel title="Upload log files">
        <Options options={options} onChange={setOptions} />
        <DropZone
          disabled={whyNot !== null || lacksTemplate}
          onFiles={(files) => addTransfers(project.id, files, options)}
        />
        {(whyNot || lacksTemplate) && (
          <p className="muted">{whyNot ?? "Paste the format of the configuration first."}</p>
        )}
      </Panel>
      {whyNot === null && <Uploads options={options} />}
    </Page>
  );
}

function Uploads({ options }: { options: FileOptions }) {
  const project = useProject();
  const { data: uploads, error, refetch } = useUploads(true);
  const transfers = useTransfers().filter((transfer) => transfer.project === project.id);
  useEffect(() => onArrival(() => void refetch()), [refetch]);
  useFreshReports(uploads);
  const known = new Set(uploads?.map(({ id }) => id));
  const underWay = transfers.filter(({ uploadId }) => uploadId === null || !known.has(uploadId));
  return (
    <Panel title="Uploads" note="Files that were received are imported one after another, whether or not this page is open.">
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      <ul className="uploads">
        {underWay.map((transfer) => (
          <TransferItem key={transfer.id} transfer={transfer} options={options} />
        ))}
        {uploads?.map((upload) => (
          <UploadItem
            key={upload.id}
            upload={upload}
            transfer={transfers.find(({ uploadId }) => uploadId === upload.id)}
            options={options}
          />
        ))}
      </ul>
      {!uploads && !error && <TableSkeleton rows={3} />}
      {uploads?.length === 0 && underWay.length === 0 && <p className="table-empty">Nothing was uploaded yet.</p>}
    </Panel>
  );
}

/** Reports have more in them when an import has come to its end. */
function useFreshReports(uploads: Upload[] | undefined): void {
  const { id } = useProject();
  const queries = useQueryClient();
  const done = uploads?.filter(({ state }) => state === "done").length;
  const before = useRef(done);
  useEffect(() => {
    if (before.current !== undefined && done !== before.current) {
      void queries.invalidateQueries({ queryKey: ["report", id] });
      void queries.invalidateQueries({ queryKey: ["status", id] });
    }
    before.current = done;
  }, [done, id, queries]);
}
