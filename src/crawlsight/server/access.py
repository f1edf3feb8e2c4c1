"""Who may do what: keys by their scopes, people by their roles, the operator's commands what they need."""

import hashlib
import hmac
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Request

from crawlsight.errors import (
    CsrfError,
    ForbiddenError,
    InvalidArgumentError,
    NotFoundError,
    UnauthorizedError,
)
from crawlsight.ingest.policy import Policy
from crawlsight.ledger import Credential, KeyStyle, Project, Role, Scope, Session, User
from crawlsight.server.auth import authenticate_report, has_key, has_operator_token, require
from crawlsight.server.keyless import OPERATOR, keyless_credential
from crawlsight.server.ratelimit import refuse
from crawlsight.server.services import Services

COOKIE = "crawlsight_session"
CSRF_HEADER = "x-csrf-token"
PROJECT_HEADER = "x-crawlsight-project"

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class Permission(StrEnum):
    """What is asked for."""

    READ = "read"
    INGEST = "ingest"
    RECLASSIFY = "reclassify"
    EDIT = "edit"
    OWN = "own"


_SCOPES = {
    Permission.READ: Scope.REPORTS,
    Permission.INGEST: Scope.INGEST,
    Permission.RECLASSIFY: Scope.ADMIN,
    Permission.EDIT: Scope.ADMIN,
    Permission.OWN: Scope.ADMIN,
}

_ROLES = {
    Permission.READ: (Role.VIEWER, Role.EDITOR, Role.OWNER),
    Permission.INGEST: (Role.EDITOR, Role.OWNER),
    Permission.RECLASSIFY: (Role.EDITOR, Role.OWNER),
    Permission.EDIT: (Role.EDITOR, Role.OWNER),
    Permission.OWN: (Role.OWNER,),
}


# Whatever else they do, commands do in the ledger themselves.
_OPERATORS = {Permission.READ, Permission.INGEST, Permission.RECLASSIFY}


class Operator(msgspec.Struct, frozen=True):
    """A command of whoever may read the data directory."""


class ProjectCaller(msgspec.Struct, frozen=True):
    """Somebody who may do what is asked in a project.

    Attributes:
        credential: The key, if it is one, or what stands for it.
        session: The session, if it is one.
        role: The session's role in the project.
    """

    project: Project
    credential: Credential | None = None
    session: Session | None = None
    role: Role | None = None

    @property
    def project_id(self) -> int:
        """The project's id: the only one that queries may use."""
        return self.project.id

    @property
    def policy(self) -> Policy:
        """What the project keeps."""
        return self.project.policy

    @property
    def key_id(self) -> int:
        """The key's id; 0 is nobody's key."""
        return self.credential.key_id if self.credential else 0

    @property
    def style(self) -> KeyStyle:
        """The dialect; people speak the one that takes more."""
        return self.credential.style if self.credential else KeyStyle.BOT


def authorize_project(
    request: Request[Any, Any, Any], services: Services, project: str | None, permission: Permission
) -> ProjectCaller:
    """Find out who asks, for which project, and count the question.

    Args:
        project: Id or name, as the path has it; None where only the header can name one.

    Raises:
        UnauthorizedError: Nobody that is known.
        CsrfError: The request may come from another site's page.
        ForbiddenError: Somebody who may not.
        InvalidArgumentError: Nothing says which project.
        NotFoundError: There is no such project, or none that the caller may know of.
        RateLimitedError: Too many questions.
    """
    wanted = request.headers.get(PROJECT_HEADER) if project is None else unquote(project)
    caller = authenticate(request, services, permission)
    if isinstance(caller, Credential):
        return _check_key(caller, wanted)
    if isinstance(caller, Operator):
        return _find_for_operator(services, wanted)
    return _check_session(services, caller, wanted, permission)


