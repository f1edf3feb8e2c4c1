// Settings: the project, its keys, the people, and one's own account.
import "../styles/settings.css";
import type { ReactNode } from "react";
import { Link, useSearch } from "wouter";
import { useSession } from "../api/session";
import { Page, Panel } from "../components/page";
import { useWhyNot } from "../state/permission";
import { useView } from "../state/use-view";
import { DeleteProject } from "./settings/delete-project";
import { Keys } from "./settings/keys";
import { Invitations, Shares } from "./settings/links";
import { Members } from "./settings/members";
import { NewProject } from "./settings/new-project";
import { Password } from "./settings/password";
import { ProjectPanel } from "./settings/project-form";
import { Users } from "./settings/users";

const PARTS = { project: "Project", keys: "Keys", people: "People", server: "Server", account: "Account" };

type Part = keyof typeof PARTS;

export default function Settings() {
  const { data: session } = useSession();
  const parts = (Object.keys(PARTS) as Part[]).filter(
    (part) => (part !== "server" || session?.user?.is_admin) && (part !== "account" || session?.user),
  );
  const wanted = new URLSearchParams(useSearch()).get("part");
  const part = parts.find((known) => known === wanted) ?? "project";
  return (
    <Page title="Settings">
      <Parts parts={parts} present={part} />
      {CONTENTS[part]}
    </Page>
  );
}

function Parts({ parts, present }: { parts: Part[]; present: Part }) {
  const { href } = useView();
  return (
    <nav className="parts" aria-label="Parts of the settings">
      {parts.map((part) => (
        <Link
          key={part}
          href={href("/settings", part === "project" ? {} : { part })}
          className="button button-small"
          aria-current={part === present ? "page" : undefined}
        >
          {PARTS[part]}
        </Link>
      ))}
    </nav>
  );
}

/** Members and links are owners' business, to look at as well. */
function People() {
  const whyNot = useWhyNot("owner");
  if (whyNot) {
    return (
      <Panel title="People">
        <p className="muted">{whyNot}</p>
      </Panel>
    );
  }
  return (
    <>
      <Members />
      <Invitations />
      <Shares />
    </>
  );
}

const CONTENTS: Record<Part, ReactNode> = {
  project: (
    <>
      <ProjectPanel />
      <DeleteProject />
    </>
  ),
  keys: <Keys />,
  people: <People />,
  server: (
    <>
      <Users />
      <NewProject />
    </>
  ),
  account: <Password />,
};
