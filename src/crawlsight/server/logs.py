"""POST /v1/projects/{project}/logs: single visits, page by page or as they come."""

from typing import Any

from litestar import Request, Response, post

from crawlsight.reports.logs import answer_logs, read_logs_query
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.questions import in_thread, read_json, respond
from crawlsight.server.services import Services

PATH = "/v1/projects/{project:str}/logs"


@post(PATH, status_code=200)
async def list_logs(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """List visits, newest first."""
    caller = authorize_project(request, services, project, Permission.READ)
    query = read_logs_query(await read_json(request), services.clock())
    project_id = caller.project_id
    found = await in_thread(services, lambda: answer_logs(services.visits, query, project_id))
    return respond(request, found)


ROUTES = (list_logs,)
