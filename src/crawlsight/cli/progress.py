"""Show how far a file is: lines, lines a second, and the time left."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def showing_progress(name: str, *, is_quiet: bool) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give what shows a state of a file: its ``lines``, ``bytes_read`` and ``bytes_total``."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[lines]:,} lines, {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
    )
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), disable=is_quiet, transient=True) as progress:
        task = progress.add_task(name, total=None, lines=0, rate=0.0)

        def show(state: Mapping[str, Any]) -> None:
            rate = state["lines"] / max(time.monotonic() - started, 1e-3)
            progress.update(
                task,
                total=state["bytes_total"],
                completed=state["bytes_read"],
                lines=state["lines"],
                rate=rate,
            )

        yield show
