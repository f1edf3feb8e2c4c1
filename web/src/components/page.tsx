// The frame of a page: its title for the browser and for screen readers, and its content in panels.
import { type ReactNode, useEffect } from "react";

export function Page({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Crawlsight`;
  }, [title]);
  return (
    <>
      <h1 className="visually-hidden">{title}</h1>
      <div className="page">{children}</div>
    </>
  );
}

export interface PanelProps {
  title: ReactNode;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  /** A word on what is shown, below the title. */
  note?: ReactNode;
  /** Half the width where there is room for two. */
  half?: boolean;
  children: ReactNode;
}

export function Panel({ title, actions, note, half = false, children }: PanelProps) {
  return (
    <section className={half ? "panel panel-half" : "panel"}>
      <header className="panel-head">
        <h2>{title}</h2>
        {actions && <div className="panel-actions">{actions}</div>}
      </header>
      {note && <p className="panel-note">{note}</p>}
      {children}
    </section>
  );
}
