// Fetching ahead what a pointer or the focus rests on: code of a page, and its first data.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useLocation } from "wouter";
import { ROUTES } from "../routes";
import { useQuarter } from "./now";
import { useProject } from "./project";
import { useView } from "./use-view";
import type { View } from "./view";

/** Gives a function that fetches ahead for a page (the present one, unless named) under a changed view. */
export function usePrefetch(): (change?: Partial<View>, path?: string) => void {
  const queries = useQueryClient();
  const project = useProject();
  const { view } = useView();
  const now = useQuarter();
  const [location] = useLocation();
  return useCallback(
    (change = {}, path = location) => {
      const route = ROUTES.find((found) => found.path === path);
      // A page that cannot be loaded says so when it is opened.
      route?.load().then(
        ({ prefetch }) => prefetch?.(queries, project, { ...view, ...change }, now),
        () => undefined,
      );
    },
    [queries, project, view, now, location],
  );
}
