// One's own password.
import { type FormEvent, useState } from "react";
import { useSetPassword } from "../../api/session";
import { NewPasswordField, PasswordField } from "../../components/credential-fields";
import { Panel } from "../../components/page";

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
        <PasswordField label="Present password" value={current} onChange={setCurrent} />
        <NewPasswordField label="New password" value={password} onChange={setPassword} />
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
