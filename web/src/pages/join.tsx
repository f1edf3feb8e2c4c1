// Accept an invitation: as who is signed in, or as somebody new.
import { type FormEvent, useState } from "react";
import { Redirect } from "wouter";
import { useAcceptInvitation, useSession } from "../api/session";
import { NameField, NewPasswordField } from "../components/credential-fields";
import { ErrorNote } from "../components/error-note";
import { Gate } from "../components/gate";
import { PageSkeleton } from "../components/skeleton";
import { takeToken } from "../state/token";

export default function Join() {
  const [token] = useState(takeToken);
  const { data: session } = useSession();
  const accept = useAcceptInvitation();
  if (accept.isSuccess) return <Redirect to="/" replace />;
  if (session === undefined) return <PageSkeleton />;
  if (!token) {
    return (
      <Gate title="Join a project">
        <p>This address is not complete. Open the whole link of your invitation, to its last letter.</p>
      </Gate>
    );
  }
  return (
    <Gate title="Join a project">
      {accept.error && <ErrorNote error={accept.error} />}
      {session?.user ? (
        <>
          <p>
            You are signed in as <strong>{session.user.name}</strong>.
          </p>
          <button
            type="button"
            className="button button-primary"
            disabled={accept.isPending}
            onClick={() => accept.mutate({ token })}
          >
            Join
          </button>
        </>
      ) : (
        <NewUser onJoin={(name, password) => accept.mutate({ token, name, password })} isPending={accept.isPending} />
      )}
    </Gate>
  );
}

interface NewUserProps {
  onJoin: (name: string, password: string) => void;
  isPending: boolean;
}

function NewUser({ onJoin, isPending }: NewUserProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onJoin(name, password);
  };
  return (
    <form className="form" onSubmit={submit}>
      <p className="muted">
        Do you have a name here already? <a href="/signin">Sign in</a> first and open the link again.
      </p>
      <NameField value={name} onChange={setName} />
      <NewPasswordField value={password} onChange={setPassword} />
      <button type="submit" className="button button-primary" disabled={isPending}>
        Join
      </button>
    </form>
  );
}
