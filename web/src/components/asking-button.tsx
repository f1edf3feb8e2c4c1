// A button for what cannot be undone, or not easily: it asks before it does it.
import type { UseMutationResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { ApiError } from "../api/client";
import { Confirm } from "./dialog";
import { ErrorNote } from "./error-note";

export interface AskingButtonProps<V> {
  label: string;
  /** Names what it is about, for who hears the button out of its row. */
  about: string;
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  mutation: UseMutationResult<unknown, ApiError, V>;
  variables: V;
  /** Why it may not be done here; null if it may. */
  whyNot?: string | null;
}

export function AskingButton<V>(props: AskingButtonProps<V>) {
  const { label, about, title, children, action, mutation, variables, whyNot = null } = props;
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    mutation.reset();
  };
  return (
    <>
      <button
        type="button"
        className="button button-small button-danger"
        aria-label={`${label} ${about}`}
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
      <Confirm
        title={title}
        open={open}
        onClose={close}
        action={action}
        dangerous
        pending={mutation.isPending}
        onConfirm={() => mutation.mutate(variables, { onSuccess: close })}
      >
        {children}
        {mutation.error && <ErrorNote error={mutation.error} />}
      </Confirm>
    </>
  );
}
