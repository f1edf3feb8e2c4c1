import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/overlays.css";
import "./styles/components.css";
import "./styles/tables.css";
import "./styles/charts.css";
import "./styles/explore.css";
import "./theme";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { ROUTES } from "./routes";

// The page is on its way while it is asked who is signed in; what cannot be loaded says so when it is shown.
ROUTES.find(({ path }) => path === window.location.pathname)?.load().catch(() => undefined);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
