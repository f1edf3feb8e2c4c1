// Fields for a name and for passwords, as password managers want them.

const LEAST_CHARS = 10;

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
}

export function NameField({ value, onChange }: FieldProps) {
  return (
    <label>
      Name
      <input required autoFocus autoComplete="username" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

export function PasswordField({ value, onChange, label = "Password" }: FieldProps & { label?: string }) {
  return (
    <label>
      {label}
      <input
        required
        type="password"
        autoComplete="current-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

interface NewPasswordProps extends FieldProps {
  label?: string;
  autoFocus?: boolean;
}

export function NewPasswordField({ value, onChange, label = "Password", autoFocus = false }: NewPasswordProps) {
  return (
    <label>
      {label}
      <input
        required
        autoFocus={autoFocus}
        type="password"
        minLength={LEAST_CHARS}
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <small>At least {LEAST_CHARS} characters.</small>
    </label>
  );
}
