"""crawlsight detect: name the crawlers among user agents, one a line."""

import sys
from itertools import chain, repeat
from typing import IO, TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from crawlsight.detect import Crawler, CrawlerDetector

_CHUNK_BYTES = 1 << 20

# Logs repeat their user agents; what was found for a line is kept for as many different lines.
_KEPT_LINES = 500_000

_HEAD = b'{"user_agent":"'
_NOBODY = b'","crawler":null,"operator":null,"purpose":null,"is_ai_crawler":false}\n'


def detect() -> None:
    """Read user agents from standard input, write one JSON object a line.

    Each has user_agent, crawler, operator, purpose and is_ai_crawler; what is no known crawler has
    nulls and false.
    """
    write_detections(sys.stdin.buffer, sys.stdout.buffer)


def write_detections(source: IO[bytes], target: IO[bytes]) -> None:
    """Do :func:`detect` from one stream to another."""
    from crawlsight.detect import CrawlerDetector, built_in_catalogue

    finder = _Finder(CrawlerDetector(built_in_catalogue()))
    rest = b""
    while chunk := source.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        target.write(finder.answer(lines))
    if rest:
        target.write(finder.answer([rest]))
    target.flush()


class _Finder:
    """Finds what follows each user agent in its answer, and keeps it by line."""

    def __init__(self, detector: "CrawlerDetector") -> None:
        self._detector = detector
        self._encode = msgspec.json.Encoder().encode
        self._tails = {crawler.name: self._tail(crawler) for crawler in detector.catalogue.crawlers}
        self._kept: dict[bytes, bytes] = {}

    def answer(self, lines: list[bytes]) -> bytes:
        tails: list[bytes | None] = list(map(self._kept.get, lines))
        if None in tails:
            if len(self._kept) >= _KEPT_LINES:
                self._kept.clear()
            for position, tail in enumerate(tails):
                if tail is None:
                    lines[position], tails[position] = self._find(lines[position])
        # Joined from its pieces without a step of Python for each line.
        return b"".join(chain.from_iterable(zip(repeat(_HEAD), lines, tails, strict=False)))  # type: ignore[arg-type]

    def _find(self, line: bytes) -> tuple[bytes, bytes]:
        """Give a line as it stands in JSON, and what follows it."""
        user_agent = line.rstrip(b"\r").decode("utf-8", "replace")
        crawler = self._detector.match(user_agent)
        tail = _NOBODY if crawler is None else self._tails[crawler.name]
        escaped = self._encode(user_agent)[1:-1]
        if escaped == line:
            self._kept[line] = tail
        return escaped, tail

    def _tail(self, crawler: "Crawler") -> bytes:
        encode = self._encode
        return b'","crawler":%b,"operator":%b,"purpose":%b,"is_ai_crawler":%b}\n' % (
            encode(crawler.name),
            encode(self._detector.catalogue.operator_name(crawler)),
            encode(crawler.purpose),
            encode(crawler.is_ai_crawler),
        )
