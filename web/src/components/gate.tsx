// The frame of pages before one is inside: signing in, joining, following a share.
import { type ReactNode, useEffect } from "react";

export function Gate({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Crawlsight`;
  }, [title]);
  return (
    <main className="gate">
      <span className="brand">Crawlsight</span>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
