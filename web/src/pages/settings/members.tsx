// Who belongs to the project, and with which role.
import { type FormEvent, useState } from "react";
import { useAddMember, useChangeMember, useMembers, useRemoveMember } from "../../api/people";
import { useSession } from "../../api/session";
import type { Member, Role } from "../../api/types";
import { AskingButton } from "../../components/asking-button";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { TableSkeleton } from "../../components/skeleton";
import { type SmallColumn, SmallTable } from "../../components/small-table";
import { ROLES } from "../../state/policies";

export function Members() {
  const { data: members, error, refetch } = useMembers();
  return (
    <Panel title="Members" note={Object.values(ROLES).map(({ label, words }) => `${label}: ${words}.`).join(" ")}>
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : members ? (
        <SmallTable
          name="Members"
          columns={COLUMNS}
          rows={members}
          rowKey={({ user_id }) => user_id}
          empty="Nobody but administrators."
        />
      ) : (
        <TableSkeleton rows={3} />
      )}
      <AddMember />
    </Panel>
  );
}

const COLUMNS: SmallColumn<Member>[] = [
  { header: "Name", cell: ({ name }) => name },
  { header: "Role", cell: (member) => <ChangeRole of={member} /> },
  { header: "Action", cell: (member) => <Remove of={member} />, actions: true },
];

export function RoleSelect({ label, value, onChange }: { label: string; value: Role; onChange: (role: Role) => void }) {
  return (
    <select className="select" aria-label={label} value={value} onChange={(event) => onChange(event.target.value as Role)}>
      {(Object.keys(ROLES) as Role[]).map((role) => (
        <option key={role} value={role}>
          {ROLES[role].label}
        </option>
      ))}
    </select>
  );
}

function ChangeRole({ of: { user_id, name, role } }: { of: Member }) {
  const change = useChangeMember();
  return (
    <>
      <RoleSelect
        label={`Role of ${name}`}
        value={change.isPending ? change.variables.role : role}
        onChange={(chosen) => change.mutate({ user: user_id, role: chosen })}
      />
      {change.error && (
        <span role="alert" className="field-error">
          {" "}
          {change.error.message}
        </span>
      )}
    </>
  );
}

function Remove({ of: { user_id, name } }: { of: Member }) {
  const remove = useRemoveMember();
  const { data: session } = useSession();
  const isMe = session?.user?.id === user_id;
  return (
    <AskingButton
      label="Remove…"
      about={name}
      title="Remove the member"
      action="Remove"
      mutation={remove}
      variables={user_id}
    >
      <p>
        <strong>{name}</strong> {isMe ? "is you: you" : "will"} no longer see this project. Another invitation undoes it.
      </p>
    </AskingButton>
  );
}

function AddMember() {
  const add = useAddMember();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ name, role }, { onSuccess: () => setName("") });
  };
  return (
    <form className="form-row" onSubmit={submit}>
      <label>
        Add a user of this server
        <input required autoComplete="off" placeholder="Name" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <RoleSelect label="Role" value={role} onChange={setRole} />
      <button type="submit" className="button" disabled={add.isPending}>
        Add
      </button>
      {add.error && <ErrorNote error={add.error} />}
    </form>
  );
}