def authenticate(
    request: Request[Any, Any, Any], services: Services, permission: Permission = Permission.READ
) -> Credential | Session | Operator:
    """Find out who asks, in whatever project, and count the question; a key comes before a session.

    Raises:
        UnauthorizedError: Nobody that is known.
        CsrfError: The request may come from another site's page.
        ForbiddenError: A key that lacks the scope, or a command that asks for more than they need.
        RateLimitedError: Too many questions.
    """
    if COOKIE in request.cookies and not has_key(request):
        return authenticate_session(request, services)
    if has_operator_token(request, services.operator_token):
        request.state.rate_headers = {}
        if permission not in _OPERATORS:
            raise ForbiddenError("the token of the operator's commands is not for this; sign in or use a key")
        return Operator()
    caller = authenticate_report(request, services.ledger)
    require(caller, _SCOPES[permission])
    credential = caller.credential
    services.ledger.note_use(credential.key_id)
    request.state.rate_headers = {}
    # An import asks as often as its files are many and large, and they wait for each other.
    if permission is not Permission.INGEST:
        standing, may_pass = services.limits.count_report(credential.key_id)
        request.state.rate_headers = standing.headers()
        if not may_pass:
            raise refuse(standing)
    return credential


def authenticate_session(request: Request[Any, Any, Any], services: Services) -> Session:
    """Find out who is signed in, and count the question.

    Raises:
        UnauthorizedError: Nobody, or the session is over.
        CsrfError: The request changes something and may come from another site's page.
        RateLimitedError: Too many questions.
    """
    token = request.cookies.get(COOKIE, "")
    session = services.ledger.sessions.find(token) if token else None
    if session is None:
        raise UnauthorizedError("nobody is signed in here, or the session is over; sign in")
    if request.method not in _SAFE_METHODS:
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
            raise CsrfError("the header X-CSRF-Token must have the session's token, from GET /v1/session")
    standing, may_pass = services.limits.count_session(session.id)
    request.state.rate_headers = standing.headers()
    if not may_pass:
        raise refuse(standing, "in this session")
    return session


def authenticate_user(request: Request[Any, Any, Any], services: Services) -> tuple[Session, User]:
    """Find out which user is signed in.

    Raises:
        UnauthorizedError: Nobody; keys do not count.
        CsrfError: The request may come from another site's page.
        ForbiddenError: Only a shared link lets them in.
        RateLimitedError: Too many questions.
    """
    session = authenticate_session(request, services)
    if session.user is None:
        raise ForbiddenError("a shared link only reads its project; sign in as a user")
    return session, session.user


def authenticate_admin(request: Request[Any, Any, Any], services: Services) -> User:
    """Find out which administrator is signed in.

    Raises:
        UnauthorizedError: Nobody; keys do not count.
        CsrfError: The request may come from another site's page.
        ForbiddenError: The user is none.
        RateLimitedError: Too many questions.
    """
    _, user = authenticate_user(request, services)
    if not user.is_admin:
        raise ForbiddenError(f"only an administrator may do this, and {user.name!r} is none")
    return user


def csrf_token(token: str) -> str:
    """Give what a page proves by that it can read a session's answers."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()


def _check_key(credential: Credential, wanted: str | None) -> ProjectCaller:
    project = credential.project
    if wanted is not None and wanted not in {project.name, str(project.id)}:
        raise NotFoundError(f"this key's project is {project.name!r}, not {wanted[:100]!r}")
    return ProjectCaller(project, credential=credential)


def _find_for_operator(services: Services, wanted: str | None) -> ProjectCaller:
    if wanted is None:
        raise _unnamed("name")
    # Commands know projects by their names, whatever ids there are.
    project = services.ledger.projects.by_name(wanted)
    return ProjectCaller(project, credential=keyless_credential(OPERATOR, project))


def _unnamed(by: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"X-Crawlsight-Project: send the project's {by} in this header")


def _check_session(
    services: Services, session: Session, wanted: str | None, permission: Permission
) -> ProjectCaller:
    if wanted is None:
        raise _unnamed("id")
    membership = services.ledger.members.membership(session, wanted)
    if membership.role not in _ROLES[permission]:
        least = _ROLES[permission][0].value
        yours = "a shared link only reads" if session.share else f"yours is {membership.role.value}"
        raise ForbiddenError(f"this needs the role {least} in {membership.project.name!r}; {yours}")
    return ProjectCaller(membership.project, session=session, role=membership.role)
