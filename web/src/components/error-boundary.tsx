// Keeps one part's fault from taking the whole page away.
import { Component, type ReactNode } from "react";

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div className="note note-bad" role="alert">
        <strong>This part of the dashboard failed.</strong>
        <p>
          {this.state.error.message}. Reload the page: after an update of the server the browser may still have the
          former version.
        </p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </div>
    );
  }
}
