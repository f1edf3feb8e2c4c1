"""Find out which format a file has, by trying every format on its first lines."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawlsight.errors import UnknownFormatError
from crawlsight.formats.lines import split_json
from crawlsight.formats.prefixes import PREFIXES, PrefixedParser
from crawlsight.formats.results import (
    BLANK_LINE,
    COMMENT_OR_HEADER,
    PART_OF_A_LINE,
    Detection,
    Format,
    Framing,
    LineParser,
    Options,
    ParsedRecord,
    Prefix,
    Skipped,
    shown,
)

_MOST_LINES = 100

# Longer lines are no help in telling formats apart, and slow.
_MOST_LINE_CHARS = 16_384

# A host that no log has, to see whether lines name one.
_NO_HOST = "host.invalid"

# Access logs are mixed with errors and scans, yet a format that fits fewer lines than this is none.
_LEAST_SHARE = 0.2

# A prefix is there when this share of lines has it.
_PREFIX_SHARE = 0.6

_NOT_COUNTED = frozenset({BLANK_LINE, COMMENT_OR_HEADER, PART_OF_A_LINE})

_OPTIONAL = ("user_agent", "referer", "bytes_sent", "duration_ms", "query_params", "signature", "ip")


class _Trial(NamedTuple):
    """How a format fared.

    Attributes:
        score: Records, those that name their host twice.
        filled: Optional values in the records.
        parsed: Records.
        rows: Lines that should be records.
    """

    score: int
    filled: int
    parsed: int
    rows: int
    needs_host: bool


def open_detected(detection: Detection, options: Options) -> LineParser:
    """Make the parser of the file that was detected, prefix and all."""
    parser = detection.format.open(options)
    return PrefixedParser(detection.prefix, parser) if detection.prefix else parser


def detect(head: Sequence[str], formats: Iterable[Format]) -> Detection:
    """Choose the format that reads most of the first lines; of equals, the one that reads most of them.

    Raises:
        UnknownFormatError: None reads a fifth of them.
    """
    lines = [line for line in head[:_MOST_LINES] if len(line) <= _MOST_LINE_CHARS]
    if not any(line and not line.isspace() for line in lines):
        raise UnknownFormatError("the file is empty, or all its first lines are blank or overlong")
    formats = list(formats)
    best: tuple[_Trial, Detection] | None = None
    for prefix, framing, rows in _readings(head, lines):
        for format_ in filter(lambda format_: format_.is_detectable, formats):
            trial = _try(format_, prefix, rows)
            if trial.parsed and (best is None or trial[:2] > best[0][:2]):
                best = trial, _detection(format_, trial, prefix, framing)
    if best is None or best[0].parsed < _LEAST_SHARE * best[0].rows:
        raise UnknownFormatError(_unknown(next(line for line in lines if line.strip()), formats))
    return best[1]


def _readings(head: Sequence[str], lines: list[str]) -> Iterable[tuple[Prefix, Framing, list[str]]]:
    """List the ways to read a file: as lines, as JSON over several lines, as lines behind a prefix."""
    yield "", "lines", lines
    text = "\n".join(head[:_MOST_LINES])
    if text.lstrip().startswith(("[", "{")):
        rows = split_json(text)[:_MOST_LINES]
        # The last row of a head is cut off, so it counts only where it is all there is.
        if rows and rows != lines:
            yield "", "json", [row for row in rows if len(row) <= _MOST_LINE_CHARS]
    for prefix, read in PREFIXES.items():
        if sum(read(line) is not None for line in lines) >= _PREFIX_SHARE * len(lines):
            yield prefix, "lines", lines


def _try(format_: Format, prefix: Prefix, lines: list[str]) -> _Trial:
    parser: LineParser = format_.open(Options(host=_NO_HOST))
    if prefix:
        parser = PrefixedParser(prefix, parser)
    results = parser.parse(lines, 1)
    records = [result for result in results if isinstance(result, ParsedRecord)]
    uncounted = sum(isinstance(result, Skipped) and result.reason in _NOT_COUNTED for result in results)
    filled = sum(getattr(record, name) is not None for record in records for name in _OPTIONAL)
    with_host = sum(record.host != _NO_HOST for record in records)
    return _Trial(
        len(records) + with_host,
        filled,
        len(records),
        len(results) - uncounted,
        with_host < len(records),
    )


def _detection(format_: Format, trial: _Trial, prefix: Prefix, framing: Framing) -> Detection:
    reason = (
        f"{format_.title}: {trial.parsed} of {trial.rows} {'rows' if framing == 'json' else 'lines'} match"
    )
    if prefix:
        reason += f" behind a {prefix} prefix"
    if trial.needs_host:
        reason += "; no host, so --host is needed"
    return Detection(format_, reason, prefix, framing, trial.needs_host)


def _unknown(line: str, formats: list[Format]) -> str:
    names = ", ".join(format_.name for format_ in formats)
    return (
        f"no format fits the first line {shown(line)}; name one of {names}, "
        "or give the LogFormat of Apache or the log_format of nginx"
    )
