"""For operators: is it alive, is it ready, how is it doing."""

import asyncio
import shutil
from typing import Any

import msgspec
from litestar import Request, Response, get, route

from crawlsight.errors import UnavailableError
from crawlsight.server.services import Services

_MEGABYTE = 1_000_000


@route("/livez", http_method=["GET", "HEAD"])
async def livez(request: Request[Any, Any, Any]) -> Response[bytes]:  # noqa: ARG001
    """Say that the process answers."""
    return Response(b'{"status":"ok"}', media_type="application/json")


@route("/readyz", http_method=["GET", "HEAD"])
async def readyz(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:  # noqa: ARG001
    """Check ledger, visits, disk and outbox; 503 names what fails."""
    loop = asyncio.get_running_loop()
    checks = await loop.run_in_executor(services.report_threads, run_checks, services)
    is_ready = all(check == "ok" for check in checks.values())
    body = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return Response(
        msgspec.json.encode(body), status_code=200 if is_ready else 503, media_type="application/json"
    )


@get("/metrics")
async def metrics(request: Request[Any, Any, Any], services: Services) -> Response[bytes]:  # noqa: ARG001
    """Give the metrics in Prometheus' text format."""
    loop = asyncio.get_running_loop()
    text = await loop.run_in_executor(services.report_threads, services.metrics.render)
    return Response(text, media_type="text/plain; version=0.0.4")


def run_checks(services: Services) -> dict[str, str]:
    """Check each part; gives ``ok`` or what is wrong by the part's name."""
    return {
        "ledger": _check(services.ledger.check_writable),
        "visits": _check(services.visits.check),
        "disk": _check_disk(services),
        "outbox": _check_outbox(services),
    }


def _check(check: Any) -> str:
    try:
        check()
    except UnavailableError as error:
        return str(error)
    return "ok"


def _check_disk(services: Services) -> str:
    free_mb = shutil.disk_usage(services.settings.data).free // _MEGABYTE
    least_mb = services.settings.min_free_disk_mb
    return "ok" if free_mb >= least_mb else f"{free_mb} MB free, at least {least_mb} MB are needed"


def _check_outbox(services: Services) -> str:
    try:
        backlog = services.ledger.outbox.backlog()
    except UnavailableError as error:
        return str(error)
    if backlog.oldest_ms is None:
        return "ok"
    age = services.clock().timestamp() - backlog.oldest_ms / 1000
    if age <= services.settings.outbox_alarm_seconds:
        return "ok"
    cause = services.loader.progress.last_error or "the loader is behind"
    return f"{backlog.rows} rows wait, the oldest for {age:.0f} s: {cause}"
