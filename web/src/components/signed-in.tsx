// Lets through who is signed in, with the project that the address names; everybody else goes to the sign-in page.
import type { ReactNode } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { useSession } from "../api/session";
import { chooseProject, ProjectContext } from "../state/project";
import { parseView } from "../state/view";
import { ErrorNote } from "./error-note";
import { NoProject } from "./no-project";
import { PageSkeleton } from "./skeleton";

export function SignedIn({ children }: { children: ReactNode }) {
  const { data: session, error, refetch } = useSession();
  const [location] = useLocation();
  const search = useSearch();
  if (session === undefined) {
    return error ? <ErrorNote error={error} retry={() => void refetch()} /> : <PageSkeleton />;
  }
  if (session === null) {
    const here = search ? `${location}?${search}` : location;
    return <Redirect to={here === "/" ? "/signin" : `/signin?next=${encodeURIComponent(here)}`} replace />;
  }
  if (session.must_set_password) return <Redirect to="/signin" replace />;
  const project = chooseProject(session.projects, parseView(search).project);
  if (!project) return <NoProject session={session} />;
  return <ProjectContext value={project}>{children}</ProjectContext>;
}
