// Links into the project: invitations make members, shares only show it.
import { type FormEvent, useState } from "react";
import {
  useCreateShare,
  useInvitations,
  useInvite,
  useShares,
  useWithdrawInvitation,
  useWithdrawShare,
} from "../../api/people";
import type { Invitation, Role, Share } from "../../api/types";
import { AskingButton } from "../../components/asking-button";
import { ErrorNote } from "../../components/error-note";
import { Panel } from "../../components/page";
import { RelativeTime } from "../../components/relative-time";
import { Secret } from "../../components/secret";
import { TableSkeleton } from "../../components/skeleton";
import { type SmallColumn, SmallTable } from "../../components/small-table";
import { RoleSelect } from "./members";
import { ROLES } from "../../state/policies";

export function Invitations() {
  const { data: invitations, error, refetch } = useInvitations();
  return (
    <Panel title="Invitations" note="A link makes one person a member; who has no user yet chooses a name and a password.">
      <Invite />
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : invitations ? (
        <SmallTable
          name="Invitations"
          columns={INVITATION_COLUMNS}
          rows={invitations}
          rowKey={({ id }) => id}
          empty="No invitation is open."
        />
      ) : (
        <TableSkeleton rows={2} />
      )}
    </Panel>
  );
}

function Invite() {
  const invite = useInvite();
  const [role, setRole] = useState<Role>("viewer");
  if (invite.data?.url) {
    return (
      <Secret title={`Invitation as ${invite.data.role}`} text={invite.data.url} onDone={invite.reset}>
        Send the link to one person. It works once, for seven days.
      </Secret>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ role });
  };
  return (
    <form className="form-row" onSubmit={submit}>
      <RoleSelect label="Role" value={role} onChange={setRole} />
      <button type="submit" className="button" disabled={invite.isPending}>
        Make an invitation
      </button>
      {invite.error && <ErrorNote error={invite.error} />}
    </form>
  );
}

const INVITATION_COLUMNS: SmallColumn<Invitation>[] = [
  { header: "Role", cell: ({ role }) => ROLES[role].label },
  { header: "Made", cell: ({ created_at }) => <RelativeTime instant={created_at} /> },
  { header: "Ends", cell: ({ expires_at }) => <RelativeTime instant={expires_at} ahead /> },
  { header: "Action", cell: (invitation) => <WithdrawInvitation of={invitation} />, actions: true },
];

function WithdrawInvitation({ of: { id, role } }: { of: Invitation }) {
  const withdraw = useWithdrawInvitation();
  return (
    <AskingButton
      label="Withdraw…"
      about={`invitation as ${role}`}
      title="Withdraw the invitation"
      action="Withdraw"
      mutation={withdraw}
      variables={id}
    >
      <p>The link stops working. You can make another one.</p>
    </AskingButton>
  );
}

export function Shares() {
  const { data: shares, error, refetch } = useShares();
  return (
    <Panel
      title="Shared links"
      note="Whoever has the link sees the reports, logs and sources of this project, and changes nothing."
    >
      <ShareForm />
      {error ? (
        <ErrorNote error={error} retry={() => void refetch()} />
      ) : shares ? (
        <SmallTable
          name="Shared links"
          columns={SHARE_COLUMNS}
          rows={shares}
          rowKey={({ id }) => id}
          empty="Nothing is shared."
        />
      ) : (
        <TableSkeleton rows={2} />
      )}
    </Panel>
  );
}

function ShareForm() {
  const create = useCreateShare();
  const [name, setName] = useState("");
  if (create.data?.url) {
    return (
      <Secret title={`Shared link ${create.data.name}`} text={create.data.url} onDone={create.reset}>
        It works until you withdraw it.
      </Secret>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name }, { onSuccess: () => setName("") });
  };
  return (
    <form className="form-row" onSubmit={submit}>
      <label>
        For whom
        <input
          required
          maxLength={100}
          placeholder="Agency"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={create.isPending}>
        Make a link
      </button>
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}

const SHARE_COLUMNS: SmallColumn<Share>[] = [
  { header: "For whom", cell: ({ name }) => name },
  { header: "Made", cell: ({ created_at }) => <RelativeTime instant={created_at} /> },
  { header: "Action", cell: (share) => <WithdrawShare of={share} />, actions: true },
];

function WithdrawShare({ of: { id, name } }: { of: Share }) {
  const withdraw = useWithdrawShare();
  return (
    <AskingButton
      label="Withdraw…"
      about={name}
      title="Withdraw the link"
      action="Withdraw"
      mutation={withdraw}
      variables={id}
    >
      <p>
        Whoever came by <strong>{name}</strong> sees nothing any more, at once. You can make another link.
      </p>
    </AskingButton>
  );
}
