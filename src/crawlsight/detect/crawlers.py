"""Recognise the crawler that a user agent claims to be: whole tokens, any case, the longest wins."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from crawlsight.detect.catalogue import Catalogue, Crawler

# A user agent longer than this is cut before matching; its tokens stand at either end.
_MATCHED_CHARS = 2_048

_WORD = re.compile(r"[a-z0-9_\-]+(?:\.[a-z0-9_\-]+)*")
_URL = re.compile(r"https?://[^\s;,)]*")
# The local part is bounded: an unbounded one would rescan every long run of letters from each position.
_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)*")

_CACHED_USER_AGENTS = 20_000


class _Answers(dict[str, Crawler | None]):
    """Answers by user agent; one that is missing is found by *find*, which may remember it here."""

    def __init__(self, find: Callable[[str], Crawler | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, user_agent: str) -> Crawler | None:
        return self._find(user_agent)


class CrawlerDetector:
    """Find crawlers in user agents; the cost does not depend on how many crawlers are known.

    Not thread-safe in its counts, but safe in its answers: a lost cache entry is looked up again.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._by_first_word: dict[str, list[tuple[str, Crawler]]] = {}
        for crawler in catalogue.crawlers:
            for token in crawler.tokens:
                self._add(token.lower(), crawler)
        for candidates in self._by_first_word.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
        self._recent = _Answers(self._find_older)
        self._older: dict[str, Crawler | None] = {}

    def _add(self, token: str, crawler: Crawler) -> None:
        first = _WORD.search(token)
        if first is not None:
            self._by_first_word.setdefault(first[0], []).append((token, crawler))

    def find(self, user_agent: str) -> Crawler | None:
        """Name the crawler that *user_agent* claims to be, or None."""
        return self._recent[user_agent]

    def find_all(self, user_agents: Iterable[str]) -> list[Crawler | None]:
        """Do :meth:`find` for each user agent, in order."""
        recent = self._recent
        return [recent[user_agent] for user_agent in user_agents]

    def _find_older(self, user_agent: str) -> Crawler | None:
        crawler = self._older[user_agent] if user_agent in self._older else self.match(user_agent)
        # Two generations keep what is in use and forget the rest, at the price of a dict each.
        if len(self._recent) >= _CACHED_USER_AGENTS:
            self._older, self._recent = self._recent, _Answers(self._find_older)
        self._recent[user_agent] = crawler
        return crawler

    def match(self, user_agent: str) -> Crawler | None:
        """Do :meth:`find` without the cache."""
        if len(user_agent) > _MATCHED_CHARS:
            half = _MATCHED_CHARS // 2
            user_agent = f"{user_agent[:half]} {user_agent[-half:]}"
        text = user_agent.lower()
        if " " not in text and ("%" in text or "+" in text):
            # Some logs encode the header, some of them twice; what has spaces was not encoded.
            text = unquote(unquote(text.replace("+", " ")))
        if "://" in text:
            text = _URL.sub(" ", text)
        if "@" in text:
            text = _EMAIL.sub(" ", text)
        best: Crawler | None = None
        best_length = 0
        for word in _WORD.finditer(text):
            for token, crawler in self._by_first_word.get(word[0], ()):
                if len(token) > best_length and _stands_at(text, word, token, crawler):
                    best, best_length = crawler, len(token)
        return best


def _stands_at(text: str, word: re.Match[str], token: str, crawler: Crawler) -> bool:
    """Tell whether the whole *token* begins at *word* and ends at the end of a word."""
    start, end = word.start(), word.start() + len(token)
    if end > word.end():
        following = text[end : end + 1]
        if not text.startswith(token, start) or (following and _WORD.match(following)):
            return False
    if not crawler.product_token:
        return True
    # An everyday word names a product when a version follows, after "compatible;", or alone.
    is_versioned = text[end : end + 1] == "/" and text[end + 1 : end + 2].isdigit()
    return is_versioned or text[:start].endswith("compatible; ") or text.strip() == token
