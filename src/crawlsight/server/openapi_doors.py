"""The parts of the OpenAPI document about the other ways in: vendors' feeds and uploaded files."""

from typing import Any

from crawlsight.feeds import CHALLENGE_PATH, FEEDS
from crawlsight.server.uploads import MOST_WAIT_MS

_JSON = "application/json"

_PROJECT = {
    "name": "project",
    "in": "path",
    "required": True,
    "description": "Name or id of the key's own project",
    "schema": {"type": "string"},
}


def feed_paths() -> dict[str, Any]:
    """Describe the feeds; their bodies are their vendors' own."""
    answers = {
        "200": {"description": "Taken in, in the vendor's own form"},
        "400": {"description": "Not the vendor's form"},
        "401": {"description": "No key where the vendor puts it, or one that is not good"},
        "403": {"description": "The key lacks the scope logs:ingest"},
        "405": {"description": "A method that the vendor does not use"},
        "429": {"description": "Too many requests or entries"},
        "503": {"description": "Temporary trouble; send it again"},
    }
    paths: dict[str, Any] = {
        feed.path: {
            "post": {
                "summary": f"Logs as {feed.name} sends them",
                "operationId": f"feed_{feed.name}",
                "responses": answers,
            }
        }
        for feed in FEEDS.values()
    }
    paths[CHALLENGE_PATH] = {
        "get": {
            "summary": "Which Fastly services may log here",
            "operationId": "fastlyChallenge",
            "responses": {"200": {"description": "Hashes of service ids, one a line, or *"}},
        }
    }
    return paths


def upload_paths(problems: dict[str, Any]) -> dict[str, Any]:
    """Describe uploads.

    Args:
        problems: Answers to requests that are refused.
    """
    upload = {"$ref": "#/components/schemas/UploadStanding"}
    listed = {"content": {_JSON: {"schema": {"type": "array", "items": upload}}}}
    security: list[dict[str, list[str]]] = [{"profoundKey": []}, {"ansehnKey": []}, {"bearer": []}]
    collection, single = "/v1/projects/{project}/uploads", "/v1/projects/{project}/uploads/{upload_id}"
    file = {"schema": {"type": "string", "format": "binary"}}
    form = {"type": "object", "properties": {"files": {"type": "array", "items": file["schema"]}}}
    return {
        collection: {
            "post": {
                "summary": "Upload log files, plain, gzip, zstd or bzip2",
                "operationId": "uploadFiles",
                "security": security,
                "parameters": [
                    _PROJECT,
                    _query("format", "Name of the format; auto looks at the first lines"),
                    _query(
                        "template", "Apache's LogFormat or nginx's log_format, with format apache or nginx"
                    ),
                    _query("host", "Site of lines that name none"),
                    _query("name", "Name of the file, when the body is one"),
                    _query("fingerprint", "What identifies its content where it comes from; 64 characters"),
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/octet-stream": file, "multipart/form-data": {"schema": form}},
                },
                "responses": {"202": {"description": "Received; being imported", **listed}, **problems},
            },
            "get": {
                "summary": "List the uploads of the last days",
                "operationId": "listUploads",
                "security": security,
                "parameters": [
                    _PROJECT,
                    {
                        **_query("fingerprint", "List the imported ones that have one of these"),
                        "schema": {
                            "type": "array",
                            "maxItems": 100,
                            "items": {"type": "string", "maxLength": 64},
                        },
                    },
                ],
                "responses": {"200": {"description": "Newest first", **listed}, **problems},
            },
        },
        single: {
            "get": {
                "summary": "How far an upload is",
                "operationId": "showUpload",
                "security": security,
                "parameters": [
                    _PROJECT,
                    {**_PROJECT, "name": "upload_id", "description": "Id of the upload"},
                    {
                        **_query("wait_ms", "Wait so long for its end before answering"),
                        "schema": {"type": "integer", "minimum": 0, "maximum": MOST_WAIT_MS, "default": 0},
                    },
                ],
                "responses": {
                    "200": {"description": "Its standing", "content": {_JSON: {"schema": upload}}},
                    **problems,
                },
            }
        },
    }


def _query(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}
