// One's own password.
import { type FormEvent, useState } from "react";
import { useSetPassword } from "../../api/session";
import { Panel } from "../../components/page";

const LEAST_CHARS = 10;

export function Password() {
  const change = useSetPassword();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { current, password },
      {
        onSuccess: () => {
          setCurrent("");
          setPassword("");
        },
      },
    );
  };
  return (
    <Panel title="Your password" note="A new one ends your sessions in other browsers.">
      <form className="form settings-form" onSubmit={submit}>
        <label>
          Present password
          <input
            required
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        </label>
        <label>
          New password
          <input
            required
            type="password"
            autoComplete="new-password"
            minLength={LEAST_CHARS}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <small>At least {LEAST_CHARS} characters.</small>
        </label>
        {change.error && (
          <p role="alert" className="field-error">
            {change.error.message}
          </p>
        )}
        <div className="form-foot">
          <button type="submit" className="button button-primary" disabled={change.isPending}>
            Change password
          </button>
          <span role="status" className="muted">
            {change.isSuccess && !password ? "Changed." : ""}
          </span>
        </div>
      </form>
    </Panel>
  );
}
