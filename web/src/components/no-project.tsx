// Who is signed in and has no project yet: an administrator makes one, everybody else asks for an invitation.
import { useSignOut } from "../api/session";
import type { Session } from "../api/types";
import { ProjectOrderForm } from "./project-order";

export function NoProject({ session }: { session: Session }) {
  const signOut = useSignOut();
  return (
    <main className="gate">
      <h1>Crawlsight</h1>
      {session.user?.is_admin ? (
        <>
          <p>Make your first project: one for each site, or group of sites, that you look at together.</p>
          <ProjectOrderForm />
        </>
      ) : (
        <p>You have no project yet. Ask the owner of one for an invitation link.</p>
      )}
      <button type="button" className="button button-plain" onClick={() => signOut.mutate()}>
        Sign out
      </button>
    </main>
  );
}
