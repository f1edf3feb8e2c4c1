"""What a shipper remembers: which files it has read how far, and the batch that may be on its way."""

import fcntl
import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import msgspec

from crawlsight.errors import DataDirectoryLockedError, InvalidArgumentError, UnavailableError
from crawlsight.formats.results import Prefix

VERSION = 1


class Source(msgspec.Struct):
    """A file that stands, or once stood, at a path.

    The inode may be reused by another file, and a file may be emptied and filled anew. So the file is known
    by its inode and by its head: as many first bytes as are known, up to 1 KiB.

    Attributes:
        number: Of the files of this path, from 1 in the order in which they were written.
        head_bytes: How many bytes :attr:`head_digest` covers.
        offset: Up to here everything was acknowledged.
        headers: Lines before the offset that say what the columns after it are.
        is_read: Whether it was rotated away and read to its end when it was last seen.
    """

    number: int
    device: int
    inode: int
    head_bytes: int = 0
    head_digest: str = ""
    offset: int = 0
    headers: list[str] = []
    is_read: bool = False


class Pending(msgspec.Struct, frozen=True):
    """A batch that was made and not yet acknowledged; after a crash the same is made again.

    Attributes:
        number: Of the source.
        digest: Of the bytes, to see that they are still the same.
    """

    number: int
    start: int
    end: int
    key: str
    digest: str


class Track(msgspec.Struct):
    """All that is known of one path.

    Attributes:
        sources: In the order in which they were written; those whose file is gone are left out.
        written: How many files this path has had.
        is_begun: Whether the path was ever looked at: what was there before is not for us to read.
        modified_ns: Time of the last change, by the file's own clock, that was seen at the path.
        format: Name of the format that was detected, with what stands before each line.
    """

    sources: list[Source] = []
    written: int = 0
    is_begun: bool = False
    modified_ns: int = 0
    format: str = ""
    prefix: Prefix = ""
    pending: Pending | None = None


class State(msgspec.Struct):
    """All that a shipper remembers.

    Attributes:
        shipper: Tells it from other shippers that send to the same project.
    """

    shipper: str
    tracks: dict[str, Track] = {}
    version: int = VERSION


class StateDirectory:
    """The directory of one shipper's state, locked while it is open.

    Raises:
        DataDirectoryLockedError: Another shipper uses it.
        InvalidArgumentError: The state in it cannot be read.
        UnavailableError: It cannot be made or written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "state.json"
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UnavailableError(f"the state directory {folder} cannot be used: {error}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise DataDirectoryLockedError(
                f"another shipper uses {folder}; give this one a --state directory of its own"
            ) from None
        try:
            self.state = self._load()
        except BaseException:
            os.close(self._lock)
            raise

    def save(self) -> None:
        """Write the state so that it is there, whole, after any crash."""
        content = msgspec.json.encode(self.state)
        new = self._file.with_suffix(".new")
        try:
            with new.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._file)
            _sync_folder(self._folder)
        except OSError as error:
            raise UnavailableError(f"the state cannot be written to {self._file}: {error}") from error

    def close(self) -> None:
        """Let another shipper use the directory."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load(self) -> State:
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return State(uuid4().hex)
        except OSError as error:
            raise UnavailableError(f"{self._file} cannot be read: {error}") from error
        try:
            state = msgspec.json.decode(content, type=State)
        except msgspec.DecodeError as error:
            raise InvalidArgumentError(
                f"{self._file} is no state of a shipper ({error}); remove it to begin anew"
            ) from None
        if state.version != VERSION:
            raise InvalidArgumentError(f"{self._file} has version {state.version}; this is for {VERSION}")
        return state


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(content: bytes) -> str:
    """Name bytes by what they are."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def batch_key(shipper: str, source: Source, start: int, end: int, content_digest: str) -> str:
    """Make the Idempotency-Key of a range of a file: the same for the same range, no other range has it."""
    parts = (shipper, source.device, source.inode, source.number, start, end, content_digest)
    return f"crawlsight-ship-{digest(repr(parts).encode())}"
