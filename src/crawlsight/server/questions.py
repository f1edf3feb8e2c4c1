"""What questions to the server share: what the body says, a thread to wait in, an answer."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from crawlsight.errors import QueryError
from crawlsight.server.bodies import read_body
from crawlsight.server.services import Services

_MOST_QUERY_BYTES = 1024 * 1024

_T = TypeVar("_T")


async def read_json(request: Request[Any, Any, Any]) -> Any:
    """Read the body.

    Raises:
        BodyTooLargeError: It has more than 1 MiB.
        QueryError: It is not JSON.
    """
    body = await read_body(request.receive, _MOST_QUERY_BYTES)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise QueryError(
            [{"loc": ["body"], "msg": f"JSON decode error: {error}", "type": "json_invalid"}]
        ) from None


async def in_thread(services: Services, work: Callable[[], _T]) -> _T:
    """Do work that waits for the visits store where it holds nobody up."""
    return await asyncio.get_running_loop().run_in_executor(services.report_threads, work)


def respond(request: Request[Any, Any, Any], body: Any, status: int = 200) -> Response[bytes]:
    """Answer with JSON."""
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers=request.state.rate_headers,
    )
