// Providers, and which page the address means.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Route, Switch } from "wouter";
import { ApiError } from "./api/client";
import { AppShell } from "./components/app-shell";
import { ErrorBoundary } from "./components/error-boundary";
import { lazily } from "./components/lazily";
import { NotFound } from "./components/not-found";
import { PageSkeleton } from "./components/skeleton";
import { SignedIn } from "./components/signed-in";
import { ROUTES } from "./routes";
import { ViewProvider } from "./state/use-view";

const SignIn = lazily(() => import("./pages/sign-in"), <PageSkeleton />);
const Join = lazily(() => import("./pages/join"), <PageSkeleton />);
const Share = lazily(() => import("./pages/share"), <PageSkeleton />);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 600_000,
      // What the server refuses stays refused; a lost connection or a busy store may be back in a moment.
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <ErrorBoundary>
        <Switch>
          <Route path="/signin" component={SignIn} />
          <Route path="/join" component={Join} />
          <Route path="/share" component={Share} />
          <Route>
            <SignedIn>
              <ViewProvider>
                <AppShell>
                  <Pages />
                </AppShell>
              </ViewProvider>
            </SignedIn>
          </Route>
        </Switch>
      </ErrorBoundary>
    </QueryClientProvider>
  );
}

function Pages() {
  return (
    <Switch>
      {ROUTES.map(({ path, Page }) => (
        <Route key={path} path={path} component={Page} />
      ))}
      <Route component={NotFound} />
    </Switch>
  );
}
