"""The data directory's owner: one server at a time, and where it listens.

It imports next to nothing, as every command asks it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawlsight.errors import DataDirectoryLockedError, UnavailableError

_LOCK_NAME, _ADDRESS_NAME = "lock", "server.json"


@contextmanager
def own_data_directory(data: Path) -> Iterator[None]:
    """Keep every other process out of the data directory.

    Raises:
        DataDirectoryLockedError: One is in it.
        UnavailableError: The directory cannot be made.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(data / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UnavailableError(f"the data directory {data} cannot be used: {error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise DataDirectoryLockedError(
            f"another Crawlsight server uses {data}; stop it or give this one another --data"
        ) from None
    try:
        yield
    finally:
        os.close(handle)


def running_server(data: Path) -> str | None:
    """Give the URL of the server that owns the data directory, None when none does."""
    try:
        with own_data_directory(data):
            return None
    except DataDirectoryLockedError:
        pass
    try:
        found = json.loads((data / _ADDRESS_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(found["url"])


def tell_address(data: Path, url: str) -> None:
    """Note where the server that owns the data directory listens."""
    found = json.dumps({"url": url, "pid": os.getpid()})
    (data / _ADDRESS_NAME).write_text(found, encoding="utf-8")


def forget_address(data: Path) -> None:
    """Note that it no longer listens."""
    (data / _ADDRESS_NAME).unlink(missing_ok=True)
