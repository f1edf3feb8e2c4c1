"""Follow a log file through rotation and truncation, without losing or repeating a line."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from crawlsight.client.checkpoint import Pending, Source, Track, digest
from crawlsight.client.files import (
    COMPRESSED,
    HEAD_BYTES,
    LogFile,
    end_of_last_line,
    end_of_lines,
    is_rotated_name,
)
from crawlsight.errors import InvalidArgumentError, UnavailableError

# A file that was rotated away has its last line when nothing was written to it for so long. Servers that
# were told of the rotation late may still write whole lines to it for longer.
_SETTLED_SECONDS = 5.0
_DRAINED_SECONDS = 600.0


class Chunk(msgspec.Struct, frozen=True):
    """Whole lines of a file that are not acknowledged yet.

    Attributes:
        number: Of the source.
        start: Offset of the first line.
        content: The lines with their ends; the last may lack one if its file was rotated away.
        is_full: Whether there is as much as was asked for.
        is_rotated: Whether no more lines are to be expected soon.
    """

    number: int
    start: int
    content: bytes
    is_full: bool = False
    is_rotated: bool = False

    @property
    def end(self) -> int:
        """Offset after the last line."""
        return self.start + len(self.content)


class Follower:
    """Reads one path, and the files that were rotated away from it, in the order in which they were written.

    Keeps what it knows in *track*, which the caller writes down. Files that were compressed before they were
    read to their end are not read; *warn* says so.

    Args:
        from_end: Whether to leave out what is in the file when it is first looked at.
        now: The wall clock, to be compared with times of files.
    """

    def __init__(
        self,
        path: Path,
        track: Track,
        *,
        from_end: bool = False,
        now: Callable[[], float] = time.time,
        warn: Callable[[str], None] = print,
    ) -> None:
        self.path = path
        self.track = track
        self._from_end = from_end
        self._now = now
        self._warn = warn
        self._open: dict[int, LogFile] = {}
        # Where the path leads if it is a link; rotation happens there.
        self._real = path
        self._names: dict[str, int] = {}
        self._path_inode: int | None = None
        self._is_scan_due = True

    def look(self) -> None:
        """Notice what has become of the path since the last look: rotated, emptied, created."""
        # The whole directory tells more than the path: an empty file that was copied and emptied again
        # between two looks is as before, but its copy is new.
        self._real = Path(os.path.realpath(self.path))
        names = self._list_names()
        self._path_inode = names.get(self._real.name)
        if self._is_scan_due or names != self._names or not self._is_newest_still():
            self._scan(names)
            self._is_scan_due = False
        newest = self._newest()
        if newest is not None:
            self._extend_head(*newest)
            self.track.modified_ns = max(self.track.modified_ns, newest[1].stat().st_mtime_ns)
        self._let_go()

    def read(self, most_lines: int, most_bytes: int, *, is_last: bool = False) -> Chunk | None:
        """Give the oldest lines that were not acknowledged; the same again until they are.

        Args:
            is_last: Whether an unfinished line at the end counts as a line once it is no longer written to,
                as it does in files that were rotated away.

        Returns:
            None when there is no whole line.
        """
        for source in self.track.sources:
            file = self._open.get(source.number)
            if file is None or file.size() == source.offset:
                continue
            chunk = self._read_lines(source, file, most_lines, most_bytes, is_last=is_last)
            if self._is_scan_due:
                return None
            if chunk is not None:
                return chunk
        return None

    def read_again(self, pending: Pending) -> Chunk | None:
        """Give the lines of a batch that was made before; None when they are no longer there."""
        for source in self.track.sources:
            file = self._open.get(source.number)
            if source.number == pending.number and file is not None and source.offset == pending.start:
                content = file.read(pending.end - pending.start, pending.start)
                if digest(content) == pending.digest:
                    return Chunk(source.number, pending.start, content)
        return None

    def read_head(self, number: int, most_bytes: int) -> bytes:
        """Give the first whole lines of a source, acknowledged or not."""
        content = self._open[number].read(most_bytes, 0)
        return content[: content.rfind(b"\n") + 1]

    def advance(self, chunk: Chunk, headers: list[str]) -> None:
        """Note that the lines were acknowledged."""
        source = self.source(chunk.number)
        source.offset, source.headers = chunk.end, headers

    def source(self, number: int) -> Source:
        """Find a source by its number."""
        return next(source for source in self.track.sources if source.number == number)

    def close(self) -> None:
        """Close the files; the state stays as it is."""
        for file in self._open.values():
            file.close()
        self._open.clear()

    def _newest(self) -> tuple[Source, LogFile] | None:
        """Give the file at the path."""
        if not self.track.sources:
            return None
        source = self.track.sources[-1]
        file = self._open.get(source.number)
        return (source, file) if file is not None and file.inode == self._path_inode else None

    def _is_newest_still(self) -> bool:
        newest = self._newest()
        if newest is None:
            return self._path_inode is None
        source, file = newest
        return file.is_still(source, source.offset)

    def _read_lines(
        self, source: Source, file: LogFile, most_lines: int, most_bytes: int, *, is_last: bool
    ) -> Chunk | None:
        content = file.read(most_bytes, source.offset)
        if not file.is_still(source, source.offset + len(content)):
            # Emptied between two looks: what was just read may be another file's.
            self._is_scan_due = True
            return None
        self._extend_head(source, file)
        is_rotated = file.inode != self._path_inode
        end = end_of_lines(content, most_lines)
        if not end and len(content) == most_bytes:
            # A line that is longer than memory allows is cut into pieces, which no format will accept.
            end = most_bytes
        elif not end and (is_rotated or is_last) and file.has_been_quiet(_SETTLED_SECONDS, self._now()):
            end = len(content)
        if not end:
            return None
        is_full = len(content) == most_bytes or content.count(b"\n", 0, end) >= most_lines
        return Chunk(source.number, source.offset, content[:end], is_full, is_rotated)

    def _extend_head(self, source: Source, file: LogFile) -> None:
        if source.head_bytes < HEAD_BYTES:
            head = file.read(HEAD_BYTES, 0)
            source.head_bytes, source.head_digest = len(head), digest(head)

    def _let_go(self) -> None:
        """Close files that were rotated away and read to their end, when nobody writes to them any more."""
        for source in self.track.sources:
            file = self._open.get(source.number)
            if file is None or file.inode == self._path_inode:
                continue
            is_at_end = file.size() <= source.offset
            source.is_read = is_at_end and file.has_been_quiet(_SETTLED_SECONDS, self._now())
            if is_at_end and file.has_been_quiet(_DRAINED_SECONDS, self._now()):
                file.close()
                del self._open[source.number]

    def _scan(self, names: dict[str, int]) -> None:
        """Find out which file in the directory is which source, and which are new."""
        files = self._open_files(names)
        self._find_known(files)
        self._find_copies(files)
        self._forget_lost()
        self._add_new(files)
        for file in files:
            file.close()
        self.track.sources.sort(key=lambda source: source.inode == self._path_inode)
        self.track.is_begun = True

    def _open_files(self, names: dict[str, int]) -> list[LogFile]:
        """Open the files of these names, or of those that the directory has now."""
        while True:
            files = [file for name in names if (file := self._open_file(name)) is not None]
            again = self._list_names()
            if again == names:
                self._names, self._path_inode = names, names.get(self._real.name)
                return files
            # Renamed in the meantime, so one may have been missed.
            names = again
            for file in files:
                file.close()

    def _list_names(self) -> dict[str, int]:
        """List what may be ours, with inodes: the path, what rotation made of it, the inodes that we know."""
        inodes = {source.inode for source in self.track.sources}
        try:
            with os.scandir(self._real.parent) as entries:
                found = {entry.name: entry.inode() for entry in entries}
        except OSError as error:
            raise UnavailableError(f"{self._real.parent} cannot be read: {error}") from error
        return {
            name: inode
            for name, inode in sorted(found.items())
            if name == self._real.name
            or is_rotated_name(self._real.name, name)
            or (inode in inodes and not name.endswith(COMPRESSED))
        }

    def _open_file(self, name: str) -> LogFile | None:
        is_path = name == self._real.name
        try:
            file = LogFile(self._real.parent / name)
        except FileNotFoundError:
            return None
        except OSError as error:
            if is_path:
                raise UnavailableError(f"{self.path} cannot be read: {error}") from error
            self._warn(f"{self._real.parent / name} is not read: {error.strerror}")
            return None
        if file.is_regular:
            return file
        file.close()
        if is_path:
            raise InvalidArgumentError(f"{self.path} is no regular file; only files can be followed")
        return None

    def _find_known(self, files: list[LogFile]) -> None:
        """Take out the files that are sources by inode and head."""
        for source in self.track.sources:
            for file in files:
                if file.inode == source.inode and file.is_still(source, source.offset):
                    files.remove(file)
                    self._keep_open(source, file)
                    self._extend_head(source, file)
                    break
            else:
                held = self._open.get(source.number)
                is_emptied = held is not None and any(file.inode == held.inode for file in files)
                if held is not None and (is_emptied or not held.is_still(source, source.offset)):
                    self._open.pop(source.number).close()

    def _find_copies(self, files: list[LogFile]) -> None:
        """Take out copies of sources by their heads.

        The copy of a source that was emptied (copytruncate), or removed, has the rest of it; others have
        nothing new.
        """
        for source in [source for source in self.track.sources if source.head_bytes]:
            for file in [file for file in files if file.is_still(source, source.head_bytes)]:
                held = self._open.get(source.number)
                is_needed = held is None or held.is_removed()
                if is_needed and file.is_still(source, source.offset):
                    source.device, source.inode = file.device, file.inode
                    self._keep_open(source, file)
                elif file.path == self._real:
                    # Not a copy, but the same beginning, as two files with one header line have.
                    continue
                else:
                    file.close()
                files.remove(file)

    def _forget_lost(self) -> None:
        for source in [found for found in self.track.sources if found.number not in self._open]:
            self.track.sources.remove(source)
            if not source.is_read:
                self._warn(
                    f"{self.path}: a file that was read up to byte {source.offset} was emptied, removed or"
                    " compressed; what was written to it after that is not sent"
                )

    def _add_new(self, files: list[LogFile]) -> None:
        """Take the files that nobody knows: all after the first look, but none that are older than it."""
        new = [file for file in files if file.path == self._real]
        rotated = [file for file in files if file.path != self._real]
        if self.track.is_begun:
            others = [*new, *self._open.values()]
            rotated = [
                file
                for file in rotated
                if file.stat().st_mtime_ns >= self.track.modified_ns
                # A copy that is being made, its file not emptied yet, has nothing new.
                and not any(file.is_beginning_of(other) for other in others)
            ]
        for file in [*sorted(rotated, key=lambda file: file.stat().st_mtime_ns), *new]:
            files.remove(file)
            self.track.written += 1
            source = Source(self.track.written, file.device, file.inode)
            self._extend_head(source, file)
            if not self.track.is_begun and file.path != self._real:
                source.offset, source.is_read = file.size(), True
            elif not self.track.is_begun and self._from_end:
                source.offset = end_of_last_line(file)
            self.track.sources.append(source)
            self._keep_open(source, file)

    def _keep_open(self, source: Source, file: LogFile) -> None:
        held = self._open.get(source.number)
        if held is not None:
            held.close()
        self._open[source.number] = file
