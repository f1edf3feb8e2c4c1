"""Log lines with request ids, and Prometheus metrics."""

import logging
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector

from crawlsight.errors import UnavailableError
from crawlsight.ingest.outcome import Outcome
from crawlsight.ledger.outbox import Outbox
from crawlsight.visits import LoadProgress

log: Any = structlog.get_logger("crawlsight")

_REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")

_DURATION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


def configure_logging(log_format: str, level: str) -> None:
    """Write log lines to standard error, as JSON or for a person at a terminal."""
    is_console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    # Tracebacks are plain everywhere: local variables may hold keys.
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if is_console:
        processors.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    else:
        processors += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class Metrics:
    """The metrics of one server process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.records = Counter(
            "crawlsight_ingest_records",
            "Records by what became of them",
            ["dialect", "result"],
            registry=self.registry,
        )
        self.batches = Counter(
            "crawlsight_ingest_batches", "Batches by result", ["dialect", "result"], registry=self.registry
        )
        self.requests = Counter(
            "crawlsight_http_requests",
            "HTTP requests",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.durations = Histogram(
            "crawlsight_http_request_duration_seconds",
            "Time from request to answer",
            ["route"],
            buckets=_DURATION_BUCKETS,
            registry=self.registry,
        )

    def watch(self, outbox: Outbox, progress: LoadProgress, clock: Callable[[], datetime]) -> None:
        """Add what is read at the moment of a scrape: the outbox and the loader."""
        self.registry.register(_LoadCollector(outbox, progress, clock))

    def count(self, dialect: str, outcome: Outcome) -> None:
        """Count a stored batch's records."""
        for result, records in (
            ("stored", outcome.stored),
            ("dropped", outcome.dropped),
            ("quarantined", outcome.quarantined),
            ("rejected", outcome.rejected),
        ):
            if records:
                self.records.labels(dialect, result).inc(records)

    def render(self) -> bytes:
        """Write the exposition text."""
        return generate_latest(self.registry)


class _LoadCollector:
    def __init__(self, outbox: Outbox, progress: LoadProgress, clock: Callable[[], datetime]) -> None:
        self._outbox, self._progress, self._clock = outbox, progress, clock

    def collect(self) -> Iterable[Metric]:
        yield CounterMetricFamily(
            "crawlsight_loaded_rows", "Rows loaded into visits", value=self._progress.rows
        )
        yield CounterMetricFamily("crawlsight_loads", "Blocks loaded into visits", value=self._progress.loads)
        yield CounterMetricFamily("crawlsight_load_failures", "Failed loads", value=self._progress.failures)
        try:
            backlog = self._outbox.backlog()
        except UnavailableError:
            return
        age = 0.0 if backlog.oldest_ms is None else self._clock().timestamp() - backlog.oldest_ms / 1000
        yield GaugeMetricFamily(
            "crawlsight_outbox_batches", "Batches waiting to be loaded", value=backlog.batches
        )
        yield GaugeMetricFamily("crawlsight_outbox_rows", "Rows waiting to be loaded", value=backlog.rows)
        yield GaugeMetricFamily(
            "crawlsight_outbox_oldest_age_seconds", "Age of the oldest waiting batch", value=max(0.0, age)
        )


# Ids need to differ, not to be unguessable; asking the system each time would cost ten times as much.
_random = random.Random()  # noqa: S311


class Observed:
    """ASGI wrapper that gives each request an id, a log line and its metrics."""

    def __init__(self, app: Any, metrics: Metrics, routes: frozenset[str]) -> None:
        self._app, self._metrics, self._routes = app, metrics, routes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope["headers"])
        scope["crawlsight_request_id"] = request_id
        status = 0

        async def send_observed(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {
                    **message,
                    "headers": [*message["headers"], (b"x-request-id", request_id.encode())],
                }
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        finally:
            self._note(scope, status, time.perf_counter() - started, request_id)

    def _note(self, scope: Any, status: int, seconds: float, request_id: str) -> None:
        path = scope["path"]
        route = path if path in self._routes else "other"
        method = scope["method"] if scope["method"] in {"GET", "POST", "HEAD", "OPTIONS"} else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.durations.labels(route).observe(seconds)
        write = log.error if status >= 500 else log.info if status >= 400 else log.debug  # noqa: PLR2004
        write(
            "request",
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 2),
            request_id=request_id,
        )


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name.lower() == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode("ascii")
    return f"{_random.getrandbits(128):032x}"
