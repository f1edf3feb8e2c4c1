"""Judge a body as it came over the wire: inflate it and put it through its dialect's pipeline."""

from typing import Literal

import msgspec

from crawlsight.detect import CrawlerDetector, ReferralDetector, built_in_assistants, built_in_catalogue
from crawlsight.ingest.body import inflate
from crawlsight.ingest.decode import BatchDecoder
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.pipeline import Batch, Outcome, Pipeline
from crawlsight.settings import Settings


class Work(msgspec.Struct, frozen=True):
    """A body, and what its judgement depends on.

    Attributes:
        dialect: ``ansehn`` or ``profound``.
        encoding: The ``Content-Encoding``, empty for none.
    """

    dialect: str
    body: bytes
    encoding: str
    shape: Literal["json", "ndjson"]
    batch: Batch


class Judge:
    """The pipelines of both dialects."""

    def __init__(self, settings: Settings) -> None:
        self._pipelines = build_pipelines(settings)
        self._max_inflated_bytes = settings.max_inflated_bytes

    def judge(self, work: Work) -> Outcome:
        """Judge a body.

        Raises:
            CrawlsightError: The body is no batch, or beyond a limit.
        """
        plain = inflate(work.body, work.encoding, self._max_inflated_bytes)
        return self._pipelines[work.dialect].process(plain, work.shape, work.batch)


def build_pipelines(settings: Settings) -> dict[str, Pipeline]:
    """Build the pipeline of each dialect, by its name."""
    crawlers = CrawlerDetector(built_in_catalogue())
    referrals = ReferralDetector(built_in_assistants())
    pipelines = {}
    for name, rules, takes_envelope in (
        (ansehn.NAME, ansehn.rules(settings.ansehn_limits()), True),
        (profound.NAME, profound.rules(settings.profound_limits()), False),
    ):
        decoder = BatchDecoder(rules, max_records=settings.max_records, takes_envelope=takes_envelope)
        pipelines[name] = Pipeline(rules, decoder, crawlers, referrals)
    return pipelines


class _Process:
    """What a process that judges keeps between bodies."""

    judge: Judge


def prepare_process(settings: Settings) -> None:
    """Get a process ready to :func:`judge_in_process`."""
    _Process.judge = Judge(settings)


def judge_in_process(work: Work) -> Outcome:
    """Judge a body in a process that was prepared."""
    return _Process.judge.judge(work)
