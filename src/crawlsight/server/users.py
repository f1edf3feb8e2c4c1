"""Users, for administrators."""

import asyncio
from typing import Any

from litestar import Request, Response, delete, get, post

from crawlsight.ledger import User
from crawlsight.server.access import authenticate_admin
from crawlsight.server.instants import shown_instant
from crawlsight.server.questions import done, read_as, respond, row_id
from crawlsight.server.services import Services
from crawlsight.server.sign_in_links import sign_in_url
from crawlsight.server.wire_people import NewUser, UserAnswer

PATH = "/v1/users"


@get(PATH)
async def list_users(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List all users by name."""
    authenticate_admin(request, services)
    found = await asyncio.to_thread(services.ledger.users.list)
    return respond(request, [_shown(user) for user in found])


@post(PATH, status_code=201)
async def create_user(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Create a user and the link that lets them in once."""
    authenticate_admin(request, services)
    wanted = await read_as(request, NewUser)
    ledger = services.ledger
    user = await asyncio.to_thread(ledger.users.create, wanted.name, is_admin=wanted.is_admin)
    url, expires_at = await asyncio.to_thread(sign_in_url, ledger, user, services.origins.url(request))
    shown = _shown(user)
    shown.url, shown.expires_at = url, shown_instant(expires_at)
    return respond(request, shown, 201)


@delete(PATH + "/{user_id:int}", status_code=204)
async def delete_user(request: Request[Any, Any, Any], services: Services, user_id: int) -> Response[None]:
    """Delete a user, with all sessions and memberships."""
    authenticate_admin(request, services)
    await asyncio.to_thread(services.ledger.users.delete, row_id(user_id))
    return done(request)


def _shown(user: User) -> UserAnswer:
    return UserAnswer(user.id, user.name, user.is_admin, user.has_password, shown_instant(user.created_at))


ROUTES = (list_users, create_user, delete_user)
