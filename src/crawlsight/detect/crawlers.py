"""Recognise the crawler that a user agent claims to be: whole tokens, any case, the longest wins."""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote

from ahocorasick_rs import AhoCorasick, MatchKind

from crawlsight.detect.catalogue import Catalogue, Crawler, Purpose

# A user agent longer than this is cut before matching; its tokens stand at either end.
_MATCHED_CHARS = 2_048

_WORD_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_EMAIL_CHARS = _WORD_CHARS | {".", "+"}
_MOST_EMAIL_CHARS = 64

# What cannot stand in a URL, or at least not in one that stands in a user agent.
_URL_SEPARATORS = ' ;,()"<>[]|\t'

_VERSION = re.compile(r"[/ ]v?(\d[\w.\-]{0,31})")

_CACHED_USER_AGENTS = 20_000

# What a bot was made with says less than its own name, however short that is.
TOOLS = frozenset({Purpose.LIBRARY, Purpose.BROWSER})


class Match(NamedTuple):
    """Where in a user agent a crawler is named.

    Attributes:
        token: The catalogue's token, as the catalogue spells it.
        version: What follows the token, ``1.2`` in ``GPTBot/1.2``; empty without one.
    """

    crawler: Crawler
    token: str
    version: str


class _Place(Enum):
    WORD = "a whole word"
    WORD_START = "the start of a word"
    URL = "part of a URL"


class _Token(NamedTuple):
    text: str
    place: _Place
    crawler: Crawler


class _Answers(dict[str, Crawler | None]):
    """Answers by user agent; one that is missing is found by *find*, which may remember it here."""

    def __init__(self, find: Callable[[str], Crawler | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, user_agent: str) -> Crawler | None:
        return self._find(user_agent)


class CrawlerDetector:
    """Find crawlers in user agents; the cost does not depend on how many crawlers are known.

    All tokens are searched for at once by an automaton, and what it finds is then looked at closely.
    Not thread-safe in its counts, but safe in its answers: a lost cache entry is looked up again.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._tokens = [
            _Token(token, place, crawler)
            for crawler in catalogue.crawlers
            for place, tokens in (
                (_Place.WORD, crawler.tokens),
                (_Place.WORD_START, crawler.token_prefixes),
                (_Place.URL, crawler.urls),
            )
            for token in tokens
        ]
        self._automaton = AhoCorasick(
            [token.text.lower() for token in self._tokens], matchkind=MatchKind.Standard
        )
        self._recent = _Answers(self._find_older)
        self._older: dict[str, Crawler | None] = {}

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
        found = self._longest(_normal(user_agent))
        return None if found is None else found[0].crawler

    def locate(self, user_agent: str) -> Match | None:
        """Do :meth:`find`, saying where and which version."""
        text = _normal(user_agent)
        found = self._longest(text)
        if found is None:
            return None
        token, end = found
        version = _VERSION.match(text, end)
        return Match(token.crawler, token.text, version[1] if version else "")

    def _longest(self, text: str) -> tuple[_Token, int] | None:
        """Find the longest token that stands in *text* as a whole word, and where it ends."""
        best: tuple[_Token, int] | None = None
        best_rank = (False, 0)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            token = self._tokens[index]
            rank = (token.crawler.purpose not in TOOLS, end - start)
            if rank > best_rank and _stands_at(text, start, end, token):
                best, best_rank = (token, end), rank
        return best


def _normal(user_agent: str) -> str:
    if len(user_agent) > _MATCHED_CHARS:
        half = _MATCHED_CHARS // 2
        # Joined by a letter of words, so that the cut makes none.
        user_agent = f"{user_agent[:half]}_{user_agent[-half:]}"
    # Half a surrogate pair, left by a lenient decoder, is no text to the automaton.
    text = user_agent.encode("utf-8", "replace").decode().lower()
    if " " not in text and ("%" in text or "+" in text):
        # Some logs encode the header, some of them twice; what has spaces was not encoded.
        text = unquote(unquote(text.replace("+", " "))).lower()
    return text


def _stands_at(text: str, start: int, end: int, token: _Token) -> bool:
    """Tell whether the token that *text* has from *start* to *end* is a word and names a sender."""
    if not (_is_word_start(text, start) or token.place is _Place.URL):
        return False
    if not (_is_word_end(text, end) or token.place is _Place.WORD_START):
        return False
    if token.place is _Place.URL:
        return _is_in_url(text, start)
    # "acapbot (like Googlebot)" says whose rules it keeps to.
    if _is_in_url(text, start) or _is_in_email(text, end) or text.endswith("like ", 0, start):
        return False
    crawler = token.crawler
    if crawler.disclosed_by and not any(domain.lower() in text for domain in crawler.disclosed_by):
        return False
    if not crawler.product_token:
        return True
    # An everyday word names a product when a version follows, after "compatible;", or alone.
    is_versioned = text[end : end + 1] == "/" and text[end + 1 : end + 2].isdigit()
    return is_versioned or text.endswith("compatible; ", 0, start) or text.strip() == text[start:end]


# A dot joins two words into one name, such as a host's; before an address's host stands an @.
def _is_word_start(text: str, start: int) -> bool:
    before = text[start - 1] if start else " "
    if before == ".":
        return start < 2 or text[start - 2] not in _WORD_CHARS  # noqa: PLR2004
    return before not in _WORD_CHARS and before != "@"


def _is_word_end(text: str, end: int) -> bool:
    after = text[end : end + 2]
    if after[:1] == ".":
        return after[1:] not in _WORD_CHARS
    return after[:1] not in _WORD_CHARS


def _is_in_url(text: str, start: int) -> bool:
    """Tell whether what stands before *start*, up to the last separator, is the beginning of a URL."""
    begin = max(text.rfind(separator, 0, start) for separator in _URL_SEPARATORS) + 1
    host, slash, _ = text[begin:start].partition("/")
    if not slash:
        return False
    # "ftp:" of "ftp://…", "seo.example" of "+seo.example/…"; but "foo" of "foo/1.0/GPTBot" is a product.
    return host.endswith(":") or "." in host


def _is_in_email(text: str, end: int) -> bool:
    if "@" not in text:
        return False
    last = min(len(text), end + _MOST_EMAIL_CHARS)
    while end < last and text[end] in _EMAIL_CHARS:
        end += 1
    return text[end : end + 1] == "@"
