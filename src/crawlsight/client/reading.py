"""Turn lines of a log into records as the API takes them."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from crawlsight.client.checkpoint import Source, Track
from crawlsight.errors import InvalidArgumentError, UnknownFormatError
from crawlsight.formats import (
    FORMATS,
    Detection,
    Format,
    LineParser,
    Options,
    ParsedRecord,
    Rejected,
    Result,
    apache_format,
    decode_lines,
    detect_format,
    nginx_format,
    open_detected,
    remember_headers,
)
from crawlsight.formats.results import COMMENT_OR_HEADER, PART_OF_A_LINE, Skipped
from crawlsight.record import OPTIONAL_FIELDS, REQUIRED_FIELDS

AUTO = "auto"

_HEAD_LINES = 100

# A batch of which so many lines are rejected, and none is not, is tried in other formats.
_TELLING_LINES = 20

_MOST_ERRORS = 100

_NO_USER_AGENT = "no user agent"

_encode = msgspec.json.Encoder().encode


class Reading(msgspec.Struct, frozen=True):
    """What lines say.

    Attributes:
        records: Each encoded as JSON; the same lines always give the same bytes.
        numbers: Of each record its line, from 1 in the chunk.
        content: The lines that were read: those of the chunk, or fewer when its last line goes on.
        headers: What has to be remembered for the lines that follow.
        reasons: How many lines were skipped for what.
        errors: Why lines were rejected, the first hundred.
    """

    records: tuple[bytes, ...]
    numbers: tuple[int, ...]
    content: bytes
    headers: list[str]
    lines: int
    rejected: int
    skipped: int
    reasons: dict[str, int]
    errors: list[Rejected]


class LogReader:
    """Reads the lines of all files alike, in one format or in that which each file seems to have.

    Args:
        format_name: A name of :data:`~crawlsight.formats.FORMATS`, or ``auto``.
        log_format: Format string of nginx or Apache; wins over the name.
        needs_user_agent: Whether lines without one are skipped, since the dialect takes none.

    Raises:
        InvalidArgumentError: There is no such format, or the string is none.
    """

    def __init__(
        self, options: Options, format_name: str = AUTO, log_format: str = "", *, needs_user_agent: bool
    ) -> None:
        self._options = options
        self._needs_user_agent = needs_user_agent
        self._format = _find_format(format_name, log_format)
        self._format_name = log_format.strip() or format_name

    def format_name(self, track: Track) -> str:
        """Name the format of a file's lines, or give its template; empty while it is unknown."""
        return self._format_name if self._format is not None else track.format

    def read(
        self, track: Track, source: Source, content: bytes, read_head: Callable[[], bytes], *, is_last: bool
    ) -> Reading | None:
        """Read whole lines; None when there are too few to tell their format, or to make one of its lines.

        Args:
            read_head: Gives the first lines of the file.
            is_last: Whether it is no use to wait for more lines.

        Raises:
            UnknownFormatError, InvalidArgumentError: The file cannot be followed.
        """
        if self._format is None and not track.format:
            detection = self._detect(decode_lines(read_head()), is_last=is_last)
            if detection is None:
                return None
            track.format, track.prefix = detection.format.name, detection.prefix
        lines = decode_lines(content)
        headers = self._headers(track, source, read_head)
        results = self._parse(track, headers, lines)
        if self._format is None and len(lines) >= _TELLING_LINES and not _has_sense(results):
            results = self._parse_otherwise(track, headers, lines, results)
        ends = len(results) if is_last else _end_of_whole(results)
        if not ends:
            return None
        if ends < len(results):
            content = b"".join(line + b"\n" for line in content.split(b"\n")[:ends])
        return self._gather(content, lines[:ends], results[:ends], headers)

    def _detect(self, head: list[str], *, is_last: bool) -> Detection | None:
        try:
            detection = detect_format(head)
        except UnknownFormatError:
            if len(head) >= _HEAD_LINES or is_last:
                raise
            return None
        if detection.framing == "json":
            raise InvalidArgumentError(
                "a JSON document over several lines cannot be followed; write one object a line"
            )
        if detection.needs_host and not self._options.host:
            raise InvalidArgumentError(f"{detection.reason}")
        return detection

    def _headers(self, track: Track, source: Source, read_head: Callable[[], bytes]) -> list[str]:
        """Give the header lines before the offset, from the file itself where nobody has read them."""
        if source.headers or not source.offset:
            return source.headers
        lines = decode_lines(read_head()[: source.offset])
        return _remember([], lines, self._open(track).parse(lines, 1))

    def _parse(self, track: Track, headers: list[str], lines: list[str]) -> list[Result]:
        # A parser of its own for each batch: what becomes of a line depends on nothing that a crash forgets.
        parser = self._open(track)
        if headers:
            parser.parse(headers, 1)
        return parser.parse(lines, 1)

    def _parse_otherwise(
        self, track: Track, headers: list[str], lines: list[str], results: list[Result]
    ) -> list[Result]:
        try:
            detection = self._detect(lines, is_last=True)
        except (UnknownFormatError, InvalidArgumentError):
            return results
        if detection is not None:
            track.format, track.prefix = detection.format.name, detection.prefix
        return self._parse(track, headers, lines)

    def _open(self, track: Track) -> LineParser:
        if self._format is not None:
            return self._format.open(self._options)
        return open_detected(Detection(FORMATS[track.format], "", track.prefix), self._options)

    def _gather(self, content: bytes, lines: list[str], results: list[Result], headers: list[str]) -> Reading:
        records, numbers, errors, reasons = [], [], [], Counter[str]()
        for number, result in enumerate(results, 1):
            if isinstance(result, Rejected):
                errors.append(result)
            elif isinstance(result, Skipped):
                reasons[result.reason] += 1
            elif self._needs_user_agent and not result.user_agent:
                reasons[_NO_USER_AGENT] += 1
            else:
                records.append(_encode(_to_values(result)))
                numbers.append(number)
        return Reading(
            records=tuple(records),
            numbers=tuple(numbers),
            content=content,
            headers=_remember(headers, lines, results),
            lines=len(results),
            rejected=len(errors),
            skipped=reasons.total(),
            reasons=dict(reasons),
            errors=errors[:_MOST_ERRORS],
        )


