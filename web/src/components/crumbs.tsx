// Where one is inside a page: the way back, the name, and what belongs beside it.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useView } from "../state/use-view";

export interface CrumbsProps {
  back: string;
  /** Path of the page one came from. */
  to: string;
  name: ReactNode;
  children?: ReactNode;
}

export function Crumbs({ back, to, name, children }: CrumbsProps) {
  const { href } = useView();
  return (
    <header className="crumbs">
      <Link href={href(to)}>{back}</Link>
      <span aria-hidden="true" className="muted">
        ›
      </span>
      <h2>{name}</h2>
      {children}
    </header>
  );
}
