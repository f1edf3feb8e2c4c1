// The way from a value to its own page, beside the button that filters by it.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useView } from "../state/use-view";

interface DetailLinkProps {
  path: string;
  own: Record<string, string>;
  label: string;
  children?: ReactNode;
}

function DetailLink({ path, own, label, children }: DetailLinkProps) {
  const { href } = useView();
  return (
    <Link href={href(path, own)} className={children ? "detail-name" : "detail-link"} title={label} aria-label={label}>
      {children ?? "›"}
    </Link>
  );
}

/** To a page of ours; a small mark, or around what it is given. */
export function PageLink({ host, path, children }: { host: string; path: string; children?: ReactNode }) {
  return (
    <DetailLink path="/pages" own={{ page: path, on: host }} label={`All about ${path}`}>
      {children}
    </DetailLink>
  );
}

/** To a crawler. */
export function CrawlerLink({ name, children }: { name: string; children?: ReactNode }) {
  return (
    <DetailLink path="/crawlers" own={{ crawler: name }} label={`All about ${name}`}>
      {children}
    </DetailLink>
  );
}
