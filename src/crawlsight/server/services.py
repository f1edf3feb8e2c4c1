"""What the routes work with: the stores, the pipelines, the limits; opened and closed together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from crawlsight.ledger import Ledger
from crawlsight.server.judging import Judging
from crawlsight.server.ratelimit import RateLimits
from crawlsight.server.telemetry import Metrics, log
from crawlsight.settings import Settings
from crawlsight.visits import Loader, VisitStore

_REPORT_THREADS = 4


@dataclass(frozen=True)
class Services:
    """Everything a request may need.

    Attributes:
        clock: Gives the present instant, aware UTC.
        report_threads: Where reports wait for the visits store.
    """

    settings: Settings
    ledger: Ledger
    visits: VisitStore
    loader: Loader
    judging: Judging
    limits: RateLimits
    metrics: Metrics
    clock: Callable[[], datetime]
    report_threads: ThreadPoolExecutor

    def close(self) -> None:
        """Finish what was accepted, then close the stores."""
        self.judging.close()
        self.report_threads.shutdown()
        self.loader.close()
        self.ledger.close()
        self.visits.close()


def open_services(settings: Settings, clock: Callable[[], datetime] | None = None) -> Services:
    """Open the ledger and start the loader; the visits store opens in the loader's first step.

    Raises:
        UnavailableError: The ledger cannot be opened.
    """
    clock = clock or _now
    ledger = Ledger(settings.effective_ledger_dsn, lambda: int(clock().timestamp() * 1000))
    visits = VisitStore(settings.effective_visits_dsn)
    metrics = Metrics()
    loader = Loader(
        ledger.outbox,
        visits,
        block_rows=settings.loader_block_rows,
        interval_seconds=settings.loader_interval_ms / 1000,
        on_error=lambda error: log.warning("load_failed", error=str(error)),
    )
    metrics.watch(ledger.outbox, loader.progress, clock)
    return Services(
        settings=settings,
        ledger=ledger,
        visits=visits,
        loader=loader,
        judging=Judging(settings, lambda: log.warning("ingest_process_lost")),
        limits=RateLimits(settings, lambda: clock().timestamp()),
        metrics=metrics,
        clock=clock,
        report_threads=ThreadPoolExecutor(_REPORT_THREADS, "reports"),
    )


def _now() -> datetime:
    return datetime.now(UTC)
