"""crawlsight detect: name the crawlers among user agents, one a line."""

import sys
from typing import IO

import msgspec

_CHUNK_LINES_BYTES = 1 << 20


def detect() -> None:
    """Read user agents from standard input, write one JSON object a line.

    Each has user_agent, crawler, operator, purpose and is_ai_crawler; what is no known crawler has
    nulls and false.
    """
    write_detections(sys.stdin.buffer, sys.stdout.buffer)


def write_detections(source: IO[bytes], target: IO[bytes]) -> None:
    """Do :func:`detect` from one stream to another."""
    from crawlsight.detect import CrawlerDetector, built_in_catalogue

    catalogue = built_in_catalogue()
    detector = CrawlerDetector(catalogue)
    encode = msgspec.json.Encoder().encode
    tails = {
        crawler.name: b',"crawler":%b,"operator":%b,"purpose":%b,"is_ai_crawler":%b}\n'
        % (
            encode(crawler.name),
            encode(catalogue.operator_name(crawler)),
            encode(crawler.purpose),
            encode(crawler.is_ai_crawler),
        )
        for crawler in catalogue.crawlers
    }
    nobody = b',"crawler":null,"operator":null,"purpose":null,"is_ai_crawler":false}\n'
    while lines := source.readlines(_CHUNK_LINES_BYTES):
        user_agents = [line.rstrip(b"\r\n").decode("utf-8", "replace") for line in lines]
        target.write(
            b"".join(
                b'{"user_agent":%b%b'
                % (encode(user_agent), nobody if crawler is None else tails[crawler.name])
                for user_agent, crawler in zip(user_agents, detector.find_all(user_agents), strict=True)
            )
        )
    target.flush()
