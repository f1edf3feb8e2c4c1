// A project to be made: its name, its sites, and what it keeps.
import "../styles/settings.css";
import { type FormEvent, useState } from "react";
import { useCreateProject } from "../api/policy";
import type { Keep, Project } from "../api/types";
import { KEEPS } from "../state/policies";
import { Choice } from "./choice";
import { ErrorNote } from "./error-note";

const USUAL_DAYS = "365";

export function ProjectOrderForm({ onMade }: { onMade?: (project: Project) => void }) {
  const create = useCreateProject();
  const [name, setName] = useState("");
  const [domains, setDomains] = useState("");
  const [keep, setKeep] = useState<Keep>("ai");
  const [days, setDays] = useState(USUAL_DAYS);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const order = { name, domains: domains.split(/[\s,]+/).filter(Boolean), keep, retention_days: Number(days) };
    create.mutate(order, onMade ? { onSuccess: onMade } : {});
  };
  return (
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
        <small>Logs of other hosts are set aside. Leave it empty to take every host.</small>
      </label>
      <Choice legend="Keep" name="order-keep" value={keep} options={KEEPS} onChange={setKeep} />
      <label>
        Days a visit is kept
        <input required type="number" min={1} max={20000} value={days} onChange={(event) => setDays(event.target.value)} />
        <small>Older ones are deleted.</small>
      </label>
      {create.error && <ErrorNote error={create.error} />}
      <div className="form-foot">
        <button type="submit" className="button button-primary" disabled={create.isPending}>
          Create project
        </button>
      </div>
    </form>
  );
}
