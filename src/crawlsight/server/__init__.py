"""The HTTP server: the only place that knows the web framework."""
