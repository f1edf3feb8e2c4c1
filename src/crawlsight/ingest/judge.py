"""Judge a body as it came over the wire: inflate it and put it through its dialect's pipeline."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from crawlsight.detect import Knowledge
from crawlsight.ingest.body import inflate
from crawlsight.ingest.decode import BatchDecoder
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.explain import Explainer, Explanation
from crawlsight.ingest.lines import LinesJudge, LinesWork, upload_rules
from crawlsight.ingest.outcome import Batch, Outcome
from crawlsight.ingest.pipeline import Pipeline
from crawlsight.ingest.policy import Policy
from crawlsight.ingest.senders import Senders
from crawlsight.ingest.validate import Rules
from crawlsight.settings import Settings


class Work(msgspec.Struct, frozen=True, tag="body"):
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

    def __init__(self, settings: Settings, knowledge: Knowledge) -> None:
        # One for all: the tables of crawlers and addresses take a moment to build.
        senders = Senders(knowledge)
        self._pipelines = build_pipelines(settings, senders)
        self._explainers = {
            name: Explainer(rules, knowledge, senders) for name, rules, _ in _dialects(settings)
        }
        self._lines = LinesJudge(upload_rules(settings.ansehn_limits()), senders)
        self._max_inflated_bytes = settings.max_inflated_bytes

    def judge(self, work: Work | LinesWork) -> Outcome:
        """Judge a body, or a piece of a log file.

        Raises:
            CrawlsightError: The body is no batch, or beyond a limit.
        """
        if isinstance(work, LinesWork):
            return self._lines.judge(work)
        plain = inflate(work.body, work.encoding, self._max_inflated_bytes)
        return self._pipelines[work.dialect].process(plain, work.shape, work.batch)

    def explain(self, dialect: str, values: dict[str, Any], policy: Policy, now: datetime) -> Explanation:
        """Explain what would become of a record.

        Raises:
            InvalidRecordError: It would be rejected.
        """
        return self._explainers[dialect].explain(values, policy, now)


def build_pipelines(settings: Settings, senders: Senders) -> dict[str, Pipeline]:
    """Build the pipeline of each dialect, by its name."""
    pipelines = {}
    for name, rules, takes_envelope in _dialects(settings):
        decoder = BatchDecoder(rules, max_records=settings.max_records, takes_envelope=takes_envelope)
        pipelines[name] = Pipeline(rules, decoder, senders)
    return pipelines


def _dialects(settings: Settings) -> Iterator[tuple[str, Rules, bool]]:
    """Give each dialect's name, its rules, and whether it takes ``{"logs": […]}``."""
    yield ansehn.NAME, ansehn.rules(settings.ansehn_limits()), True
    yield profound.NAME, profound.rules(settings.profound_limits()), False
