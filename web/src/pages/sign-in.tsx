// Sign in by name and password, or by a one-time link whose token stands behind the #, where no log sees it.
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Redirect, useSearch } from "wouter";
import { useSession, useSetPassword, useSignIn, useSignOut } from "../api/session";
import { NameField, NewPasswordField, PasswordField } from "../components/credential-fields";
import { ErrorNote } from "../components/error-note";
import { Gate } from "../components/gate";
import { PageSkeleton } from "../components/skeleton";
import { takeToken } from "../state/token";

export default function SignIn() {
  const { data: session, error, refetch } = useSession();
  const [token] = useState(takeToken);
  const next = safePath(new URLSearchParams(useSearch()).get("next"));
  if (token) return <ByLink token={token} />;
  if (session?.must_set_password) return <ChoosePassword name={session.user?.name ?? ""} />;
  if (session) return <Redirect to={next} replace />;
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (session === undefined) return <PageSkeleton />;
  return <ByPassword />;
}

/** Only addresses of the dashboard itself; `//host` would be another one. */
function safePath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

function ByLink({ token }: { token: string }) {
  const { mutate, error, isSuccess, data } = useSignIn();
  const asked = useRef(false);
  useEffect(() => {
    // The link works once, and development mode runs effects twice.
    if (!asked.current) mutate({ token });
    asked.current = true;
  }, [mutate, token]);
  if (isSuccess) return data.must_set_password ? <ChoosePassword name={data.user?.name ?? ""} /> : <Redirect to="/" replace />;
  return (
    <Gate title="Sign in">
      {error ? (
        <>
          <ErrorNote error={error} />
          <p>
            A sign-in link works once, for a day. Make a new one on the server: <code>crawlsight user link NAME</code>
          </p>
          <a href="/signin" className="button">
            Sign in with a password
          </a>
        </>
      ) : (
        <p aria-live="polite">Signing in …</p>
      )}
    </Gate>
  );
}

function ByPassword() {
  const signIn = useSignIn();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ name, password });
  };
  return (
    <Gate title="Sign in">
      <form className="form" onSubmit={submit}>
        <NameField value={name} onChange={setName} />
        <PasswordField value={password} onChange={setPassword} />
        {signIn.error && (
          <div className="note note-bad" role="alert">
            <strong>{signIn.error.message}</strong>
          </div>
        )}
        <button type="submit" className="button button-primary" disabled={signIn.isPending}>
          Sign in
        </button>
      </form>
      <p className="muted">
        No password yet, or forgotten? Whoever runs the server makes a link: <code>crawlsight user link NAME</code>
      </p>
    </Gate>
  );
}

function ChoosePassword({ name }: { name: string }) {
  const setPassword = useSetPassword();
  const signOut = useSignOut();
  const [password, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setPassword.mutate({ password });
  };
  if (setPassword.isSuccess) return <Redirect to="/" replace />;
  return (
    <Gate title="Choose a password">
      <p>
        You are signed in as <strong>{name}</strong>. The link works no more; from now on it is this name and a password.
      </p>
      <form className="form" onSubmit={submit}>
        <input type="hidden" autoComplete="username" value={name} readOnly />
        <NewPasswordField value={password} onChange={setText} autoFocus />
        {setPassword.error && <ErrorNote error={setPassword.error} />}
        <button type="submit" className="button button-primary" disabled={setPassword.isPending}>
          Set password
        </button>
      </form>
      <button type="button" className="button button-plain" onClick={() => signOut.mutate()}>
        Sign out
      </button>
    </Gate>
  );
}
