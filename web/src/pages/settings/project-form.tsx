// The project's name and policy.
import { type FormEvent, useState } from "react";
import { useChangeProject, useProjectDetails } from "../../api/policy";
import type { IpPolicy, Keep, ProjectChange, ProjectDetails } from "../../api/types";
import { Choice } from "../../components/choice";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { Skeleton } from "../../components/skeleton";
import { useWhyNot } from "../../state/permission";
import { IP_POLICIES, KEEPS } from "../../state/policies";
import { useView } from "../../state/use-view";

export function ProjectPanel() {
  const { data: details, error, refetch } = useProjectDetails();
  return (
    <Panel title="Project">
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : details ? (
        <ProjectForm key={details.id} details={details} />
      ) : (
        <Skeleton height={560} />
      )}
    </Panel>
  );
}

interface Draft {
  name: string;
  domains: string;
  keep: Keep;
  retention_days: string;
  ip_policy: IpPolicy;
  human_ip_policy: IpPolicy;
}

const draftOf = ({ name, domains, keep, retention_days, ip_policy, human_ip_policy }: ProjectDetails): Draft => ({
  name,
  domains: domains.join("\n"),
  keep,
  retention_days: String(retention_days),
  ip_policy,
  human_ip_policy,
});

/** What differs from the project as it is. */
function changeOf(draft: Draft, details: ProjectDetails): ProjectChange {
  const domains = draft.domains.split(/[\s,]+/).filter(Boolean);
  const wanted = { ...draft, domains, retention_days: Number(draft.retention_days) };
  const names = Object.keys(draft) as (keyof Draft)[];
  const changed = names.filter((name) => String(wanted[name]) !== String(details[name]));
  return Object.fromEntries(changed.map((name) => [name, wanted[name]]));
}

function ProjectForm({ details }: { details: ProjectDetails }) {
  const { view, update } = useView();
  const change = useChangeProject();
  const whyNot = useWhyNot("editor");
  const [draft, setDraft] = useState(() => draftOf(details));
  const changes = changeOf(draft, details);
  const isUnchanged = Object.keys(changes).length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(changes, {
      onSuccess: (changed) => {
        setDraft(draftOf(changed));
        // The address names the project by what it was called.
        if (view.project !== null) update({ project: changed.name }, true);
      },
    });
  };
  return (
    <form className="form settings-form" onSubmit={submit}>
      <fieldset disabled={whyNot !== null}>
        <Fields draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
        {change.error && <ErrorNote error={change.error} />}
        <div className="form-foot">
          <button type="submit" className="button button-primary" disabled={change.isPending || isUnchanged}>
            Save
          </button>
          <span role="status" className="muted">
            {whyNot ?? (change.isSuccess && isUnchanged ? "Saved." : "")}
          </span>
        </div>
      </fieldset>
    </form>
  );
}

interface FieldsProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

function Fields({ draft, onChange }: FieldsProps) {
  return (
    <>
      <label>
        Name
        <input required value={draft.name} onChange={(event) => onChange({ name: event.target.value })} />
      </label>
      <label>
        Domains
        <textarea rows={3} value={draft.domains} onChange={(event) => onChange({ domains: event.target.value })} />
        <small>One a line; subdomains belong to them. Logs of other hosts are set aside. Empty takes every host.</small>
      </label>
      <Choice
        legend="Keep"
        name="keep"
        value={draft.keep}
        options={KEEPS}
        onChange={(keep) => onChange({ keep })}
        note="It holds for what comes from now on. What is stored stays, what was dropped is gone."
      />
      <label>
        Days a visit is kept
        <input
          required
          type="number"
          min={1}
          max={20000}
          value={draft.retention_days}
          onChange={(event) => onChange({ retention_days: event.target.value })}
        />
        <small>A change holds for visits that come from now on; those that are stored keep their day.</small>
      </label>
      <Choice
        legend="Addresses of crawlers"
        name="ip"
        value={draft.ip_policy}
        options={IP_POLICIES}
        onChange={(ip_policy) => onChange({ ip_policy })}
        note="A crawler is verified by its address before that; kept ones can be judged again with newer lists."
      />
      <Choice
        legend="Addresses of everybody else"
        name="human-ip"
        value={draft.human_ip_policy}
        options={IP_POLICIES}
        onChange={(human_ip_policy) => onChange({ human_ip_policy })}
        note="They are people's: keep no more of them than you need."
      />
    </>
  );
}
