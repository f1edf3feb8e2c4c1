"""The API's description: /openapi.json for programs, /docs for people, without any foreign script."""

from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import msgspec
from litestar import Request, Response, get

from crawlsight.server.openapi import openapi_document


@get("/openapi.json")
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:  # noqa: ARG001
    """Give the OpenAPI document."""
    return Response(msgspec.json.encode(openapi_document()), media_type="application/json")


@get("/docs")
async def docs_page(request: Request[Any, Any, Any]) -> Response[bytes]:  # noqa: ARG001
    """Show every endpoint on one page."""
    return Response(
        _render(),
        media_type="text/html",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


@cache
def _render() -> bytes:
    document = openapi_document()
    operations = [
        _render_operation(method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    schemas = [_render_schema(name, schema) for name, schema in document["components"]["schemas"].items()]
    template = (files("crawlsight.server") / "docs.html").read_text(encoding="utf-8")
    page = (
        template.replace("{version}", escape(document["info"]["version"]))
        .replace("{description}", escape(document["info"]["description"]))
        .replace("{operations}", "\n".join(operations))
        .replace("{schemas}", "\n".join(schemas))
    )
    return page.encode()


def _render_operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td class=num>{code}</td><td>{escape(answer['description'])}</td><td>{_links(answer)}</td></tr>"
        for code, answer in sorted(operation["responses"].items())
    )
    description = escape(operation.get("description", ""))
    body = _links(operation["requestBody"]) if "requestBody" in operation else ""
    takes = f"<p>Takes {body}.</p>" if body else ""
    return (
        f"<section><h2><b>{method.upper()}</b> <code>{escape(path)}</code></h2>"
        f"<p>{escape(operation['summary'])}. {description}</p>{takes}"
        f"<div class=wide><table><tr><th class=num>Status</th><th>Meaning</th><th>Body</th></tr>{rows}</table></div>"
        "</section>"
    )


def _render_schema(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{escape(_type_name(of))}</td>"
        f"<td>{'required' if field in required else ''}</td><td>{escape(of.get('description', ''))}</td></tr>"
        for field, of in schema.get("properties", {}).items()
    )
    return (
        f"<section id={escape(name)}><h3>{escape(name)}</h3><p>{escape(schema.get('description', ''))}</p>"
        f"<div class=wide><table><tr><th>Field</th><th>Type</th><th></th><th></th></tr>{rows}</table></div></section>"
    )


def _type_name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_name(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type_name(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _links(part: Any) -> str:
    """Link every schema that a part of the document refers to, each once."""
    found: dict[str, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                found.setdefault(str(node["$ref"]).rpartition("/")[2])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(part)
    return ", ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in found)
