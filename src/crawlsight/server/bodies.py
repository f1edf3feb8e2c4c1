"""Read a request's body, never more of it than allowed."""

from litestar.types import Receive

from crawlsight.errors import BodyTooLargeError, MalformedBodyError

# A sender that is cut off while it writes sees a broken pipe, not our answer; so this much more is read.
_DRAINED_BYTES = 64 * 1024 * 1024


async def read_body(receive: Receive, max_bytes: int) -> bytes:
    """Read the body as it came over the wire.

    Raises:
        BodyTooLargeError: It has more than *max_bytes*.
        MalformedBodyError: The sender hung up before its end.
    """
    chunks: list[bytes] = []
    size = 0
    has_more = True
    while has_more and size <= max_bytes + _DRAINED_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            raise MalformedBodyError("the body ended early: the connection was closed")
        size += len(message["body"])
        has_more = message["more_body"]
        if size <= max_bytes:
            chunks.append(message["body"])
        else:
            chunks.clear()
    if size > max_bytes:
        raise BodyTooLargeError(
            f"the body is more than {max_bytes} bytes; send smaller batches or compress them"
        )
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
