"""Log files held open, and the names that rotation gives them."""

import os
import re
import stat
from pathlib import Path

from crawlsight.client.checkpoint import Source, digest

# A file is known by so many of its first bytes.
HEAD_BYTES = 1024

COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".Z", ".zip")

# What rotation adds to a name: access.log.1, access.log-20261122, access.log.old, access-20261122.log
_AFTER_NAME = re.compile(r"[.\-_](?:\d[0-9A-Za-z:._+-]*|old)")
_WITHIN_NAME = re.compile(r"[.\-_]\d[0-9T:._-]*")


class LogFile:
    """A file held open, so that it can be read to its end after it was renamed or removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        found = self.stat()
        self.device, self.inode = found.st_dev, found.st_ino
        self.is_regular = stat.S_ISREG(found.st_mode)

    def stat(self) -> os.stat_result:
        """Give what the file system knows of it now."""
        return os.fstat(self._descriptor)

    def size(self) -> int:
        """Give its size in bytes now."""
        return self.stat().st_size

    def read(self, most_bytes: int, offset: int) -> bytes:
        """Read so many bytes, or as many as there are."""
        return os.pread(self._descriptor, most_bytes, offset)

    def is_still(self, source: Source, end: int) -> bool:
        """Tell whether this is the file that *source* means, neither emptied nor replaced up to *end*."""
        if self.size() < end:
            return False
        return digest(self.read(source.head_bytes, 0)) == (source.head_digest or digest(b""))

    def is_beginning_of(self, other: "LogFile") -> bool:
        """Tell whether this is empty, or a copy of what the other one has or had."""
        head = self.read(HEAD_BYTES, 0)
        return self.size() <= other.size() and other.read(HEAD_BYTES, 0).startswith(head)

    def has_been_quiet(self, seconds: float, now: float) -> bool:
        """Tell whether nothing was written to it for so long."""
        return now - self.stat().st_mtime >= seconds

    def is_removed(self) -> bool:
        """Tell whether it has no name any more."""
        return self.stat().st_nlink == 0

    def close(self) -> None:
        """Let it go."""
        os.close(self._descriptor)


def is_rotated_name(name: str, other: str) -> bool:
    """Tell whether rotation may have made *other* out of *name*, and nothing has compressed it."""
    if other.endswith(COMPRESSED):
        return False
    if other.startswith(name):
        return _AFTER_NAME.fullmatch(other.removeprefix(name)) is not None
    stem, dot, suffix = name.rpartition(".")
    if not dot or not other.startswith(stem) or not other.endswith(dot + suffix):
        return False
    return _WITHIN_NAME.fullmatch(other[len(stem) : -len(dot + suffix)]) is not None


def end_of_lines(content: bytes, most_lines: int) -> int:
    """Find the end of the last whole line among the first so many."""
    parts = content.split(b"\n", most_lines)
    return len(content) - len(parts[-1])


def end_of_last_line(file: LogFile) -> int:
    """Find where the last whole line of a file ends."""
    end = file.size()
    while end > 0:
        start = max(0, end - HEAD_BYTES)
        found = file.read(end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
