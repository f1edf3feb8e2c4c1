"""POST /v1/explain: what would become of a record, and why."""

from typing import Any

from litestar import Request, Response, post

from crawlsight.errors import QueryError
from crawlsight.ingest.validate import InvalidRecordError
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.questions import read_json, respond
from crawlsight.server.services import Services

PATH = "/v1/explain"


@post(PATH, status_code=200)
async def explain(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:
    """Explain one record by the caller's dialect and policy; nothing is stored."""
    caller = authorize_project(request, services, None, Permission.READ)
    record = await read_json(request)
    if not isinstance(record, dict):
        raise QueryError([{"loc": ["body"], "msg": "send one record, an object", "type": "dict_type"}])
    try:
        found = services.judging.explain(caller.style, record, caller.policy, services.clock())
    except InvalidRecordError as error:
        raise QueryError(
            [{"loc": ["body", error.field], "msg": error.message, "type": "value_error"}]
        ) from None
    return respond(request, found)
