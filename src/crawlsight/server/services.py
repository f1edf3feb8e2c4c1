"""What the routes work with: the stores, the pipelines, the limits; opened and closed together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from crawlsight.detect import CrawlerDetector, ReferralDetector, built_in_assistants, built_in_catalogue
from crawlsight.ingest.decode import BatchDecoder
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.pipeline import Pipeline
from crawlsight.ledger import KeyStyle, Ledger
from crawlsight.server.ratelimit import RateLimits
from crawlsight.server.telemetry import Metrics, log
from crawlsight.settings import Settings
from crawlsight.visits import Loader, VisitStore

# Judging a batch holds the interpreter; two threads let one inflate and hash while the other decodes.
_INGEST_THREADS = 2
_REPORT_THREADS = 4


@dataclass(frozen=True)
class Services:
    """Everything a request may need.

    Attributes:
        clock: Gives the present instant, aware UTC.
        ingest_threads: Where large bodies are judged.
        report_threads: Where reports wait for the visits store.
    """

    settings: Settings
    ledger: Ledger
    visits: VisitStore
    loader: Loader
    pipelines: dict[KeyStyle, Pipeline]
    limits: RateLimits
    metrics: Metrics
    clock: Callable[[], datetime]
    ingest_threads: ThreadPoolExecutor
    report_threads: ThreadPoolExecutor

    def close(self) -> None:
        """Finish what was accepted, then close the stores."""
        self.ingest_threads.shutdown()
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
        pipelines=build_pipelines(settings),
        limits=RateLimits(settings),
        metrics=metrics,
        clock=clock,
        ingest_threads=ThreadPoolExecutor(_INGEST_THREADS, "ingest"),
        report_threads=ThreadPoolExecutor(_REPORT_THREADS, "reports"),
    )


def build_pipelines(settings: Settings) -> dict[KeyStyle, Pipeline]:
    """Build the pipeline of each dialect, by the style of the keys that speak it."""
    crawlers = CrawlerDetector(built_in_catalogue())
    referrals = ReferralDetector(built_in_assistants())
    pipelines = {}
    for style, rules, takes_envelope in (
        (KeyStyle.ANK, ansehn.rules(settings.ansehn_limits()), True),
        (KeyStyle.BOT, profound.rules(settings.profound_limits()), False),
    ):
        decoder = BatchDecoder(rules, max_records=settings.max_records, takes_envelope=takes_envelope)
        pipelines[style] = Pipeline(rules, decoder, crawlers, referrals)
    return pipelines


def _now() -> datetime:
    return datetime.now(UTC)
