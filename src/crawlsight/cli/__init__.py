"""The command line: the only place that knows its library."""
