"""Wake whoever waits for something to end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Endings:
    """Who waits for the end of what, by its name; for one event loop."""

    def __init__(self) -> None:
        self._awaited: dict[str, set[asyncio.Event]] = {}

    @property
    def are_awaited(self) -> bool:
        """Whether anybody waits for anything."""
        return bool(self._awaited)

    @contextmanager
    def expecting(self, name: str) -> Iterator[asyncio.Event]:
        """Give what is set when that ends, if it does within the block."""
        event = asyncio.Event()
        events = self._awaited.setdefault(name, set())
        events.add(event)
        try:
            yield event
        finally:
            events.discard(event)
            if not events:
                self._awaited.pop(name, None)

    def release(self) -> None:
        """Wake everybody, as nothing more will end here."""
        for name in self._awaited:
            self.tell(name)

    def tell(self, name: str) -> None:
        """Wake those who wait for this."""
        for event in self._awaited.get(name, ()):
            event.set()
