// Which project is looked at; its name stands in the URL as soon as there are several.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useSession } from "../api/session";
import { useProject } from "../state/project";
import { useView } from "../state/use-view";

export function ProjectSwitcher() {
  const { data: session } = useSession();
  const project = useProject();
  const { update } = useView();
  const projects = session?.projects ?? [];
  if (projects.length < 2) return <span className="project-name">{project.name}</span>;
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="button project-name" aria-label={`Project ${project.name}, choose another`}>
        {project.name} <span aria-hidden="true">▾</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="start" sideOffset={4}>
          <Menu.RadioGroup
            value={String(project.id)}
            onValueChange={(id) =>
              // Hosts, paths and sources of one project mean nothing in another.
              update({ project: projects.find((other) => String(other.id) === id)?.name ?? null, filters: [] })
            }
          >
            {projects.map(({ id, name, domains }) => (
              <Menu.RadioItem key={id} value={String(id)} className="menu-item">
                <span>{name}</span>
                <small className="muted">{domains.slice(0, 2).join(", ")}</small>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
