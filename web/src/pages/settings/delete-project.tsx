// The end of a project: asks for its name.
import { type FormEvent, useState } from "react";
import { useDeleteProject } from "../../api/policy";
import { Dialog } from "../../components/dialog";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { useWhyNot } from "../../state/permission";
import { useProject } from "../../state/project";
import { useView } from "../../state/use-view";

export function DeleteProject() {
  const whyNot = useWhyNot("owner");
  const [open, setOpen] = useState(false);
  return (
    <Panel title="Delete the project" note="Its keys stop working, and its visits, members and links are deleted.">
      <p className="form-foot">
        <button
          type="button"
          className="button button-danger"
          disabled={whyNot !== null}
          onClick={() => setOpen(true)}
        >
          Delete…
        </button>
        {whyNot && <span className="muted">{whyNot}</span>}
      </p>
      <Dialog title="Delete the project" open={open} onClose={() => setOpen(false)}>
        <DeleteForm onClose={() => setOpen(false)} />
      </Dialog>
    </Panel>
  );
}

function DeleteForm({ onClose }: { onClose: () => void }) {
  const project = useProject();
  const { update } = useView();
  const remove = useDeleteProject();
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate(name, { onSuccess: () => update({ project: null, filters: [] }, true) });
  };
  return (
    <form className="form" onSubmit={submit}>
      <p>
        Everything that <strong>{project.name}</strong> has received will be deleted. This cannot be undone.
      </p>
      <label>
        Name of the project
        <input required autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        <small>Type {project.name} to show that you mean it.</small>
      </label>
      {remove.error && <ErrorNote error={remove.error} />}
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button button-danger" disabled={remove.isPending || name !== project.name}>
          Delete for good
        </button>
      </footer>
    </form>
  );
}
