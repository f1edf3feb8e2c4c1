"""The parts of the OpenAPI document about projects, what they receive, single visits, and crawlers."""

from typing import Any

import msgspec

from crawlsight.server import wire_logs, wire_projects

_JSON = "application/json"

PROJECT_TYPES = (
    wire_projects.ProjectDetails,
    wire_projects.ProjectOrder,
    wire_projects.ProjectChange,
    wire_projects.ProjectDeletion,
    wire_projects.KeyDetails,
    wire_projects.NewKey,
    wire_projects.KeyOrder,
    wire_projects.ProjectStatus,
    wire_projects.Ingestion,
    wire_projects.RejectedPage,
    wire_projects.QuarantinedHost,
    wire_projects.ReleaseOrder,
    wire_projects.Released,
    wire_projects.Discarded,
    wire_logs.LogsQuery,
    wire_logs.LogsPage,
    wire_logs.CrawlerDetails,
    wire_logs.AssistantDetails,
)

_SECURITY: list[dict[str, list[str]]] = [{"profoundKey": []}, {"bearer": []}, {"session": []}]

_PROBLEMS = {
    "401": "No key and no session, or one that is not good (any more)",
    "403": "Too little may be done by this key, role or shared link",
    "429": "Too many questions; see Retry-After",
    "503": "Temporary trouble; see Retry-After",
}
_MISSING = {"404": "Not this project, or nothing of that id"}
_BAD = {"400": "The body is not JSON", "413": "The body is too large", "422": "A value cannot be"}
_TAKEN = {"409": "The name is taken"}


class _Operation(msgspec.Struct, frozen=True):
    """One operation; *answer* and *body* name schemas, ``[…]`` a list of them."""

    summary: str
    id: str
    answer: str = ""
    body: str = ""
    status: str = "200"
    problems: dict[str, str] = {}
    parameters: tuple[dict[str, Any], ...] = ()
    is_body_required: bool = True


def project_paths() -> dict[str, Any]:
    """Describe all of it."""
    return {
        path: {method: _described(path, operation) for method, operation in operations.items()}
        for path, operations in _OPERATIONS.items()
    }


def _described(path: str, operation: _Operation) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    problems = {**_PROBLEMS, **(_MISSING if names else {}), **operation.problems}
    answer: dict[str, Any] = {"description": operation.summary}
    if operation.answer:
        answer["content"] = {_JSON: {"schema": _schema(operation.answer)}}
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": operation.id,
        "security": _SECURITY,
        "parameters": [*(_in_path(name) for name in names), *operation.parameters],
        "responses": {
            operation.status: answer,
            **{code: _problem(code, text, operation) for code, text in sorted(problems.items())},
        },
    }
    if operation.body:
        schema = _schema(operation.body)
        required = operation.is_body_required
        described["requestBody"] = {"required": required, "content": {_JSON: {"schema": schema}}}
    return described


def _problem(code: str, text: str, operation: _Operation) -> dict[str, Any]:
    if code == "304":
        return {"description": text}
    name = "QueryProblem" if code == "422" and operation.body == "LogsQuery" else "Problem"
    return {"description": text, "content": {_JSON: {"schema": _schema(name)}}}


def _schema(name: str) -> dict[str, Any]:
    if name.startswith("["):
        return {"type": "array", "items": _schema(name[1:-1])}
    return {"$ref": f"#/components/schemas/{name}"}


_IN_PATH = {
    "project": ("Name or id of the project", "string"),
    "host": ("The host", "string"),
    "key_id": ("Id of the key", "integer"),
}


def _in_path(name: str) -> dict[str, Any]:
    description, kind = _IN_PATH[name]
    schema = {"type": kind, **({"minimum": 0} if kind == "integer" else {"minLength": 1})}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


_DAY = {"type": "string"}
_RANGE = (
    _query("start", "YYYY-MM-DD or ISO 8601, UTC; without it, seven days before the end", _DAY),
    _query("end", "The same; a day means all of it; without it, now", _DAY),
)
_REJECTED_PAGE = (
    _query("limit", "How many", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
    _query("before", "`next` of the page before", {"type": "integer", "minimum": 0}),
)
_ETAG = (
    {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of an earlier answer",
        "schema": {"type": "string", "pattern": "^[ -~]*$"},
    },
)
_UNCHANGED = {"304": "As it was"}

_PROJECTS = "/v1/projects"
_PROJECT = "/v1/projects/{project}"

_OPERATIONS: dict[str, dict[str, _Operation]] = {
    _PROJECTS: {
        "get": _Operation("List the projects that the caller may see", "listProjects", "[ProjectDetails]"),
        "post": _Operation(
            "Make a project; for administrators",
            "createProject",
            "ProjectDetails",
            "ProjectOrder",
            "201",
            {**_BAD, **_TAKEN},
        ),
    },
    _PROJECT: {
        "get": _Operation("Show a project and its policy", "showProject", "ProjectDetails"),
        "patch": _Operation(
            "Change a project",
            "changeProject",
            "ProjectDetails",
            "ProjectChange",
            problems={**_BAD, **_TAKEN},
        ),
        "delete": _Operation(
            "Delete a project, its keys and everything it has received",
            "deleteProject",
            body="ProjectDeletion",
            status="204",
            problems=_BAD,
        ),
    },
    f"{_PROJECT}/keys": {
        "get": _Operation("List the project's keys, without their secrets", "listKeys", "[KeyDetails]"),
        "post": _Operation("Make a key", "createKey", "NewKey", "KeyOrder", "201", _BAD),
    },
    f"{_PROJECT}/keys/{{key_id}}": {
        "delete": _Operation("Revoke a key", "revokeKey", status="204"),
    },
    f"{_PROJECT}/status": {
        "get": _Operation("Tell whether the project's logs flow", "showStatus", "ProjectStatus")
    },
    f"{_PROJECT}/ingestion": {
        "get": _Operation(
            "List the hours in which something was received",
            "showIngestion",
            "Ingestion",
            problems={"422": "A date cannot be read"},
            parameters=_RANGE,
        )
    },
    f"{_PROJECT}/rejected": {
        "get": _Operation(
            "List rejected records, newest first",
            "listRejected",
            "RejectedPage",
            problems={"422": "A number cannot be"},
            parameters=_REJECTED_PAGE,
        )
    },
    f"{_PROJECT}/quarantine": {
        "get": _Operation(
            "List the hosts whose records were set aside", "listQuarantine", "[QuarantinedHost]"
        )
    },
    f"{_PROJECT}/quarantine/{{host}}": {
        "delete": _Operation("Throw away what was set aside of a host", "discardQuarantine", "Discarded"),
    },
    f"{_PROJECT}/quarantine/{{host}}/release": {
        "post": _Operation(
            "Store what was set aside of a host",
            "releaseQuarantine",
            "Released",
            "ReleaseOrder",
            problems=_BAD,
        )
    },
    f"{_PROJECT}/logs": {
        "post": _Operation(
            "List single visits, newest first",
            "listLogs",
            "LogsPage",
            "LogsQuery",
            problems={**_BAD, "422": "Mistakes in the question"},
        ),
    },
    "/v1/crawlers": {
        "get": _Operation(
            "List the crawlers that the server knows",
            "listCrawlers",
            "[CrawlerDetails]",
            problems=_UNCHANGED,
            parameters=_ETAG,
        )
    },
    "/v1/assistants": {
        "get": _Operation(
            "List the AI assistants that send people",
            "listAssistants",
            "[AssistantDetails]",
            problems=_UNCHANGED,
            parameters=_ETAG,
        )
    },
}
