// Records of hosts that are none of the project's domains: take them in, or throw them away.
import { useState } from "react";
import { type Decision, useDecideQuarantine, useQuarantine } from "../../api/intake";
import type { QuarantinedHost } from "../../api/types";
import { type Column, DataTable } from "../../components/data-table";
import { Confirm } from "../../components/dialog";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { TableSkeleton } from "../../components/skeleton";
import { formatNumber } from "../../format";
import { useWhyNot } from "../../state/permission";

export function Quarantine() {
  const { data: hosts, error, refetch } = useQuarantine();
  const whyNot = useWhyNot("editor");
  const [asked, setAsked] = useState<Decision | null>(null);
  return (
    <Panel title="Set aside" note="Logs of hosts that are none of the project's domains. They wait here for a decision.">
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : hosts === undefined ? (
        <TableSkeleton rows={2} />
      ) : hosts.length === 0 ? (
        <p className="table-empty">Nothing is set aside.</p>
      ) : (
        <>
          <DataTable
            name="Hosts set aside"
            columns={hostColumns(whyNot, setAsked)}
            rows={hosts}
            rowKey={({ host }) => host}
            searchLabel="Search hosts"
          />
          {whyNot && <p className="muted">{whyNot}</p>}
        </>
      )}
      <Ask asked={asked} onClose={() => setAsked(null)} />
    </Panel>
  );
}

const QUESTIONS: Record<Decision["action"], { title: string; action: string; words: string }> = {
  release: {
    title: "Release",
    action: "Release",
    words: "What was set aside is stored and appears in the reports. What comes next of this host is set aside again.",
  },
  add: {
    title: "Release and add the domain",
    action: "Release and add",
    words: "What was set aside is stored, and the host becomes a domain of this project: what comes next is taken in, too.",
  },
  discard: {
    title: "Discard",
    action: "Discard",
    words: "What was set aside is deleted. This cannot be undone.",
  },
};

function Ask({ asked, onClose }: { asked: Decision | null; onClose: () => void }) {
  const decide = useDecideQuarantine();
  const { title, action, words } = QUESTIONS[asked?.action ?? "release"];
  const close = () => {
    decide.reset();
    onClose();
  };
  return (
    <Confirm
      title={title}
      open={asked !== null}
      onClose={close}
      action={action}
      dangerous={asked?.action === "discard"}
      pending={decide.isPending}
      onConfirm={() => asked && decide.mutate(asked, { onSuccess: close })}
    >
      <p>
        <strong>{asked?.host}</strong>: {words}
      </p>
      {decide.error && <ErrorNote error={decide.error} />}
    </Confirm>
  );
}

function hostColumns(whyNot: string | null, ask: (decision: Decision) => void): Column<QuarantinedHost>[] {
  const button = (host: string, action: Decision["action"], word: string) => (
    <button
      type="button"
      className={`button button-small${action === "discard" ? " button-danger" : ""}`}
      disabled={whyNot !== null}
      title={whyNot ?? undefined}
      onClick={() => ask({ host, action })}
    >
      {word}
    </button>
  );
  return [
    { id: "host", header: "Host", value: (row) => row.host },
    {
      id: "records",
      header: "Records",
      value: (row) => row.records,
      cell: (row) => formatNumber(row.records),
      figure: true,
      hint: "Records that were counted as set aside",
      minor: true,
    },
    {
      id: "rows",
      header: "Visits",
      value: (row) => row.rows,
      cell: (row) => formatNumber(row.rows),
      figure: true,
      hint: "Visits that a release stores",
    },
    {
      id: "first",
      header: "First",
      value: (row) => row.first_received_at,
      cell: (row) => <RelativeTime instant={row.first_received_at} />,
      figure: true,
      minor: true,
    },
    {
      id: "last",
      header: "Last",
      value: (row) => row.last_received_at,
      cell: (row) => <RelativeTime instant={row.last_received_at} />,
      figure: true,
    },
    {
      id: "decide",
      header: "Decision",
      value: () => null,
      cell: ({ host }) => (
        <span className="row-actions">
          {button(host, "add", "Release and add domain")}
          {button(host, "release", "Release")}
          {button(host, "discard", "Discard…")}
        </span>
      ),
    },
  ];
}
