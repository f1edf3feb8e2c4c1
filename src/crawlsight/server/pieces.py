"""Read an uploaded log file in pieces of whole lines, decompressed on the way."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from crawlsight.client.decompression import Decompressed
from crawlsight.errors import MalformedBodyError

PIECE_BYTES = 512 * 1024

# A "line" longer than this is none; the file is not what it seems.
_LONGEST_LINE = 8 * 1024 * 1024

# Where so much follows what was read, or the end, the next piece is cut as from the whole file.
AHEAD_BYTES = _LONGEST_LINE + 2 * PIECE_BYTES


class Piece(NamedTuple):
    """Some lines of a file.

    Attributes:
        offset: Of the first byte, decompressed.
        lines: Whole lines, except that the file's last may lack its end.
        read_bytes: How much of the file, as it was sent, has been read so far.
        prefix_sha256: Of all bytes up to the end of this piece.
    """

    offset: int
    lines: bytes
    read_bytes: int
    prefix_sha256: str


class PieceReader:
    """A log file: plain, gzip, zstd or bzip2, whatever its name says.

    The same bytes are always cut alike from the same offset on, so that a piece that comes again is known.
    """

    def __init__(self, path: Path) -> None:
        self._raw = path.open("rb")
        magic = self._raw.read(4)
        self._raw.seek(0)
        self._stream = Decompressed(self._raw, magic)
        self._digest = hashlib.sha256()
        self.offset = 0

    @property
    def read_bytes(self) -> int:
        """How much of the file, as it was sent, has been read."""
        return self._raw.tell()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        self._raw.close()

    def head(self) -> bytes:
        """Give the first lines, and begin again.

        Raises:
            MalformedBodyError: The file cannot be decompressed.
        """
        found = self._stream.read(PIECE_BYTES)
        self._stream.rewind()
        return found

    def pass_over(self, stops: Collection[tuple[int, str]]) -> tuple[int, str]:
        """Read up to the farthest stop that is one of this file, and give it; 0 and ``""`` when none is.

        Args:
            stops: Offsets, and hashes of all bytes before them.

        Raises:
            MalformedBodyError: The file cannot be decompressed.
        """
        position = 0
        passed = (0, "")
        digest = hashlib.sha256()
        for stop in sorted({stop for stop, _ in stops}):
            while position < stop and (chunk := self._stream.read(min(PIECE_BYTES, stop - position))):
                digest.update(chunk)
                position += len(chunk)
            if position < stop:
                break
            if (stop, digest.hexdigest()) in stops:
                passed = (stop, digest.hexdigest())
                self.offset, self._digest = stop, digest.copy()
        if position > self.offset:
            self._stream.rewind()
            position = 0
        while position < self.offset:
            position += len(self._stream.read(min(PIECE_BYTES, self.offset - position)))
        return passed

    def whole(self, most_bytes: int) -> Iterator[Piece]:
        """Give the rest in one piece, for what cannot be cut.

        Raises:
            MalformedBodyError: The file cannot be decompressed, or is larger than that.
        """
        rest = b""
        while chunk := self._stream.read(PIECE_BYTES):
            rest += chunk
            if len(rest) > most_bytes:
                raise MalformedBodyError(
                    f"a JSON document of more than {most_bytes} bytes cannot be read; send it as JSON lines"
                )
        if rest:
            self._digest.update(rest)
            yield Piece(self.offset, rest, self.read_bytes, self._digest.hexdigest())
            self.offset += len(rest)

    def __iter__(self) -> Iterator[Piece]:
        """Give the rest in pieces.

        Raises:
            MalformedBodyError: The file cannot be decompressed, or has an endless line.
        """
        rest = b""
        while True:
            while len(rest) < PIECE_BYTES and (chunk := self._stream.read(PIECE_BYTES - len(rest))):
                rest += chunk
            if not rest:
                return
            end = rest.rfind(b"\n", 0, PIECE_BYTES) + 1
            while not end and (chunk := self._stream.read(PIECE_BYTES)):
                rest += chunk
                end = rest.find(b"\n", len(rest) - len(chunk)) + 1
                if len(rest) > _LONGEST_LINE:
                    raise MalformedBodyError(
                        f"a line is longer than {_LONGEST_LINE} bytes; this is no log file"
                    )
            end = end or len(rest)
            lines, rest = rest[:end], rest[end:]
            self._digest.update(lines)
            yield Piece(self.offset, lines, self.read_bytes, self._digest.hexdigest())
            self.offset += len(lines)
