"""The OpenAPI 3.1 document, made of the wire types."""

from functools import cache
from typing import Any

import msgspec

from crawlsight import __version__
from crawlsight.ingest.explain import Explanation
from crawlsight.reports import DIMENSIONS, METRICS, Report
from crawlsight.server import wire
from crawlsight.server.openapi_doors import feed_paths, upload_paths
from crawlsight.server.openapi_projects import PROJECT_TYPES, project_paths
from crawlsight.server.openapi_sessions import open_to_sessions, people_paths
from crawlsight.server.wire_people import PEOPLE_TYPES

_JSON = "application/json"

_SCHEMES = {
    "ansehnKey": {"type": "apiKey", "in": "header", "name": "x-ansehn-api-key"},
    "profoundKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "crawlsight_session"},
}

_TYPES = (
    wire.LogRecord,
    wire.LogEnvelope,
    wire.AnsehnSummary,
    wire.ProfoundAnswer,
    wire.Problem,
    wire.QueryProblem,
    wire.ReportQuery,
    wire.UploadStanding,
    Explanation,
    wire.ReportAnswer,
    wire.UnknownBotsQuery,
    wire.UnknownBotsAnswer,
    wire.ReclassifyOrder,
    wire.ReclassifyAnswer,
    wire.Domain,
    wire.Readiness,
    *PEOPLE_TYPES,
    *PROJECT_TYPES,
)

_INGEST_PROBLEMS = {
    "400": "No Idempotency-Key, or the body is not JSON",
    "401": "No key, or one that is not good (any more)",
    "403": "The key lacks the scope logs:ingest",
    "409": "The Idempotency-Key was used for another body",
    "413": "Too many bytes or records",
    "415": "Unknown Content-Encoding",
    "429": "Too many requests; see Retry-After",
    "500": "Unexpected failure (Profound dialect); nothing was stored",
    "503": "Temporary trouble (Ansehn dialect); nothing was stored, see Retry-After",
}

_REPORT_PROBLEMS = {code: _INGEST_PROBLEMS[code] for code in ("401", "429", "503")} | {
    "403": "The key lacks the scope reports:read",
    "413": "The query is too large",
}


_UPLOAD_PROBLEMS = {code: _INGEST_PROBLEMS[code] for code in ("400", "401", "403", "503")} | {
    "404": "Not the key's project, or no such upload",
    "413": "The file is too large",
    "422": "No such format, no file in the form, or a fingerprint or wait_ms that cannot be",
}