def server_of(log_format: str) -> str:
    """Tell whose format string it is: ``apache`` or ``nginx``."""
    text = log_format.strip()
    is_apache = text.startswith(("LogFormat", "CustomLog")) or ("%" in text and "$" not in text)
    return "apache" if is_apache else "nginx"


def _find_format(format_name: str, log_format: str) -> Format | None:
    if log_format:
        make = apache_format if server_of(log_format) == "apache" else nginx_format
        return make(log_format.strip())
    if format_name == AUTO:
        return None
    if format_name not in FORMATS:
        raise InvalidArgumentError(f"no format {format_name!r}; there are {AUTO}, {', '.join(FORMATS)}")
    return FORMATS[format_name]


def _has_sense(results: Iterable[Result]) -> bool:
    return any(not isinstance(result, Rejected) for result in results)


def _end_of_whole(results: list[Result]) -> int:
    """Count the results up to a line of which only the first parts are here."""
    end = len(results)
    while end:
        last = results[end - 1]
        if not isinstance(last, Skipped) or last.reason != PART_OF_A_LINE:
            break
        end -= 1
    return end


def _remember(headers: list[str], lines: list[str], results: list[Result]) -> list[str]:
    """Add the header lines among those that were read."""
    found = (
        line
        for line, result in zip(lines, results, strict=True)
        if isinstance(result, Skipped) and result.reason == COMMENT_OR_HEADER
    )
    return remember_headers(headers, found)


def _to_values(record: ParsedRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in REQUIRED_FIELDS}
    for name in OPTIONAL_FIELDS:
        value = getattr(record, name)
        if value is not None:
            values[name] = value
    return values
