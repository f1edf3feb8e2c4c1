"""A project's API keys: list them, make one, revoke one."""

import asyncio
from datetime import datetime
from typing import Any

from litestar import Request, Response, delete, get, post

from crawlsight.errors import InvalidArgumentError
from crawlsight.ledger import ApiKey
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.instants import shown_instant
from crawlsight.server.questions import done, read_as, respond, row_id
from crawlsight.server.services import Services
from crawlsight.server.wire_projects import KeyDetails, KeyOrder, NewKey

PATH = "/v1/projects/{project:str}/keys"


@get(PATH)
async def list_keys(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """List the keys, oldest first, without their secrets."""
    caller = authorize_project(request, services, project, Permission.READ)
    found = await asyncio.to_thread(services.ledger.keys.list, caller.project_id)
    return respond(request, [KeyDetails(**_shown(key)) for key in found])


@post(PATH, status_code=201)
async def create_key(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Make a key and show its secret, this once."""
    caller = authorize_project(request, services, project, Permission.EDIT)
    order = await read_as(request, KeyOrder)
    if not order.scopes:
        raise InvalidArgumentError("scopes: give at least one of logs:ingest, reports:read, admin")
    expires_at = _read_expiry(order.expires_at)

    def create() -> NewKey:
        key_id, secret = services.ledger.keys.create(
            caller.project,
            style=order.style,
            scopes=set(order.scopes),
            name=order.name.strip(),
            expires_at=expires_at,
        )
        (made,) = [key for key in services.ledger.keys.list(caller.project_id) if key.id == key_id]
        return NewKey(**_shown(made), key=secret)

    return respond(request, await asyncio.to_thread(create), 201)


@delete(PATH + "/{key_id:int}", status_code=204)
async def revoke_key(
    request: Request[Any, Any, Any], services: Services, project: str, key_id: int
) -> Response[None]:
    """Revoke a key from the next request on."""
    caller = authorize_project(request, services, project, Permission.EDIT)
    await asyncio.to_thread(services.ledger.keys.revoke, row_id(key_id), caller.project_id)
    return done(request)


def _read_expiry(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        instant.timestamp()
    except (ValueError, OverflowError):
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidArgumentError(
            f"expires_at: {text[:100]!r} is no instant; give one such as 2027-01-31T00:00:00Z, or null"
        )
    return instant


def _shown(key: ApiKey) -> dict[str, Any]:
    def instant(value: datetime | None) -> str | None:
        return None if value is None else shown_instant(value)

    return {
        "id": key.id,
        "name": key.name,
        "style": key.style,
        "hint": key.hint,
        "scopes": list(key.scopes),
        "created_at": shown_instant(key.created_at),
        "expires_at": instant(key.expires_at),
        "revoked_at": instant(key.revoked_at),
        "last_used_at": instant(key.last_used_at),
    }


ROUTES = (list_keys, create_key, revoke_key)
