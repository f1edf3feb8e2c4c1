// Dialogs over the page: the browser's own element traps the focus and closes with Escape.
import { type ReactNode, useEffect, useRef } from "react";

export interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, open, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) element.current?.showModal();
    else element.current?.close();
  }, [open]);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === element.current && onClose()}
    >
      {open && (
        <div className="dialog-body">
          <header className="dialog-head">
            <h2>{title}</h2>
            <button type="button" className="button button-plain" aria-label="Close" onClick={onClose}>
              ×
            </button>
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}

export interface ConfirmProps extends Omit<DialogProps, "children"> {
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  action: string;
  onConfirm: () => void;
  dangerous?: boolean;
  pending?: boolean;
}

export function Confirm({ action, onConfirm, dangerous = false, pending = false, children, ...dialog }: ConfirmProps) {
  return (
    <Dialog {...dialog}>
      {children}
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={dialog.onClose}>
          Cancel
        </button>
        <button
          type="button"
          className={dangerous ? "button button-danger" : "button button-primary"}
          disabled={pending}
          onClick={onConfirm}
        >
          {action}
        </button>
      </footer>
    </Dialog>
  );
}
