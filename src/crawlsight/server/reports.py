"""The reporting API: bots and referrals in two versions, and the domains they can be asked about."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get, post

from crawlsight.errors import QueryError
from crawlsight.ledger import Scope
from crawlsight.reports import Report, answer, list_domains, read_query
from crawlsight.server.auth import Caller, authenticate_report, require
from crawlsight.server.bodies import read_body
from crawlsight.server.ratelimit import refuse
from crawlsight.server.services import Services

PATHS = ("/v1/reports/bots", "/v1/reports/referrals", "/v2/reports/bots", "/v2/reports/referrals")
DOMAINS_PATH = "/v1/org/domains"

_MOST_QUERY_BYTES = 1024 * 1024

_T = TypeVar("_T")


@post(list(PATHS), status_code=200)
async def report(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Answer a report query for the caller's project."""
    caller = _authorize(request, services)
    _, version, _, kind = request.scope["path"].split("/")
    body = _decode(await read_body(request.receive, _MOST_QUERY_BYTES))
    query = read_query(body, Report(kind), int(version[1:]), services.clock())
    project_id = caller.credential.policy.project_id
    found = await _in_thread(services, lambda: answer(services.visits, query, project_id, body))
    return _respond(request, found)


@get(DOMAINS_PATH)
async def domains(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List the domains of the caller's project."""
    credential = _authorize(request, services).credential
    found = await _in_thread(
        services,
        lambda: list_domains(
            services.visits, credential.project_name, credential.project_created_at, credential.policy
        ),
    )
    return _respond(request, found)


def _authorize(request: Request[Any, Any, Any], services: Services) -> Caller:
    caller = authenticate_report(request, services.ledger)
    require(caller, Scope.REPORTS)
    standing, may_pass = services.limits.count_report(caller.credential.key_id)
    request.state.rate_headers = standing.headers()
    if not may_pass:
        raise refuse(standing)
    services.ledger.note_use(caller.credential.key_id)
    return caller


async def _in_thread(services: Services, work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(services.report_threads, work)


def _decode(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise QueryError(
            [{"loc": ["body"], "msg": f"JSON decode error: {error}", "type": "json_invalid"}]
        ) from None


def _respond(request: Request[Any, Any, Any], body: Any) -> Response[bytes]:
    return Response(
        msgspec.json.encode(body), media_type="application/json", headers=request.state.rate_headers
    )
