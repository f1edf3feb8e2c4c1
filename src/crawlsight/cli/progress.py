"""Show how far a file is: lines, lines a second, and the time left."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def showing_progress(name: str, *, is_quiet: bool) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give what shows a state of a file: its ``lines``, ``bytes_read`` and ``bytes_total``.

    Only a terminal shows it.
    """
    if is_quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _Bar(name)
    try:
        yield bar.show
    finally:
        bar.end()


class _Bar:
    """A bar that is there from its first state on: most files are done before they have one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._started = time.monotonic()
        self._progress: Progress | None = None

    def show(self, state: Mapping[str, Any]) -> None:
        if self._progress is None:
            self._progress = _start()
            self._task = self._progress.add_task(self._name, total=None, lines=0, rate=0.0)
        rate = state["lines"] / max(time.monotonic() - self._started, 1e-3)
        self._progress.update(
            self._task,
            total=state["bytes_total"],
            completed=state["bytes_read"],
            lines=state["lines"],
            rate=rate,
        )

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()


def _start() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[lines]:,} lines, {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.start()
    return progress
