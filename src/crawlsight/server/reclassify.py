"""Judge a project's stored visits again, by what the server knows now."""

from typing import Any

from litestar import Request, Response, post

from crawlsight.errors import QueryError, UnavailableError
from crawlsight.ingest.reclassification import Reclassifier
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.questions import in_thread, read_json, respond
from crawlsight.server.services import Services
from crawlsight.visits import Reclassified

PATH = "/v1/reclassify"


@post(PATH, status_code=200)
async def reclassify(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Say what would change in the caller's project, or change it."""
    project_id = authorize_project(request, services, None, Permission.RECLASSIFY).project_id
    is_dry_run = _read_order(await read_json(request))
    return respond(request, await in_thread(services, lambda: _judge(services, project_id, is_dry_run)))


def _judge(services: Services, project_id: int, is_dry_run: bool) -> Reclassified:
    if not is_dry_run and not services.loader.has_caught_up:
        raise UnavailableError("what an earlier run began to load is not loaded yet; try again in a moment")
    classify = Reclassifier(services.judging.knowledge).classify
    return services.visits.reclassify(project_id, classify, is_dry_run=is_dry_run)


def _read_order(body: Any) -> bool:
    if not isinstance(body, dict):
        raise QueryError([{"loc": ["body"], "msg": "Input should be an object", "type": "dict_type"}])
    details: list[dict[str, object]] = [
        {"loc": ["body", name], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
        for name in body
        if name != "dry_run"
    ]
    is_dry_run = body.get("dry_run", True)
    if not isinstance(is_dry_run, bool):
        details.append(
            {"loc": ["body", "dry_run"], "msg": "Input should be a valid boolean", "type": "bool_type"}
        )
    if details:
        raise QueryError(details)
    return bool(is_dry_run)
