"""What the routes work with: the stores, the pipelines, the limits; opened and closed together."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawlsight.ledger import Ledger
from crawlsight.refresh.files import KnowledgeFiles
from crawlsight.server.importing import Importer
from crawlsight.server.judging import Judging
from crawlsight.server.origins import Origins
from crawlsight.server.ratelimit import RateLimits
from crawlsight.server.telemetry import Metrics, log
from crawlsight.settings import Settings
from crawlsight.visits import Loader, VisitStore

_REPORT_THREADS = 4

_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Services:
    """Everything a request may need.

    Attributes:
        clock: Gives the present instant, aware UTC.
        knowledge_seen: State of the knowledge's files that judging began with.
        report_threads: Where reports wait for the visits store.
        operator_token: A secret of this process, by which its operator's commands are known.
    """

    settings: Settings
    ledger: Ledger
    visits: VisitStore
    loader: Loader
    judging: Judging
    knowledge: KnowledgeFiles
    knowledge_seen: tuple[tuple[str, int, int], ...]
    importer: Importer
    limits: RateLimits
    origins: Origins
    metrics: Metrics
    clock: Callable[[], datetime]
    report_threads: ThreadPoolExecutor
    operator_token: str = field(repr=False)

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
        SettingError: The public URL or a trusted proxy cannot be.
        UnavailableError: The ledger cannot be opened.
    """
    clock = clock or _now
    origins = Origins(settings.public_url, settings.trusted_proxies)
    ledger = Ledger(settings.effective_ledger_dsn, lambda: int(clock().timestamp() * 1000))
    knowledge = KnowledgeFiles.of(settings)
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
    # Before they are read: what changes meanwhile is seen to have changed.
    seen = knowledge.fingerprint()
    judging = Judging(settings, knowledge.load(), lambda: log.warning("ingest_process_lost"))
    return Services(
        settings=settings,
        ledger=ledger,
        visits=visits,
        loader=loader,
        judging=judging,
        knowledge=knowledge,
        knowledge_seen=seen,
        importer=Importer(settings.data / "uploads", ledger, judging, clock, loader.wake),
        limits=RateLimits(settings, lambda: clock().timestamp()),
        origins=origins,
        metrics=metrics,
        clock=clock,
        report_threads=ThreadPoolExecutor(_REPORT_THREADS, "reports"),
        operator_token=secrets.token_urlsafe(_TOKEN_BYTES),
    )


def _now() -> datetime:
    return datetime.now(UTC)
