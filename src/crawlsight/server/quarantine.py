"""What was set aside for hosts that are none of a project's: see it, release it, discard it."""

import asyncio
from typing import Any
from urllib.parse import unquote

from litestar import Request, Response, delete, get, post

from crawlsight.ledger.quarantine import QuarantinedHost
from crawlsight.server import wire_projects
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.instants import shown_milliseconds
from crawlsight.server.questions import read_as, respond
from crawlsight.server.services import Services

PATH = "/v1/projects/{project:str}/quarantine"
HOST_PATH = "/v1/projects/{project:str}/quarantine/{host:str}"
RELEASE_PATH = "/v1/projects/{project:str}/quarantine/{host:str}/release"


@get(PATH)
async def list_quarantine(
    request: Request[Any, Any, Any], services: Services, project: str
) -> Response[bytes]:
    """List hosts, those with most records first."""
    caller = authorize_project(request, services, project, Permission.READ)
    found = await asyncio.to_thread(services.ledger.quarantine.hosts, caller.project_id)
    return respond(request, [_shown(host) for host in found])


@post(RELEASE_PATH, status_code=200)
async def release_quarantine(
    request: Request[Any, Any, Any], services: Services, project: str, host: str
) -> Response[bytes]:
    """Store what was set aside of a host; with its domain added, what comes next is stored, too."""
    caller = authorize_project(request, services, project, Permission.EDIT)
    order = await read_as(request, wire_projects.ReleaseOrder)
    ledger = services.ledger
    release = ledger.projects.add_domain if order.add_domain else ledger.quarantine.release
    stored = await asyncio.to_thread(release, caller.project_id, unquote(host))
    ledger.keys.forget_recent()
    services.loader.wake()
    return respond(request, wire_projects.Released(stored))


@delete(HOST_PATH, status_code=200)
async def discard_quarantine(
    request: Request[Any, Any, Any], services: Services, project: str, host: str
) -> Response[bytes]:
    """Throw away what was set aside of a host."""
    caller = authorize_project(request, services, project, Permission.EDIT)
    discarded = await asyncio.to_thread(services.ledger.quarantine.discard, caller.project_id, unquote(host))
    return respond(request, wire_projects.Discarded(discarded))


def _shown(found: QuarantinedHost) -> wire_projects.QuarantinedHost:
    first = shown_milliseconds(found.first_received_at_ms)
    last = shown_milliseconds(found.last_received_at_ms)
    return wire_projects.QuarantinedHost(found.host, found.records, found.rows, first, last)


ROUTES = (list_quarantine, release_quarantine, discard_quarantine)
