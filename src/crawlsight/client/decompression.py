"""Read log files however they were written: plain, gzip, zstd or bzip2, whatever their names say."""

import bz2
import gzip
import importlib
import io
import zlib
from collections.abc import Iterator
from typing import IO, Any

from crawlsight.errors import MalformedBodyError

# Files made with zstd --long need more than the 8 MiB that every decoder has.
_ZSTD_WINDOW_BYTES = 128 * 1024 * 1024

_MAGIC_BYTES = 4

_GZIP, _BZIP2, _ZSTD = b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd"

_BROKEN = (OSError, EOFError, ValueError, zlib.error, gzip.BadGzipFile)


def is_compressed(start: bytes) -> bool:
    """Tell whether a file that begins so is compressed."""
    return start.startswith((_GZIP, _BZIP2, _ZSTD))


class Decompressed:
    """A file that is decompressed while it is read.

    Args:
        raw: At its start; to begin again it must be seekable.

    Raises:
        MalformedBodyError: It is compressed in a way that nothing here can undo.
    """

    def __init__(self, raw: IO[bytes] | io.BufferedReader, magic: bytes) -> None:
        self._raw = raw
        self._broken: tuple[type[BaseException], ...] = _BROKEN
        self._zstd: Any = None
        self._stream: Any = raw
        if magic.startswith(_GZIP):
            # The library is faster, and only servers have it.
            igzip = _library("isal.igzip")
            self._stream = (igzip.IGzipFile if igzip else gzip.GzipFile)(fileobj=raw, mode="rb")
        elif magic.startswith(_BZIP2):
            self._stream = bz2.BZ2File(raw)
        elif magic == _ZSTD:
            self._zstd = _library("zstandard")
            if self._zstd is None:
                raise MalformedBodyError(
                    "the file is compressed with zstd; to read it, pip install zstandard"
                )
            self._broken = (*_BROKEN, self._zstd.ZstdError)
            self._open_zstd()

    def read(self, size: int) -> bytes:
        """Read so many bytes, or fewer; none at the end.

        Raises:
            MalformedBodyError: It cannot be decompressed.
        """
        try:
            return bytes(self._stream.read(size))
        except self._broken as error:
            raise MalformedBodyError(f"the file cannot be decompressed: {error}") from error

    def rewind(self) -> None:
        """Begin again."""
        if self._zstd is None:
            self._stream.seek(0)
        else:
            self._raw.seek(0)
            self._open_zstd()

    def close(self) -> None:
        """Close what decompresses."""
        self._stream.close()

    def _open_zstd(self) -> None:
        decompressor = self._zstd.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._stream = decompressor.stream_reader(self._raw, read_across_frames=True, closefd=False)


def decompress(chunks: Iterator[bytes]) -> Decompressed:
    """Decompress what comes in chunks; it cannot begin again.

    Raises:
        MalformedBodyError: It is compressed in a way that nothing here can undo.
    """
    raw = io.BufferedReader(_Chunks(chunks))
    return Decompressed(raw, raw.peek(_MAGIC_BYTES)[:_MAGIC_BYTES])


class _Chunks(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None
