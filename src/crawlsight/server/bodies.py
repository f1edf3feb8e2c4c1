"""Read a request's body, never more of it than allowed."""

from typing import Any

from litestar import Request

from crawlsight.errors import BodyTooLargeError

# A sender that is cut off while it writes sees a broken pipe, not our answer; so this much more is read.
_DRAINED_BYTES = 64 * 1024 * 1024


async def read_body(request: Request[Any, Any, Any], max_bytes: int) -> bytes:
    """Read the body as it came over the wire.

    Raises:
        BodyTooLargeError: It has more than *max_bytes*.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= max_bytes:
            chunks.append(chunk)
        elif size > max_bytes + _DRAINED_BYTES:
            break
        else:
            chunks.clear()
    if size > max_bytes:
        raise BodyTooLargeError(
            f"the body is more than {max_bytes} bytes; send smaller batches or compress them"
        )
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
