// Follow a share's link: reading one project, without a name or password.
import { useEffect, useRef, useState } from "react";
import { Redirect } from "wouter";
import { useSignIn } from "../api/session";
import { Gate } from "../components/gate";
import { takeToken } from "../state/token";

export default function Share() {
  const [token] = useState(takeToken);
  const { mutate, error, isSuccess } = useSignIn();
  const asked = useRef(false);
  useEffect(() => {
    if (token && !asked.current) mutate({ share: token });
    asked.current = true;
  }, [mutate, token]);
  if (isSuccess) return <Redirect to="/" replace />;
  if (token && !error) {
    return (
      <Gate title="Shared dashboard">
        <p aria-live="polite">Opening …</p>
      </Gate>
    );
  }
  return (
    <Gate title="Shared dashboard">
      <div className="note note-bad" role="alert">
        <strong>{error?.message ?? "This address is not complete."}</strong>
        <p>Ask whoever gave you the link for a new one; it may have been taken back.</p>
      </div>
    </Gate>
  );
}
