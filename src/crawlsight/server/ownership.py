"""The data directory's owner: one server at a time, where it listens, and what commands are known by.

It imports next to nothing, as every command asks it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crawlsight.errors import DataDirectoryLockedError, UnavailableError

_LOCK_NAME, _ADDRESS_NAME = "lock", "server.json"


@dataclass(frozen=True)
class RunningServer:
    """The server that owns a data directory.

    Attributes:
        token: A secret, by which its operator's commands are known; empty when a server of another version
            told none.
    """

    url: str
    token: str = field(repr=False)


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


def running_server(data: Path) -> RunningServer | None:
    """Find the server that owns the data directory; None when none does, or it does not listen yet."""
    try:
        with own_data_directory(data):
            return None
    except DataDirectoryLockedError:
        pass
    try:
        found = json.loads((data / _ADDRESS_NAME).read_text(encoding="utf-8"))
        url, token = found["url"], found.get("token", "")
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return RunningServer(url, token) if isinstance(url, str) and isinstance(token, str) else None


def tell_address(data: Path, server: RunningServer) -> None:
    """Note where the server that owns the data directory listens, readable for its own user alone."""
    text = json.dumps({"url": server.url, "pid": os.getpid(), "token": server.token})
    new = data / f"{_ADDRESS_NAME}.new"
    # One that is there already may be readable for others.
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(data / _ADDRESS_NAME)


def forget_address(data: Path) -> None:
    """Note that it no longer listens."""
    (data / _ADDRESS_NAME).unlink(missing_ok=True)
