// Every page: its path, the tab it has, and the file it is loaded from when it is first needed.
import type { QueryClient } from "@tanstack/react-query";
import { type ComponentType, createElement, type ReactNode } from "react";
import type { Project } from "./api/types";
import { lazily } from "./components/lazily";
import { PageSkeleton } from "./components/skeleton";
import type { View } from "./state/view";

interface PageModule {
  default: () => ReactNode;
  /** Asks for what the page will need first under a view that is not shown yet. */
  prefetch?: (queries: QueryClient, project: Project, view: View, now: number) => void;
}

export interface PageRoute {
  path: string;
  label: string;
  /** Reports on the left, what is set up on the right. */
  group: "reports" | "setup";
  load: () => Promise<PageModule>;
  Page: ComponentType;
}

function page(path: string, label: string, group: PageRoute["group"], load: () => Promise<PageModule>): PageRoute {
  const Page = lazily(load, createElement(PageSkeleton));
  return { path, label, group, load: Page.load, Page };
}

export const ROUTES: PageRoute[] = [
  page("/", "Server Logs", "reports", () => import("./pages/server-logs")),
  page("/pages", "Our Pages", "reports", () => import("./pages/pages")),
  page("/crawlers", "Crawlers", "reports", () => import("./pages/crawlers")),
  page("/referrals", "Referrals", "reports", () => import("./pages/referrals")),
  page("/logs", "Logs", "reports", () => import("./pages/logs")),
  page("/compare", "Compare", "reports", () => import("./pages/compare")),
  page("/sources", "Sources", "setup", () => import("./pages/sources")),
  page("/upload", "Upload", "setup", () => import("./pages/upload")),
  page("/settings", "Settings", "setup", () => import("./pages/settings")),
];
