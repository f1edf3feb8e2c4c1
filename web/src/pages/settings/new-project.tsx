// Another project, for administrators.
import { Panel } from "../../components/page";
import { ProjectOrderForm } from "../../components/project-order";
import { useView } from "../../state/use-view";

export function NewProject() {
  const { update } = useView();
  return (
    <Panel title="New project" note="One for each site, or group of sites, that is looked at together.">
      <ProjectOrderForm onMade={({ name }) => update({ project: name, filters: [] })} />
    </Panel>
  );
}
