// What is shown this once: a new key, or a link that lets somebody in.
import "../styles/guide.css";
import type { ReactNode } from "react";
import { Copyable } from "./copyable";

export interface SecretProps {
  title: string;
  text: string;
  /** What it is good for, and for how long. */
  children: ReactNode;
  onDone: () => void;
}

export function Secret({ title, text, children, onDone }: SecretProps) {
  return (
    <div className="note note-good" role="status">
      <strong>{title}</strong>
      <p>{children} It is shown this once.</p>
      <Copyable block text={text} />
      <button type="button" className="button button-small" onClick={onDone}>
        I have copied it
      </button>
    </div>
  );
}
