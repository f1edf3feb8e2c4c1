// Text to be taken elsewhere, with a button that copies it.
import { useState } from "react";

export function Copyable({ text, label = "Copy", block = false }: { text: string; label?: string; block?: boolean }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    window.setTimeout(() => setDone(false), 2000);
  };
  return (
    <div className={block ? "copyable copyable-block" : "copyable"}>
      {block ? <pre tabIndex={0}>{text}</pre> : <code>{text}</code>}
      {/* The clipboard is only there over https and on this machine. */}
      {window.isSecureContext && (
        <button type="button" className="button button-small" onClick={() => void copy()}>
          <span aria-live="polite">{done ? "Copied" : label}</span>
        </button>
      )}
    </div>
  );
}
