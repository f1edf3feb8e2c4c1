// Another project, for administrators.
import { type FormEvent, useState } from "react";
import { useCreateProject } from "../../api/policy";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { useView } from "../../state/use-view";

export function NewProject() {
  const create = useCreateProject();
  const { update } = useView();
  const [name, setName] = useState("");
  const [domains, setDomains] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const order = { name, domains: domains.split(/[\s,]+/).filter(Boolean) };
    create.mutate(order, { onSuccess: (made) => update({ project: made.name, filters: [] }) });
  };
  return (
    <Panel title="New project" note="One for each site, or group of sites, that is looked at together.">
      <form className="form settings-form" onSubmit={submit}>
        <label>
          Name
          <input required value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          Domains
          <input
            value={domains}
            placeholder="example.com, shop.example.com"
            onChange={(event) => setDomains(event.target.value)}
          />
          <small>Logs of other hosts are set aside. Empty takes every host.</small>
        </label>
        {create.error && <ErrorNote error={create.error} />}
        <div className="form-foot">
          <button type="submit" className="button" disabled={create.isPending}>
            Create project
          </button>
        </div>
      </form>
    </Panel>
  );
}
