"""The reporting API: bots and referrals in two versions, unknown bots, and the domains to ask about."""

from typing import Any

from litestar import Request, Response, get, post

from crawlsight.reports import (
    Report,
    answer,
    list_domains,
    list_unknown_bots,
    read_query,
    read_selection,
)
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.questions import in_thread, read_json, respond
from crawlsight.server.services import Services

PATHS = ("/v1/reports/bots", "/v1/reports/referrals", "/v2/reports/bots", "/v2/reports/referrals")
UNKNOWN_BOTS_PATH = "/v1/reports/unknown_bots"
DOMAINS_PATH = "/v1/org/domains"


@post(list(PATHS), status_code=200)
async def report(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Answer a report query for the caller's project."""
    caller = authorize_project(request, services, None, Permission.READ)
    _, version, _, kind = request.scope["path"].split("/")
    body = await read_json(request)
    query = read_query(body, Report(kind), int(version[1:]), services.clock())
    project_id = caller.project_id
    found = await in_thread(services, lambda: answer(services.visits, query, project_id, body))
    return respond(request, found)


@post(UNKNOWN_BOTS_PATH, status_code=200)
async def unknown_bots(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List what looks like a bot to the caller's project and is none that the catalogue knows."""
    caller = authorize_project(request, services, None, Permission.READ)
    selection = read_selection(await read_json(request), services.clock())
    project_id = caller.project_id
    found = await in_thread(services, lambda: list_unknown_bots(services.visits, selection, project_id))
    return respond(request, found)


@get(DOMAINS_PATH)
async def domains(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List the domains of the caller's project."""
    project = authorize_project(request, services, None, Permission.READ).project
    found = await in_thread(
        services, lambda: list_domains(services.visits, project.name, project.created_at, project.policy)
    )
    return respond(request, found)
