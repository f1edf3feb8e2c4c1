// What is around every page: project, connection, range and time zone, tabs and filters.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";
import { prefetchNames } from "../api/project";
import { ROUTES, type PageRoute } from "../routes";
import { useProject } from "../state/project";
import { usePrefetch } from "../state/use-prefetch";
import { useView } from "../state/use-view";
import { ErrorBoundary } from "./error-boundary";
import { FilterBar } from "./filter-bar";
import { ProjectSwitcher } from "./project-switcher";
import { RangePicker } from "./range-picker";
import { StatusDot } from "./status-dot";
import { TimezonePicker } from "./timezone-picker";
import { UserMenu } from "./user-menu";

export function AppShell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  useLater();
  const isReport = ROUTES.some(({ path, group }) => path === location && group === "reports");
  return (
    <>
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <header className="shell-head">
        <div className="shell-bar">
          <span className="brand">Crawlsight</span>
          <ProjectSwitcher />
          <StatusDot />
          <div className="shell-tools">
            {isReport && <RangePicker />}
            <TimezonePicker />
            <UserMenu />
          </div>
        </div>
        <nav className="tabs" aria-label="Pages">
          {ROUTES.map((route, at) => (
            <Tab key={route.path} route={route} apart={route.group !== (ROUTES[at - 1] ?? route).group} />
          ))}
        </nav>
        {isReport && <FilterBar />}
      </header>
      <main id="content" className="shell-main" tabIndex={-1}>
        <ErrorBoundary key={location}>{children}</ErrorBoundary>
      </main>
    </>
  );
}

const LATER_MS = 1_000;

/** Load the code of every tab, and the names that they show, when the present one is likely to be there. */
function useLater() {
  const queries = useQueryClient();
  const { id } = useProject();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const route of ROUTES) route.load().catch(() => undefined);
      prefetchNames(queries, id);
    }, LATER_MS);
    return () => clearTimeout(timer);
  }, [queries, id]);
}

function Tab({ route, apart }: { route: PageRoute; apart: boolean }) {
  const [location] = useLocation();
  const { href } = useView();
  const prefetch = usePrefetch();
  const preload = () => prefetch({}, route.path);
  return (
    <Link
      href={href(route.path)}
      className={apart ? "tab tab-apart" : "tab"}
      aria-current={location === route.path ? "page" : undefined}
      onPointerEnter={preload}
      onFocus={preload}
    >
      {route.label}
    </Link>
  );
}
