"""What questions to the server share: who asks, what the body says, a thread to wait in, an answer."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from crawlsight.errors import QueryError
from crawlsight.ledger import Scope
from crawlsight.server.auth import Caller, authenticate_report, require
from crawlsight.server.bodies import read_body
from crawlsight.server.ratelimit import refuse
from crawlsight.server.services import Services

_MOST_QUERY_BYTES = 1024 * 1024

_T = TypeVar("_T")


def authorize(request: Request[Any, Any, Any], services: Services, scope: Scope = Scope.REPORTS) -> Caller:
    """Find out who asks, and count the question.

    Raises:
        UnauthorizedError: There is no such key, or it is no longer good.
        ForbiddenError: It lacks *scope*.
        RateLimitedError: It has asked too often.
    """
    caller = identify(request, services, scope)
    standing, may_pass = services.limits.count_report(caller.credential.key_id)
    request.state.rate_headers = standing.headers()
    if not may_pass:
        raise refuse(standing)
    return caller


def identify(request: Request[Any, Any, Any], services: Services, scope: Scope) -> Caller:
    """Find out who asks what is not counted.

    Raises:
        UnauthorizedError: There is no such key, or it is no longer good.
        ForbiddenError: It lacks *scope*.
    """
    caller = authenticate_report(request, services.ledger)
    require(caller, scope)
    services.ledger.note_use(caller.credential.key_id)
    return caller


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
        headers=request.state.get("rate_headers"),
    )
