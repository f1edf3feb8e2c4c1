// Why something may not be done here, in words; controls that are off say it.
import { useSession } from "../api/session";
import type { Role } from "../api/types";
import { may, useProject } from "./project";

const ARTICLES: Record<Role, string> = { viewer: "a viewer", editor: "an editor", owner: "an owner" };

/** Null when the role suffices. */
export function useWhyNot(needed: Role): string | null {
  const project = useProject();
  const { data: session } = useSession();
  if (may(project, needed)) return null;
  if (session?.share) return "A shared link only reads.";
  return `You are ${ARTICLES[project.role]} of this project; this needs ${ARTICLES[needed]}. Ask an owner.`;
}
