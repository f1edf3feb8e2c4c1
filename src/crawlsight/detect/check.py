"""Check a catalogue beyond what loading it refuses: sources, tokens, and whose examples are whose."""

import re

from crawlsight.detect.catalogue import Catalogue, Crawler
from crawlsight.detect.crawlers import CrawlerDetector

# Tokens are plain text, found by an automaton, so that none can make matching slow; anything that looks
# like a pattern is a mistake.
_PLAIN = re.compile(r"[A-Za-z0-9_.\-/ +:;,!'&()]{2,80}")
_URL = re.compile(r"https?://[^\s]+\.[^\s]+")


def check_catalogue(catalogue: Catalogue) -> list[str]:
    """List every fault as a sentence that begins with the entry's name."""
    detector = CrawlerDetector(catalogue)
    return [
        f"{crawler.name}: {fault}" for crawler in catalogue.crawlers for fault in _faults(crawler, detector)
    ]


def _faults(crawler: Crawler, detector: CrawlerDetector) -> list[str]:
    faults = []
    if not _URL.fullmatch(crawler.documentation):
        faults.append(f"its documentation {crawler.documentation!r} is no URL")
    faults.extend(
        f"its token {token!r} is no plain text of 2 to 80 characters"
        for token in (*crawler.tokens, *crawler.token_prefixes, *crawler.urls)
        if not _PLAIN.fullmatch(token)
    )
    for example in crawler.examples:
        winner = detector.match(example)
        if winner is not crawler:
            faults.append(f"its example {example!r} is won by {winner.name if winner else 'nobody'}")
    faults.extend(
        f"its counterexample {example!r} matches it"
        for example in crawler.counterexamples
        if detector.match(example) is crawler
    )
    return faults
