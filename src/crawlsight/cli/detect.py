"""crawlsight detect: name the crawlers among user agents, one a line."""

import sys
from typing import IO, TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from crawlsight.detect import Crawler, CrawlerDetector

# Small enough for the lines of a chunk to stay in a core's own cache.
_CHUNK_BYTES = 1 << 17

# Logs repeat their user agents; what was found for a line is kept for as many different lines.
_KEPT_LINES = 500_000

_HEAD = b'{"user_agent":"'
_NOBODY = b'","crawler":null,"operator":null,"purpose":null,"is_ai_crawler":false}\n' + _HEAD


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
        lines, newline, last = chunk.rpartition(b"\n")
        if newline:
            target.write(finder.answer(rest + lines))
            rest = last
        else:
            rest += last
    if rest:
        target.write(finder.answer(rest))
    target.flush()


class _Finder(dict[bytes, bytes]):
    """Finds what stands between a user agent and the next one in the answers, and keeps it by line.

    Answers are joined from the lines as read and from this, without a step of Python for each line.
    """

    def __init__(self, detector: "CrawlerDetector") -> None:
        super().__init__()
        self._detector = detector
        self._encode = msgspec.json.Encoder().encode
        self._tails = {crawler.name: self._tail(crawler) for crawler in detector.catalogue.crawlers}
        self._mended: dict[bytes, bytes] = {}

    def answer(self, text: bytes) -> bytes:
        """Answer whole lines, of which the last has no line break."""
        # What is escaped at once needs no look at each line; memchr sees that most text has neither.
        lines = text.replace(b"\\", b"\\\\").replace(b'"', b'\\"').split(b"\n")
        if len(self) >= _KEPT_LINES:
            self.clear()
        pieces = [_HEAD] * (2 * len(lines))
        pieces[1::2] = map(self.__getitem__, lines)
        if self._mended:
            lines = [self._mended.get(line, line) for line in lines]
            self._mended.clear()
        pieces[0::2] = lines
        # Every piece ends with the head of the next answer: the last one's moves to the front.
        pieces[-1] = pieces[-1].removesuffix(_HEAD)
        return _HEAD + b"".join(pieces)

    def __missing__(self, line: bytes) -> bytes:
        """Find what follows a line; one that is not yet right JSON is mended and not kept."""
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        user_agent = text.replace('\\"', '"').replace("\\\\", "\\")
        crawler = self._detector.match(user_agent)
        tail = _NOBODY if crawler is None else self._tails[crawler.name]
        escaped = self._encode(user_agent)[1:-1]
        if escaped == line:
            self[line] = tail
        else:
            self._mended[line] = escaped
        return tail

    def _tail(self, crawler: "Crawler") -> bytes:
        encode = self._encode
        return b'","crawler":%b,"operator":%b,"purpose":%b,"is_ai_crawler":%b}\n%b' % (
            encode(crawler.name),
            encode(self._detector.catalogue.operator_name(crawler)),
            encode(crawler.purpose),
            encode(crawler.is_ai_crawler),
            _HEAD,
        )
