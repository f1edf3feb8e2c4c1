"""Projects: list, make, show, change, and delete them with everything they have received."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, patch, post

from crawlsight.errors import InvalidArgumentError
from crawlsight.ledger import Credential, Project, Role
from crawlsight.server.access import (
    Operator,
    Permission,
    authenticate,
    authenticate_admin,
    authorize_project,
)
from crawlsight.server.deletion import purge_deleted
from crawlsight.server.instants import shown_instant
from crawlsight.server.questions import done, in_thread, read_as, respond
from crawlsight.server.services import Services
from crawlsight.server.wire_projects import ProjectChange, ProjectDeletion, ProjectDetails, ProjectOrder

PATH = "/v1/projects"
_EVERY_UPLOAD = 1_000_000

PROJECT_PATH = "/v1/projects/{project:str}"


@get(PATH)
async def list_projects(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """List the projects that the caller may see: a key's own, a session's by name, to commands all."""
    caller = authenticate(request, services)
    if isinstance(caller, Credential):
        return respond(request, [shown(caller.project, None)])
    if isinstance(caller, Operator):
        every = await asyncio.to_thread(services.ledger.projects.list)
        return respond(request, [shown(project, None) for project in every])
    memberships = await asyncio.to_thread(services.ledger.members.memberships, caller)
    return respond(request, [shown(found.project, found.role) for found in memberships])


@post(PATH, status_code=201)
async def create_project(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Make a project, whose owner its maker becomes."""
    user = authenticate_admin(request, services)
    order = await read_as(request, ProjectOrder)

    def create() -> Project:
        made = services.ledger.projects.create(
            order.name,
            domains=tuple(order.domains),
            keep=order.keep,
            retention_days=order.retention_days,
            ip_policy=order.ip_policy,
            human_ip_policy=order.human_ip_policy,
        )
        services.ledger.members.put(made.id, user.id, Role.OWNER)
        return made

    return respond(request, shown(await asyncio.to_thread(create), Role.OWNER), 201)


@get(PROJECT_PATH)
async def show_project(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Show a project and its policy."""
    caller = authorize_project(request, services, project, Permission.READ)
    return respond(request, shown(caller.project, caller.role))


@patch(PROJECT_PATH)
async def change_project(
    request: Request[Any, Any, Any], services: Services, project: str
) -> Response[bytes]:
    """Change what is given; hosts that become the project's leave quarantine."""
    caller = authorize_project(request, services, project, Permission.EDIT)
    order = await read_as(request, ProjectChange)
    changes = {
        name: value for name, value in msgspec.structs.asdict(order).items() if value is not msgspec.UNSET
    }
    changed = await asyncio.to_thread(services.ledger.projects.change, caller.project_id, changes)
    services.ledger.keys.forget_recent()
    services.loader.wake()
    return respond(request, shown(changed, caller.role))


@delete(PROJECT_PATH, status_code=204)
async def delete_project(request: Request[Any, Any, Any], services: Services, project: str) -> Response[None]:
    """Delete a project: its keys work no more, then its visits go."""
    caller = authorize_project(request, services, project, Permission.OWN)
    name = (await read_as(request, ProjectDeletion)).name
    if name != caller.project.name:
        raise InvalidArgumentError(
            f"name: {name[:100]!r} is not the name of this project, {caller.project.name!r}"
        )
    await asyncio.to_thread(_delete, services, caller.project_id)
    await in_thread(services, lambda: purge_deleted(services))
    return done(request)


def _delete(services: Services, project_id: int) -> None:
    ledger = services.ledger
    uploads = ledger.uploads.list(project_id, _EVERY_UPLOAD)
    ledger.projects.delete(project_id)
    ledger.keys.forget_recent()
    for upload in uploads:
        # One that is being imported is read to its end; what is stored of it is purged.
        (services.importer.folder / upload.id).unlink(missing_ok=True)


def shown(project: Project, role: Role | None) -> ProjectDetails:
    """Put a project in the words of the API."""
    policy = project.policy
    return ProjectDetails(
        id=project.id,
        name=project.name,
        role=None if role is None else role.value,
        domains=list(policy.domains),
        keep=policy.keep,
        retention_days=policy.retention_days,
        ip_policy=policy.ip_policy,
        human_ip_policy=policy.human_ip_policy,
        created_at=shown_instant(project.created_at),
    )


ROUTES = (list_projects, create_project, show_project, change_project, delete_project)
