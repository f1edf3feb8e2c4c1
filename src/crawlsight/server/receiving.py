"""Files on their way to the disk: a large one is imported while its rest is still being received."""

import asyncio
import contextlib
import math
from pathlib import Path
from typing import IO

from crawlsight.errors import CrawlsightError, MalformedBodyError
from crawlsight.server.pieces import PieceReader

_PART = ".part"

SEND_AGAIN = "send the file again: of what was imported nothing is stored twice"


class Receiving:
    """A file that is received, and how much of it is there; for one event loop.

    Args:
        path: Where it is once it is whole.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + _PART)
        self._bytes = 0.0
        self._error: CrawlsightError | None = None
        self._changed = asyncio.Event()

    @classmethod
    def whole(cls, path: Path) -> "Receiving":
        """Give a file that is there already."""
        found = cls(path)
        found._bytes = math.inf
        return found

    def create(self) -> IO[bytes]:
        """Open what the content is to be written to."""
        self._part.parent.mkdir(parents=True, exist_ok=True)
        return self._part.open("wb")

    def grow(self, size: float) -> None:
        """Tell that so much has been written."""
        self._bytes = size
        self._changed.set()

    def end(self) -> None:
        """Tell that everything has been written."""
        # Whoever imports it may have given up already.
        with contextlib.suppress(FileNotFoundError):
            self._part.rename(self._path)
        self.grow(math.inf)

    def lose(self, error: BaseException) -> None:
        """Tell that the rest will not come, and why; nothing of the file is left."""
        if isinstance(error, CrawlsightError):
            self._error = error
        else:
            self._error = MalformedBodyError(f"the upload ended early; {SEND_AGAIN}")
        self._changed.set()
        self.delete()

    def delete(self) -> None:
        """Delete what is there."""
        self._part.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def has(self, size: float) -> bool:
        """Tell whether so much is there, or all."""
        return self._bytes >= size

    async def wait_for(self, size: float) -> None:
        """Wait until so much is there, or all.

        Raises:
            CrawlsightError: The rest will not come.
        """
        while not self.has(size):
            if self._error is not None:
                raise self._error
            self._changed.clear()
            await self._changed.wait()

    def open(self) -> PieceReader:
        """Open it for reading.

        Raises:
            MalformedBodyError: It was never received to its end.
        """
        for path in (self._part, self._path):
            with contextlib.suppress(FileNotFoundError):
                return PieceReader(path)
        raise MalformedBodyError(f"the server was stopped while it received the file; {SEND_AGAIN}")


def forget_parts(folder: Path) -> None:
    """Delete what an earlier process had received of files that will not become whole."""
    for path in folder.glob(f"*{_PART}"):
        path.unlink(missing_ok=True)
