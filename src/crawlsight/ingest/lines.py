"""Judge a piece of a log file: its lines are parsed by their format, then judged like any records."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache

import msgspec

from crawlsight.errors import InvalidArgumentError
from crawlsight.formats import (
    FORMATS,
    Detection,
    Format,
    LineParser,
    Look,
    LookingParser,
    Options,
    ParsedRecord,
    Rejected,
    Result,
    apache_format,
    decode_lines,
    nginx_format,
    open_detected,
    split_json,
)
from crawlsight.formats.results import Prefix
from crawlsight.ingest.outcome import Batch, Outcome, RecordError
from crawlsight.ingest.pipeline import account, are_within, keep
from crawlsight.ingest.senders import Judged, Senders
from crawlsight.ingest.validate import Rules, Window
from crawlsight.record import FieldLimits

_RECORD_FIELD = "line"


class FileFormat(msgspec.Struct, frozen=True):
    """How a file is to be read.

    Attributes:
        name: A registered format, or ``apache`` or ``nginx`` with a *template*.
        template: Apache's ``LogFormat`` or nginx's ``log_format``, empty for registered formats.
        prefix: What stands before each line.
        is_json_document: Whether the file is one JSON document instead of lines.
        host: Site of records whose line names none.
    """

    name: str
    template: str = ""
    prefix: Prefix = ""
    is_json_document: bool = False
    host: str = ""

    @property
    def digest(self) -> str:
        """A short hash: the same lines read in another way are something else."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]

    def resolve(self) -> Format:
        """Find the format.

        Raises:
            InvalidArgumentError: There is none of that name, or the template is none.
        """
        return _resolve(self.name, self.template)


# A file comes in many pieces; its template is compiled for the first.
@lru_cache(maxsize=16)
def _resolve(name: str, template: str) -> Format:
    if template:
        makers = {"apache": apache_format, "nginx": nginx_format}
        if name not in makers:
            raise InvalidArgumentError(f"a template needs the format apache or nginx, not {name!r}")
        return makers[name](template)
    if name not in FORMATS:
        raise InvalidArgumentError(f"no format is called {name!r}; use one of {', '.join(FORMATS)}")
    return FORMATS[name]


class LinesWork(msgspec.Struct, frozen=True, tag="lines"):
    """A piece of a file, whole lines, and what its judgement depends on.

    Attributes:
        header: Earlier lines that tell how to read these: column names.
        first_line: Number of the first line in the file, from 1.
        sha256: Of the file up to the end of the piece; by it a piece that comes again is known.
    """

    lines: bytes
    sha256: bytes
    header: bytes
    first_line: int
    format: FileFormat
    batch: Batch


def upload_rules(limits: FieldLimits) -> Rules:
    """Give the rules of uploaded lines: the project's retention, and servers log empty user agents."""
    return Rules(
        limits=limits,
        empty_user_agent=True,
        fixed_oldest=None,
        future=timedelta(hours=24),
        window_message="timestamp is outside the accepted retention window",
    )


class LinesJudge:
    """Judges pieces of files; holds what is costly to build, no state of a file."""

    def __init__(self, rules: Rules, senders: Senders) -> None:
        self._rules = rules
        self._senders = senders

    def judge(self, work: LinesWork) -> Outcome:
        """Judge a piece; the index of an error is the number of its line."""
        window = self._rules.window(work.batch.now, work.batch.policy.retention_days)
        parser, lines = self._open(work)
        if work.batch.policy.keeps_only_ai_crawlers and isinstance(parser, LookingParser):
            look = parser.look(lines)
            if look is not None and are_within(look.instants, window):
                return self._judge_some(work, parser, lines, look, window)
        results = parser.parse(lines, work.first_line)
        records: list[ParsedRecord] = [result for result in results if isinstance(result, ParsedRecord)]
        positions: Sequence[int] = range(len(records))
        errors: list[RecordError] = []
        skipped: Counter[str] = Counter()
        if len(records) < len(results) or not are_within([record.timestamp for record in records], window):
            records, positions, errors, skipped = self._sort(enumerate(results), work.first_line, window)
        return self._account(work, self._senders.judged(records, positions, errors), skipped)

    def _judge_some(
        self, work: LinesWork, parser: LineParser, lines: Sequence[str], look: Look, window: Window
    ) -> Outcome:
        """Judge a piece of which only AI crawlers are kept: other lines are read as far as that takes."""
        wanted = self._senders.may_be_ai_crawlers(look.ips, look.user_agents)
        # These become records all, so that it does not matter what numbers their lines are said to have.
        found = dict(zip(wanted, parser.parse([lines[at] for at in wanted], 1), strict=True))
        for at in look.unread:
            found[at] = parser.parse([lines[at]], work.first_line + at)[0]
        records, positions, errors, skipped = self._sort(sorted(found.items()), work.first_line, window)
        judged = self._senders.judged(records, positions, errors)
        judged.passed_over = len(lines) - len(found)
        return self._account(work, judged, skipped)

    def _account(self, work: LinesWork, judged: Judged, skipped: Counter[str]) -> Outcome:
        kept = keep(self._senders, judged, work.batch.policy)
        received = len(judged.records) + judged.passed_over + len(judged.errors)
        outcome = account(work.batch, work.sha256, received, judged, kept)
        return msgspec.structs.replace(outcome, skipped=dict(skipped))

    def _sort(
        self, results: Iterable[tuple[int, Result]], first_line: int, window: Window
    ) -> tuple[list[ParsedRecord], list[int], list[RecordError], Counter[str]]:
        """Tell records with their positions, what is rejected, and what is skipped apart."""
        records: list[ParsedRecord] = []
        positions: list[int] = []
        errors: list[RecordError] = []
        skipped: Counter[str] = Counter()
        for position, result in results:
            if isinstance(result, ParsedRecord):
                if window.oldest <= result.timestamp <= window.newest:  # type: ignore[operator]
                    records.append(result)
                    positions.append(position)
                else:
                    number = first_line + position
                    errors.append(RecordError(number, "timestamp", self._rules.window_message))
            elif isinstance(result, Rejected):
                errors.append(RecordError(result.line, _RECORD_FIELD, result.reason))
            else:
                skipped[result.reason] += 1
        return records, positions, errors, skipped

    def _open(self, work: LinesWork) -> tuple[LineParser, list[str]]:
        options = Options(host=work.format.host, limits=self._rules.limits)
        parser = open_detected(Detection(work.format.resolve(), "", work.format.prefix), options)
        if work.header:
            parser.parse(decode_lines(work.header), 1)
        lines = decode_lines(work.lines)
        return parser, split_json("\n".join(lines)) if work.format.is_json_document else lines
