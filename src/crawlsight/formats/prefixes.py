r"""Take off what log shippers put before each line: syslog, CRI (Kubernetes), Docker's JSON file.

<190>Nov 22 04:11:33 web-1 nginx: 203.0.113.9 - - […               RFC 3164, and what rsyslog writes
<190>1 2026-11-22T04:11:33.123Z web-1 nginx 12 - - 203.0.113.9 …   RFC 5424
2026-11-22T04:11:33.123456789Z stdout F 203.0.113.9 - - […         CRI
{"log":"203.0.113.9 - - […\n","stream":"stdout","time":"2026-11-22T04:11:33.123456789Z"}
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from crawlsight.formats.results import PART_OF_A_LINE, LineParser, ParsedRecord, Prefix, Result, Skipped

# The longest line put together of parts; what is longer is cut there, and rejected for it.
_MOST_CHARS = 1024 * 1024

_RFC_5424 = re.compile(
    r"(?:<\d{1,3}>)?1 (?:\S++ ){5}"
    r"(?:-|(?:\[(?:[^\]\"\\]++|\"(?:[^\"\\]++|\\.)*+\"|\\.)*+\])++)(?: |\Z)\ufeff?(.*+)",
    re.DOTALL | re.ASCII,
)
_RFC_3164 = re.compile(
    r"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?"
    r"|\d{4}-\d\d-\d\dT[\d:.]++(?:Z|[+-]\d\d:\d\d)) "
    r"(?:(?![^\s:]*+: )\S++ )?+[^\s:\[]++(?:\[[^\]\s]*+\])?+:(?: |(?=\{))(.*+)",
    re.DOTALL | re.ASCII,
)
_CRI = re.compile(r"\d{4}-\d\d-\d\dT\S++ (stdout|stderr) ([FP]) (.*+)", re.DOTALL | re.ASCII)


class _DockerLine(msgspec.Struct):
    log: str
    stream: str = "stdout"


_docker_decoder = msgspec.json.Decoder(_DockerLine)


class Content(NamedTuple):
    """The line behind a prefix; part of one if *is_part*, to be continued in the same stream."""

    text: str
    stream: str = ""
    is_part: bool = False


def _read_syslog(line: str) -> Content | None:
    found = _RFC_5424.match(line) or _RFC_3164.match(line)
    return Content(found[1].removeprefix("\ufeff")) if found else None


def _read_cri(line: str) -> Content | None:
    found = _CRI.match(line)
    return Content(found[3], found[1], found[2] == "P") if found else None


def _read_docker(line: str) -> Content | None:
    if not line.startswith("{"):
        return None
    try:
        found = _docker_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    text = found.log.removesuffix("\n")
    return Content(text.removesuffix("\r"), found.stream, not found.log.endswith("\n"))


PREFIXES: dict[Prefix, Callable[[str], Content | None]] = {
    "syslog": _read_syslog,
    "cri": _read_cri,
    "docker": _read_docker,
}


class PrefixedParser:
    """Parser of lines behind a prefix; a line without one is taken as it is.

    Parts of a line that a runtime broke up are put together again: the parts are skipped, the last one
    becomes the result of the whole.
    """

    def __init__(self, prefix: Prefix, parser: LineParser) -> None:
        self._read = PREFIXES[prefix]
        self._parser = parser
        self._parts: dict[str, str] = {}

    def parse(self, lines: Sequence[str], first_line: int) -> list[Result]:
        """Judge every line."""
        texts = [self._take(line) for line in lines]
        whole = iter(self._parser.parse([text for text in texts if text is not None], 0))
        results: list[Result] = []
        for number, text in enumerate(texts, first_line):
            result = next(whole) if text is not None else Skipped(number, PART_OF_A_LINE)
            results.append(result if isinstance(result, ParsedRecord) else result._replace(line=number))
        return results

    def _take(self, line: str) -> str | None:
        content = self._read(line)
        if content is None:
            return line
        text = (self._parts.pop(content.stream, "") + content.text)[:_MOST_CHARS]
        if content.is_part:
            self._parts[content.stream] = text
            return None
        return text
