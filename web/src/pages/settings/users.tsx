// Every user of the server, for administrators.
import { type FormEvent, useState } from "react";
import { useCreateUser, useDeleteUser, useUsers } from "../../api/people";
import { useSession } from "../../api/session";
import type { User } from "../../api/types";
import { AskingButton } from "../../components/asking-button";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { Secret } from "../../components/secret";
import { TableSkeleton } from "../../components/skeleton";
import { type SmallColumn, SmallTable } from "../../components/small-table";

export function Users() {
  const { data: users, error, refetch } = useUsers();
  return (
    <Panel title="Users" note="Of the whole server. Administrators own every project, and make projects and users.">
      <UserForm />
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : users ? (
        <SmallTable name="Users" columns={COLUMNS} rows={users} rowKey={({ id }) => id} empty="There are no users." />
      ) : (
        <TableSkeleton rows={3} />
      )}
      <p className="panel-note">
        Who forgot the password gets a new sign-in link on the server: <code>crawlsight user link NAME</code>
      </p>
    </Panel>
  );
}

function UserForm() {
  const create = useCreateUser();
  const [name, setName] = useState("");
  const [isAdmin, setAdmin] = useState(false);
  if (create.data?.url) {
    return (
      <Secret title={`Sign-in link of ${create.data.name}`} text={create.data.url} onDone={create.reset}>
        Send it to {create.data.name}, who chooses a password then. It works once, for a day.
      </Secret>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, is_admin: isAdmin }, { onSuccess: () => setName("") });
  };
  return (
    <form className="form-row" onSubmit={submit}>
      <label>
        New user
        <input required autoComplete="off" placeholder="Name" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label className="switch">
        <input type="checkbox" checked={isAdmin} onChange={(event) => setAdmin(event.target.checked)} />
        Administrator
      </label>
      <button type="submit" className="button" disabled={create.isPending}>
        Create user
      </button>
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}

const COLUMNS: SmallColumn<User>[] = [
  { header: "Name", cell: ({ name }) => name },
  { header: "Rank", cell: ({ is_admin }) => (is_admin ? "Administrator" : "User") },
  { header: "Password", cell: ({ has_password }) => (has_password ? "set" : "not yet") },
  { header: "Created", cell: ({ created_at }) => <RelativeTime instant={created_at} />, minor: true },
  { header: "Action", cell: (user) => <DeleteUser of={user} />, actions: true },
];

function DeleteUser({ of: { id, name } }: { of: User }) {
  const remove = useDeleteUser();
  const { data: session } = useSession();
  const isMe = session?.user?.id === id;
  return (
    <AskingButton
      label="Delete…"
      about={name}
      title="Delete the user"
      action="Delete"
      mutation={remove}
      variables={id}
      whyNot={isMe ? "That is you. Another administrator can do it." : null}
    >
      <p>
        <strong>{name}</strong> is signed out everywhere and loses every project. This cannot be undone.
      </p>
    </AskingButton>
  );
}
