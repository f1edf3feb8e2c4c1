// The project that the page is about.
import { createContext, useContext } from "react";
import type { Project } from "../api/types";

export const ProjectContext = createContext<Project | null>(null);

/** The present project; pages are only rendered when there is one. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (!project) throw new Error("a page was rendered without a project");
  return project;
}

/** Choose by name (or id), else the first. */
export function chooseProject(projects: Project[], name: string | null): Project | undefined {
  return projects.find((project) => project.name === name || String(project.id) === name) ?? projects[0];
}

const RANKS = { viewer: 0, editor: 1, owner: 2 };

/** Whether a role allows what another one does. */
export function may(project: Project, role: Project["role"]): boolean {
  return RANKS[project.role] >= RANKS[role];
}
