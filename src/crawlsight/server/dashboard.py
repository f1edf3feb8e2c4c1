"""The dashboard's built files: pages that its own code shows, and what they load."""

import asyncio
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

# The addresses of web/src/routes.ts and of signing in; all are one document. Others stay unknown.
PAGES = [
    "/",
    "/pages",
    "/crawlers",
    "/referrals",
    "/logs",
    "/compare",
    "/sources",
    "/upload",
    "/settings",
    "/signin",
    "/join",
    "/share",
]

_TYPES = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# One name, no way out of the folder.
_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+", re.ASCII)

_NOT_BUILT = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Crawlsight</title>
<h1>The dashboard is not built</h1>
<p>This server runs from its sources. Stop it, run <code>make web</code> in their folder and start it again.
Installed packages have the dashboard in them.</p>
<p>Taking logs in and <a href="/docs">the API</a> work without it.</p></html>
"""

_STATIC = Path(str(files("crawlsight.server"))) / "static"


@get(PAGES)
async def dashboard_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the dashboard; which page it is, its own code reads from the address."""
    index = _STATIC / "index.html"
    if not index.is_file():
        return Response(_NOT_BUILT, status_code=503, media_type=_TYPES["html"], headers=_HEADERS)
    return await asyncio.to_thread(_answer, request, index, "no-cache")


@get("/assets/{name:str}")
async def dashboard_asset(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """Give a script or style; its name has a hash of its content and never means another."""
    asset = _STATIC / "assets" / name
    if not _NAME.fullmatch(name) or not asset.is_file():
        raise NotFoundException
    return await asyncio.to_thread(_answer, request, asset, "public, max-age=31536000, immutable")


@get("/favicon.svg")
async def dashboard_icon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the icon of the browser's tab."""
    icon = _STATIC / "favicon.svg"
    if not icon.is_file():
        raise NotFoundException
    return await asyncio.to_thread(_answer, request, icon, "public, max-age=86400")


DASHBOARD_ROUTES: tuple[Any, ...] = (dashboard_page, dashboard_asset, dashboard_icon)


def _answer(request: Request[Any, Any, Any], file: Path, cache_control: str) -> Response[bytes]:
    encoding, content = _smallest(file, request.headers.get("accept-encoding", ""))
    media_type = _TYPES.get(file.suffix[1:], "application/octet-stream")
    headers = {**_HEADERS, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(content, media_type=media_type, headers=headers)


def _smallest(file: Path, accepted: str) -> tuple[str, bytes]:
    """Give the file in the smallest encoding that the build made and the browser takes."""
    names = {part.partition(";")[0].strip() for part in accepted.split(",")}
    for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
        packed = file.with_name(file.name + suffix)
        if encoding in names and packed.is_file():
            return encoding, packed.read_bytes()
    return "", file.read_bytes()
