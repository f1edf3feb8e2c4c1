"""The application: all wiring of routes, services and errors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException

from crawlsight.errors import CrawlsightError
from crawlsight.server import (
    api_keys,
    crawlers,
    docs,
    explain,
    feeds,
    ingest,
    logs,
    members,
    operations,
    projects,
    quarantine,
    reclassify,
    reports,
    sessions,
    status,
    uploads,
    users,
)
from crawlsight.server.dashboard import DASHBOARD_ROUTES
from crawlsight.server.problems import answer_error, answer_http, answer_unexpected
from crawlsight.server.services import Services
from crawlsight.server.telemetry import Observed

ROUTES: tuple[Any, ...] = (
    ingest.take_logs,
    reports.report,
    reports.unknown_bots,
    reports.domains,
    reclassify.reclassify,
    explain.explain,
    uploads.upload_files,
    uploads.list_uploads,
    uploads.show_upload,
    *sessions.ROUTES,
    *members.ROUTES,
    *users.ROUTES,
    *projects.ROUTES,
    *api_keys.ROUTES,
    *status.ROUTES,
    *quarantine.ROUTES,
    *logs.ROUTES,
    *crawlers.ROUTES,
    *feeds.FEED_ROUTES,
    feeds.fastly_challenge,
    operations.livez,
    operations.readyz,
    operations.metrics,
    docs.openapi_json,
    docs.docs_page,
)


def create_app(services: Services) -> Any:
    """Build the ASGI application over opened services; its shutdown leaves them open."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        services.loader.start()
        importing = asyncio.create_task(services.importer.run())
        yield
        importing.cancel()

    app = Litestar(
        route_handlers=[*ROUTES, *DASHBOARD_ROUTES],
        dependencies={"services": Provide(lambda: services, use_cache=True, sync_to_thread=False)},
        exception_handlers={
            CrawlsightError: answer_error,
            HTTPException: answer_http,
            Exception: answer_unexpected,
        },
        lifespan=[lifespan],
        state=State({"services": services}),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
    )
    return Observed(app, services.metrics, frozenset(route.path for route in app.routes))
