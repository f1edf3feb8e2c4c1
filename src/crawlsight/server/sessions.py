"""Sign in and out, see who is signed in, and change one's password."""

import asyncio
from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import Cookie

from crawlsight import __version__
from crawlsight.errors import CsrfError, ForbiddenError, InvalidArgumentError, UnauthorizedError
from crawlsight.ledger import Membership, Session
from crawlsight.ledger.sessions import SESSION_DAYS
from crawlsight.ledger.users import name_key
from crawlsight.server.access import COOKIE, authenticate_session, authenticate_user, csrf_token
from crawlsight.server.instants import shown_instant
from crawlsight.server.questions import done, read_as, respond
from crawlsight.server.services import Services
from crawlsight.server.wire_people import (
    NewPassword,
    ServerInfo,
    SessionAnswer,
    SessionProject,
    SignedInShare,
    SignedInUser,
    SignIn,
)

PATH = "/v1/session"
PASSWORD_PATH = "/v1/session/password"  # noqa: S105 - a path

_COOKIE_SECONDS = SESSION_DAYS * 86_400


@get(PATH)
async def show_session(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Say who is signed in and what they may see; the cookie lives on for another thirty days."""
    session = authenticate_session(request, services)
    return await answer_session(request, services, request.cookies[COOKIE], session)


@post(PATH, status_code=200)
async def sign_in(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Sign in by password, by a one-time link, or by a share's link."""
    check_origin(request, services)
    wanted = await read_as(request, SignIn)
    given = {field: getattr(wanted, field) is not None for field in ("name", "password", "token", "share")}
    ways = [field for field, is_given in given.items() if is_given]
    address = services.origins.address(request)
    if ways == ["name", "password"]:
        token = await _by_password(services, address, wanted.name or "", wanted.password or "")
    elif ways == ["token"]:
        token = await _by_link(services, address, wanted.token or "")
    elif ways == ["share"]:
        token = await _by_share(services, address, wanted.share or "")
    else:
        raise InvalidArgumentError("send name and password, or only token, or only share")
    await forget_cookie(request, services)
    request.state.rate_headers = {}
    return await answer_session(request, services, token)


@delete(PATH, status_code=204)
async def sign_out(request: Request[Any, Any, Any], services: Services) -> Response[None]:
    """End the session."""
    session = authenticate_session(request, services)
    await asyncio.to_thread(services.ledger.sessions.end, session.id)
    return Response(None, status_code=204, cookies=[_cookie(request, services, "", 0)])


@put(PASSWORD_PATH, status_code=204)
async def set_password(request: Request[Any, Any, Any], services: Services) -> Response[None]:
    """Set the password and end the user's other sessions."""
    session, user = authenticate_user(request, services)
    wanted = await read_as(request, NewPassword)
    if user.has_password and not session.is_by_link:
        if wanted.current is None:
            raise InvalidArgumentError("current: send the present password, too")
        failures, who = services.limits.sign_in, {"name": name_key(user.name)}
        failures.attempt(**who)
        if await asyncio.to_thread(services.ledger.users.sign_in, user.name, wanted.current) is None:
            raise ForbiddenError("the present password is another one; without it, ask for a sign-in link")
        failures.forgive(**who)
    await asyncio.to_thread(services.ledger.users.set_password, user.id, wanted.password, session.id)
    return done(request)


def check_origin(request: Request[Any, Any, Any], services: Services) -> None:
    """Refuse what another site's page sends.

    Raises:
        CsrfError: It is that.
    """
    if not services.origins.is_own(request):
        origin = request.headers.get("origin", "")[:100]
        raise CsrfError(
            f"a page of {origin!r} cannot sign in here; set CRAWLSIGHT_PUBLIC_URL if it is this one"
        )


async def forget_cookie(request: Request[Any, Any, Any], services: Services) -> None:
    """End the session whose place another one takes in the browser."""
    if old := request.cookies.get(COOKIE):
        session = await asyncio.to_thread(services.ledger.sessions.find, old)
        if session is not None:
            await asyncio.to_thread(services.ledger.sessions.end, session.id)


async def answer_session(
    request: Request[Any, Any, Any], services: Services, token: str, session: Session | None = None
) -> Response[bytes]:
    """Answer with a session and its cookie."""
    session = session or await asyncio.to_thread(services.ledger.sessions.find, token)
    if session is None:
        raise UnauthorizedError("the session has just been ended; sign in again")
    memberships = await asyncio.to_thread(services.ledger.members.memberships, session)
    user, share = session.user, session.share
    body = SessionAnswer(
        user=None if user is None else SignedInUser(user.id, user.name, user.is_admin),
        share=None if share is None else SignedInShare(share.name),
        csrf_token=csrf_token(token),
        projects=[shown_membership(found) for found in memberships],
        must_set_password=user is not None and (session.is_by_link or not user.has_password),
        server=ServerInfo(__version__, services.origins.url(request)),
    )
    answer = respond(request, body)
    answer.set_cookie(_cookie(request, services, token, _COOKIE_SECONDS))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def shown_membership(found: Membership) -> SessionProject:
    """Put a project in the words of the API."""
    project = found.project
    return SessionProject(
        id=project.id,
        name=project.name,
        role=found.role.value,
        domains=list(project.policy.domains),
        keep=project.policy.keep.value,
        retention_days=project.policy.retention_days,
        created_at=shown_instant(project.created_at),
    )


async def _by_password(services: Services, address: str, name: str, password: str) -> str:
    failures, who = services.limits.sign_in, {"name": name_key(name), "address": address}
    failures.attempt(**who)
    user = await asyncio.to_thread(services.ledger.users.sign_in, name, password)
    if user is None:
        raise UnauthorizedError("name or password is wrong")
    failures.forgive(**who)
    return await asyncio.to_thread(services.ledger.sessions.start, user.id)


async def _by_link(services: Services, address: str, link: str) -> str:
    services.limits.sign_in.attempt(address=address)
    token = await asyncio.to_thread(services.ledger.sessions.start_by_link, link)
    if token is None:
        raise UnauthorizedError(
            "the sign-in link is unknown, used or expired; 'crawlsight user link NAME' makes a new one"
        )
    services.limits.sign_in.forgive(address=address)
    return token


async def _by_share(services: Services, address: str, link: str) -> str:
    services.limits.sign_in.attempt(address=address)
    token = await asyncio.to_thread(services.ledger.sessions.start_by_share, link)
    if token is None:
        raise UnauthorizedError("the shared link is unknown or was withdrawn; ask for a new one")
    services.limits.sign_in.forgive(address=address)
    return token


def _cookie(request: Request[Any, Any, Any], services: Services, value: str, seconds: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=services.origins.is_secure(request),
    )


ROUTES = (show_session, sign_in, sign_out, set_password)