@cache
def openapi_document() -> dict[str, Any]:
    """Build the document."""
    _, components = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    questions: dict[str, Any] = {
        f"/v{version}/reports/{report.value}": {"post": _report(report, version)}
        for version in (1, 2)
        for report in Report
    }
    questions["/v1/reports/unknown_bots"] = {"post": _unknown_bots()}
    questions["/v1/reclassify"] = {"post": _reclassify()}
    questions["/v1/explain"] = {"post": _explain()}
    questions["/v1/org/domains"] = {"get": _domains()}
    questions |= upload_paths({code: _content(text, "Problem") for code, text in _UPLOAD_PROBLEMS.items()})
    paths: dict[str, Any] = {"/v1/logs/custom": {"post": _ingest()}}
    paths |= {path: open_to_sessions(path, item) for path, item in questions.items()}
    paths |= {**feed_paths(), **people_paths(), **project_paths()}
    paths["/livez"] = {"get": _operation("Is the process alive?", "livez", {"200": _text("It is")})}
    paths["/readyz"] = {
        "get": _operation(
            "Can it take logs and answer reports?",
            "readyz",
            {"200": _content("It can", "Readiness"), "503": _content("Something fails", "Readiness")},
        )
    }
    paths["/metrics"] = {
        "get": _operation("Prometheus metrics", "metrics", {"200": _text("Exposition text")})
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Crawlsight",
            "version": __version__,
            "description": "Which AI crawlers read your site, what they read, and whom they send back.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    }


def _ingest() -> dict[str, Any]:
    record, envelope = _ref("LogRecord"), _ref("LogEnvelope")
    batch = {"type": "array", "items": record, "maxItems": 1000}
    accepted = {"oneOf": [_ref("AnsehnSummary"), _ref("ProfoundAnswer")]}
    operation = _operation(
        "Send a batch of log records",
        "takeLogs",
        {
            "200": {
                "description": "Stored durably, or stored before",
                "content": {_JSON: {"schema": accepted}},
            },
            "422": {
                "description": "No valid record (Ansehn dialect), or no array (Profound dialect)",
                "content": {_JSON: {"schema": {"oneOf": [_ref("AnsehnSummary"), _ref("Problem")]}}},
            },
            **{code: _content(text, "Problem") for code, text in _INGEST_PROBLEMS.items()},
        },
    )
    return {
        **operation,
        "security": [{"ansehnKey": []}, {"bearer": []}, {"profoundKey": []}],
        "parameters": [
            _header("Idempotency-Key", "Stable for this batch; required with an ank_ key", maxLength=255),
            _header("Content-Encoding", "How the body is compressed", enum=["gzip", "deflate", "zstd", "br"]),
        ],
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {"schema": {"oneOf": [batch, envelope, record]}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
    }


def _report(report: Report, version: int) -> dict[str, Any]:
    metrics = ", ".join(name for name, found in METRICS[report].items() if found.since_version <= version)
    dimensions = ", ".join(
        name for name, found in DIMENSIONS[report].items() if found.since_version <= version
    )
    operation = _operation(
        f"Report on {report.value}",
        f"{report.value}ReportV{version}",
        {
            "200": _content("The report", "ReportAnswer"),
            "422": _content("Mistakes in the query", "QueryProblem"),
            **{code: _content(text, "Problem") for code, text in _REPORT_PROBLEMS.items()},
        },
    )
    return {
        **operation,
        "description": f"Metrics: {metrics}. Dimensions: {dimensions}.",
        "security": [{"profoundKey": []}, {"bearer": []}],
        "requestBody": {"required": True, "content": {_JSON: {"schema": _ref("ReportQuery")}}},
    }


def _unknown_bots() -> dict[str, Any]:
    operation = _question(
        "List user agents that look like bots and match no entry of the catalogue",
        "listUnknownBots",
        "UnknownBotsQuery",
        "UnknownBotsAnswer",
    )
    return {**operation, "description": "Most visits first. The key needs the scope reports:read."}


def _reclassify() -> dict[str, Any]:
    operation = _question(
        "Judge the project's stored visits again, by what the server knows now",
        "reclassify",
        "ReclassifyOrder",
        "ReclassifyAnswer",
    )
    operation["responses"]["403"] = _content("The key lacks the scope admin", "Problem")
    return {**operation, "description": "The key needs the scope admin."}


def _explain() -> dict[str, Any]:
    operation = _question(
        "Say what would become of a record, and which rules say so", "explain", "LogRecord", "Explanation"
    )
    return {
        **operation,
        "description": "By the key's dialect and its project's policy; nothing is stored. The key needs the"
        " scope reports:read.",
    }


def _question(summary: str, operation_id: str, question: str, answer: str) -> dict[str, Any]:
    responses = {
        "200": _content("The answer", answer),
        "422": _content("Mistakes in the question", "QueryProblem"),
        **{code: _content(text, "Problem") for code, text in _REPORT_PROBLEMS.items()},
    }
    return {
        **_operation(summary, operation_id, responses),
        "security": [{"profoundKey": []}, {"bearer": []}],
        "requestBody": {"required": True, "content": {_JSON: {"schema": _ref(question)}}},
    }


def _domains() -> dict[str, Any]:
    listed = {"type": "array", "items": _ref("Domain")}
    operation = _operation(
        "List the domains of the key's project",
        "listDomains",
        {
            "200": {"description": "The domains", "content": {_JSON: {"schema": listed}}},
            **{code: _content(text, "Problem") for code, text in _REPORT_PROBLEMS.items() if code != "413"},
        },
    )
    return {**operation, "security": [{"profoundKey": []}, {"bearer": []}]}


def _operation(summary: str, operation_id: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "operationId": operation_id, "responses": responses}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(description: str, name: str) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": _ref(name)}}}


def _text(description: str) -> dict[str, Any]:
    return {"description": description}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }
