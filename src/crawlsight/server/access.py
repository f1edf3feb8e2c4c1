"""Who may do what in a project: keys by their scopes."""

from enum import StrEnum
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Request

from crawlsight.errors import ForbiddenError, NotFoundError
from crawlsight.ingest.policy import Policy
from crawlsight.ledger import Credential, KeyStyle, Project, Scope
from crawlsight.server.auth import authenticate_report
from crawlsight.server.ratelimit import refuse
from crawlsight.server.services import Services

PROJECT_HEADER = "x-crawlsight-project"


class Permission(StrEnum):
    """What is asked for."""

    READ = "read"
    INGEST = "ingest"
    EDIT = "edit"
    OWN = "own"


_SCOPES = {
    Permission.READ: Scope.REPORTS,
    Permission.INGEST: Scope.INGEST,
    Permission.EDIT: Scope.ADMIN,
    Permission.OWN: Scope.ADMIN,
}


class ProjectCaller(msgspec.Struct, frozen=True):
    """Somebody who may do what is asked in a project.

    Attributes:
        credential: The key, if it is one.
    """

    project: Project
    credential: Credential | None = None

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
    """Find out who asks, for which project, and count the question unless it is about an upload.

    Args:
        project: Id or name, as the path has it; None where only the header can name one.

    Raises:
        UnauthorizedError: Nobody that is known.
        ForbiddenError: Somebody who may not.
        NotFoundError: There is no such project, or none that the caller may know of.
        RateLimitedError: Too many questions.
    """
    wanted = request.headers.get(PROJECT_HEADER) if project is None else unquote(project)
    return _authorize_key(request, services, wanted, permission)


def _authorize_key(
    request: Request[Any, Any, Any], services: Services, wanted: str | None, permission: Permission
) -> ProjectCaller:
    credential = authenticate_report(request, services.ledger).credential
    scope = _SCOPES[permission]
    if not credential.may(scope):
        raise ForbiddenError(f"the key lacks the scope {scope.value}; create one that has it")
    # An import asks as often as its files are many and large, and they wait for each other.
    if permission is not Permission.INGEST:
        standing, may_pass = services.limits.count_report(credential.key_id)
        request.state.rate_headers = standing.headers()
        if not may_pass:
            raise refuse(standing)
    services.ledger.note_use(credential.key_id)
    policy = credential.policy
    if wanted is not None and wanted not in {credential.project_name, str(policy.project_id)}:
        raise NotFoundError(f"this key's project is {credential.project_name!r}, not {wanted[:100]!r}")
    project = Project(policy.project_id, credential.project_name, policy, credential.project_created_at)
    return ProjectCaller(project, credential)
