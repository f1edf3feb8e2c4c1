"""The clock that senders and shippers wait by."""

import asyncio
import time
from typing import Protocol


class Waitable(Protocol):
    """A :class:`threading.Event`, or a :class:`threading.Condition` whose lock is held."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until notified or until *timeout* seconds are over."""


class Clock(Protocol):
    """Tells the time and waits; tests have one that they move themselves."""

    def now(self) -> float:
        """Seconds from some instant on, never going back."""

    def wait(self, until: Waitable, seconds: float | None) -> None:
        """Wait until notified or until the seconds are over; None waits for the notice alone."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        """Seconds from some instant on, never going back."""
        return time.monotonic()

    def wait(self, until: Waitable, seconds: float | None) -> None:
        """Wait until notified or until the seconds are over."""
        until.wait(seconds)


class AsyncClock(Protocol):
    """Tells the time and waits within an event loop."""

    def now(self) -> float:
        """Seconds from some instant on, never going back."""

    async def wait(self, until: asyncio.Event, seconds: float | None) -> None:
        """Wait until the event is set or until the seconds are over."""


class LoopClock:
    """The clock of the machine, for event loops."""

    def now(self) -> float:
        """Seconds from some instant on, never going back."""
        return time.monotonic()

    async def wait(self, until: asyncio.Event, seconds: float | None) -> None:
        """Wait until the event is set or until the seconds are over."""
        try:
            await asyncio.wait_for(until.wait(), seconds)
        except TimeoutError:
            return
