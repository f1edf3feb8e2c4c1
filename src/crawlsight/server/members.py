"""Members of a project, and the links into it: invitations and shares."""

import asyncio
from typing import Any

from litestar import Request, Response, delete, get, patch, post

from crawlsight.errors import InvalidArgumentError
from crawlsight.ledger import Invitation, Member, Role, Share
from crawlsight.server.access import COOKIE, Permission, authenticate_user, authorize_project
from crawlsight.server.instants import shown_instant
from crawlsight.server.questions import done, read_as, respond, row_id
from crawlsight.server.services import Services
from crawlsight.server.sessions import answer_session, check_origin, forget_cookie
from crawlsight.server.wire_people import (
    Acceptance,
    InvitationAnswer,
    MemberAnswer,
    NewMember,
    NewRole,
    NewShare,
    ShareAnswer,
)

MEMBERS_PATH = "/v1/projects/{project:str}/members"
INVITATIONS_PATH = "/v1/projects/{project:str}/invitations"
SHARES_PATH = "/v1/projects/{project:str}/shares"
ACCEPT_PATH = "/v1/invitations/accept"


@get(MEMBERS_PATH)
async def list_members(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """List the members by name."""
    caller = authorize_project(request, services, project, Permission.OWN)
    found = await asyncio.to_thread(services.ledger.members.list, caller.project_id)
    return respond(request, [_shown_member(member) for member in found])


@post(MEMBERS_PATH, status_code=201)
async def add_member(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Make a user who exists a member."""
    caller = authorize_project(request, services, project, Permission.OWN)
    wanted = await read_as(request, NewMember)
    user = await asyncio.to_thread(services.ledger.users.by_name, wanted.name)
    member = await asyncio.to_thread(
        services.ledger.members.put, caller.project_id, user.id, Role(wanted.role)
    )
    return respond(request, _shown_member(member), 201)


@patch(MEMBERS_PATH + "/{user_id:int}")
async def change_member(
    request: Request[Any, Any, Any], services: Services, project: str, user_id: int
) -> Response[bytes]:
    """Give a member another role."""
    caller = authorize_project(request, services, project, Permission.OWN)
    role = Role((await read_as(request, NewRole)).role)
    member = await asyncio.to_thread(services.ledger.members.change, caller.project_id, row_id(user_id), role)
    return respond(request, _shown_member(member))


@delete(MEMBERS_PATH + "/{user_id:int}", status_code=204)
async def remove_member(
    request: Request[Any, Any, Any], services: Services, project: str, user_id: int
) -> Response[None]:
    """End a membership."""
    caller = authorize_project(request, services, project, Permission.OWN)
    await asyncio.to_thread(services.ledger.members.remove, caller.project_id, row_id(user_id))
    return done(request)


@get(INVITATIONS_PATH)
async def list_invitations(
    request: Request[Any, Any, Any], services: Services, project: str
) -> Response[bytes]:
    """List the invitations that nobody has accepted yet."""
    caller = authorize_project(request, services, project, Permission.OWN)
    found = await asyncio.to_thread(services.ledger.invitations.list, caller.project_id)
    return respond(request, [_shown_invitation(invitation) for invitation in found])


@post(INVITATIONS_PATH, status_code=201)
async def invite(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Make a link that makes somebody a member, once."""
    caller = authorize_project(request, services, project, Permission.OWN)
    role = Role((await read_as(request, NewRole)).role)
    invitation, token = await asyncio.to_thread(services.ledger.invitations.create, caller.project_id, role)
    shown = _shown_invitation(invitation)
    shown.url = f"{services.origins.url(request)}/join#token={token}"
    return respond(request, shown, 201)


@delete(INVITATIONS_PATH + "/{invitation_id:int}", status_code=204)
async def withdraw_invitation(
    request: Request[Any, Any, Any], services: Services, project: str, invitation_id: int
) -> Response[None]:
    """Withdraw an invitation."""
    caller = authorize_project(request, services, project, Permission.OWN)
    await asyncio.to_thread(services.ledger.invitations.delete, caller.project_id, row_id(invitation_id))
    return done(request)


@post(ACCEPT_PATH, status_code=200)
async def accept_invitation(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Become a member: as a new user with name and password, or as who is signed in."""
    check_origin(request, services)
    wanted = await read_as(request, Acceptance)
    if wanted.name is None and wanted.password is None:
        session, user = authenticate_user(request, services)
        await asyncio.to_thread(services.ledger.invitations.accept, wanted.token, user.id)
        return await answer_session(request, services, request.cookies[COOKIE], session)
    if wanted.name is None or wanted.password is None:
        raise InvalidArgumentError("send name and password for a new user, or sign in and send neither")
    address = services.origins.address(request)
    services.limits.sign_in.attempt(address=address)
    token = await asyncio.to_thread(
        services.ledger.invitations.accept_as_new, wanted.token, wanted.name, wanted.password
    )
    services.limits.sign_in.forgive(address=address)
    await forget_cookie(request, services)
    request.state.rate_headers = {}
    return await answer_session(request, services, token)


@get(SHARES_PATH)
async def list_shares(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """List the links by which anybody may read the project."""
    caller = authorize_project(request, services, project, Permission.OWN)
    found = await asyncio.to_thread(services.ledger.shares.list, caller.project_id)
    return respond(request, [_shown_share(share) for share in found])


@post(SHARES_PATH, status_code=201)
async def share_project(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Make a link by which anybody may read the project."""
    caller = authorize_project(request, services, project, Permission.OWN)
    wanted = await read_as(request, NewShare)
    share, token = await asyncio.to_thread(services.ledger.shares.create, caller.project_id, wanted.name)
    shown = _shown_share(share)
    shown.url = f"{services.origins.url(request)}/share#token={token}"
    return respond(request, shown, 201)


@delete(SHARES_PATH + "/{share_id:int}", status_code=204)
async def withdraw_share(
    request: Request[Any, Any, Any], services: Services, project: str, share_id: int
) -> Response[None]:
    """End a share, and all sessions that came by it."""
    caller = authorize_project(request, services, project, Permission.OWN)
    await asyncio.to_thread(services.ledger.shares.delete, caller.project_id, row_id(share_id))
    return done(request)


def _shown_member(member: Member) -> MemberAnswer:
    return MemberAnswer(member.user_id, member.name, member.role.value)


def _shown_invitation(found: Invitation) -> InvitationAnswer:
    return InvitationAnswer(
        found.id, found.role.value, shown_instant(found.created_at), shown_instant(found.expires_at)
    )


def _shown_share(share: Share) -> ShareAnswer:
    return ShareAnswer(share.id, share.name, shown_instant(share.created_at))


ROUTES = (
    list_members,
    add_member,
    change_member,
    remove_member,
    list_invitations,
    invite,
    withdraw_invitation,
    accept_invitation,
    list_shares,
    share_project,
    withdraw_share,
)
