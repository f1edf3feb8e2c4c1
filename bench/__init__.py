"""Benchmarks: every speed is a ratio against a limit measured in the same run."""
