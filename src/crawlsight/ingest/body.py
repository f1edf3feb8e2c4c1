"""Turn a request body into plain bytes within its limits, and rows into stored blocks and back."""

import io
import threading
import zlib
from typing import cast

import brotli
import zstandard
from isal import isal_zlib

from crawlsight.errors import BodyTooLargeError, MalformedBodyError, UnsupportedEncodingError

ENCODINGS = ("gzip", "deflate", "zstd", "br")

# RFC 8878 asks decoders for 8 MiB at least; more would let a small body claim a large window.
_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024

_GZIP_WINDOW_BITS, _ZLIB_WINDOW_BITS, _RAW_WINDOW_BITS = 31, 15, -15

_COMPRESSION_LEVEL = 1

# Its type stub calls it an instance.
_ISAL_ERROR = cast("type[Exception]", isal_zlib.error)

# Shippers that append send several gzip members or zstd frames, but never this many; each costs a copy
# of what follows it.
_MOST_MEMBERS = 100

# A compressor is costly to make and serves one thread at a time.
_local = threading.local()


def inflate(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """Decompress *body*, never producing more than *max_bytes* and one.

    Args:
        encoding: The ``Content-Encoding`` header, any case; empty or ``identity`` for none.

    Raises:
        UnsupportedEncodingError: The encoding is none of ours; several at once are not either.
        MalformedBodyError: The data is corrupt or cut short.
        BodyTooLargeError: More than *max_bytes* come out.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        plain = body
    elif name in {"gzip", "x-gzip"}:
        plain = _inflate_gzip(body, max_bytes)
    elif name == "deflate":
        plain = _inflate_deflate(body, max_bytes)
    elif name == "zstd":
        plain = _inflate_zstd(body, max_bytes)
    elif name == "br":
        plain = _inflate_brotli(body, max_bytes)
    else:
        raise UnsupportedEncodingError(
            f"Content-Encoding is {encoding[:40]!r}; use one of {', '.join(ENCODINGS)}, or none"
        )
    if len(plain) > max_bytes:
        raise BodyTooLargeError(
            f"the body is more than {max_bytes} bytes after decompression; send smaller batches"
        )
    return plain


def compress_block(rows: bytes) -> bytes:
    """Compress encoded rows for the outbox."""
    compressor: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(level=_COMPRESSION_LEVEL)
    return compressor.compress(rows)


def decompress_block(block: bytes) -> bytes:
    """Undo :func:`compress_block`."""
    return zstandard.ZstdDecompressor().decompress(block)


def _corrupt(name: str, error: object) -> MalformedBodyError:
    return MalformedBodyError(f"the body is not valid {name} ({error}); compress it again and resend")


def _inflate_gzip(body: bytes, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    left, rest = max_bytes + 1, body
    while rest and left > 0:
        if len(parts) == _MOST_MEMBERS:
            raise _corrupt("gzip", f"it has more than {_MOST_MEMBERS} members")
        member = isal_zlib.decompressobj(wbits=_GZIP_WINDOW_BITS)
        try:
            part = member.decompress(rest, left)
        except _ISAL_ERROR as error:
            raise _corrupt("gzip", error) from error
        parts.append(part)
        left -= len(part)
        if not member.eof and left > 0:
            raise _corrupt("gzip", "it ends too early")
        rest = member.unused_data.lstrip(b"\0")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _inflate_deflate(body: bytes, max_bytes: int) -> bytes:
    # RFC 9110 means zlib's format; some clients send raw deflate, so the first failure tries that.
    for window_bits in (_ZLIB_WINDOW_BITS, _RAW_WINDOW_BITS):
        stream = zlib.decompressobj(wbits=window_bits)
        try:
            plain = stream.decompress(body, max_bytes + 1)
        except zlib.error as error:
            problem: object = error
            continue
        if stream.eof or len(plain) > max_bytes:
            return plain
        problem = "it ends too early"
    raise _corrupt("deflate", problem)


def _inflate_zstd(body: bytes, max_bytes: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
    try:
        with decompressor.stream_reader(io.BytesIO(body), read_across_frames=True) as stream:
            plain = stream.read(max_bytes + 1)
        # The reader takes a frame that is cut short for its end; a one-shot check of the sizes does not.
        if len(plain) <= max_bytes and not _zstd_is_complete(body, decompressor, len(plain)):
            raise _corrupt("zstd", "it ends too early or has too many frames")
    except zstandard.ZstdError as error:
        raise _corrupt("zstd", error) from error
    return plain


def _zstd_is_complete(body: bytes, decompressor: zstandard.ZstdDecompressor, plain_bytes: int) -> bool:
    rest, seen = body, 0
    for _ in range(_MOST_MEMBERS):
        if not rest:
            return True
        frame = decompressor.decompressobj()
        seen += len(frame.decompress(rest))
        if not frame.eof or seen > plain_bytes:
            return False
        rest = frame.unused_data
    return not rest


def _inflate_brotli(body: bytes, max_bytes: int) -> bytes:
    stream = brotli.Decompressor()
    parts, left = [], max_bytes + 1
    try:
        part = stream.process(body, output_buffer_limit=left)
        while part or not stream.can_accept_more_data():
            parts.append(part)
            left -= len(part)
            if left <= 0 or stream.is_finished():
                break
            part = stream.process(b"", output_buffer_limit=left)
    except brotli.error as error:
        raise _corrupt("brotli", error) from error
    if left > 0 and not stream.is_finished():
        raise _corrupt("brotli", "it ends too early")
    return b"".join(parts)
