"""Recognising crawlers once more, slowly and plainly: two readings of the rules must agree."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, unquote_plus

from hypothesis import given, settings
from hypothesis import strategies as st

from crawlsight.detect import CrawlerDetector, Purpose, built_in_catalogue

CATALOGUE = built_in_catalogue()
DETECTOR = CrawlerDetector(CATALOGUE)
LABELLED = [
    json.loads(line)["user_agent"]
    for line in (Path(__file__).parents[1] / "labelled" / "user_agents.jsonl").read_text().splitlines()
]


def name_of(user_agent):
    found = DETECTOR.match(user_agent)
    return found and found.name


# What is no sender's name is taken out first, and then each token is looked for by a pattern of its own.
SEGMENT = re.compile(r'[^ ;,()"<>\[\]|\t]+')
EMAIL = re.compile(r"[a-z0-9_.+-]+@(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)?")
PLACES = [
    (kind, token.lower(), crawler)
    for crawler in CATALOGUE.crawlers
    for kind, tokens in (
        ("word", crawler.tokens),
        ("start", crawler.token_prefixes),
        ("url", crawler.urls),
    )
    for token in tokens
]
BEFORE, AFTER = r"(?<![a-z0-9_@-])(?<![a-z0-9_-]\.)", r"(?![a-z0-9_-])(?!\.[a-z0-9_-])"


def decoded(user_agent):
    text = user_agent.lower()
    if " " in text or not {"%", "+"} & set(text):
        return text
    return unquote(unquote_plus(text)).lower()


def names_a_sender(crawler, text, hit):
    before, after = text[: hit.start()], text[hit.end() :]
    if before.endswith("like "):
        return False
    if crawler.disclosed_by and not any(mark.lower() in text for mark in crawler.disclosed_by):
        return False
    is_product = re.match(r"/\d", after) or before.endswith("compatible; ") or text.strip() == hit[0]
    return is_product or not crawler.product_token


def slow_match(user_agent):
    text = decoded(user_agent)
    without_urls = SEGMENT.sub(without_path, text)
    words = EMAIL.sub(lambda found: "\0" * len(found[0]), text)
    best = (False, 0, 0), None
    for kind, token, crawler in PLACES:
        if token not in text:
            continue
        places = {
            "word": lambda token: re.finditer(BEFORE + re.escape(token) + AFTER, words),
            "start": lambda token: re.finditer(BEFORE + re.escape(token), words),
            "url": lambda token: re.finditer(re.escape(token) + AFTER, text),
        }
        for hit in places[kind](token):
            if (kind == "url") != (without_urls[hit.start()] == "\0"):
                continue
            if kind == "url" or names_a_sender(crawler, text, hit):
                is_own = crawler.purpose not in {Purpose.LIBRARY, Purpose.BROWSER}
                best = max(best, ((is_own, len(token), -hit.start()), crawler), key=lambda found: found[0])
    return best[1] and best[1].name


def without_path(segment):
    """A URL with all after its first slash left out; anything else as it is."""
    host, slash, path = segment[0].partition("/")
    is_url = slash and (host.endswith(":") or "." in host)
    return host + slash + "\0" * len(path) if is_url else segment[0]


SEPARATORS = [" ", " ", "; ", ";", ", ", ",", " (", ")", "/", "/1.2", " 3.4", "-", "_", ".", ". ", "+"]
NOISE = [
    "Mozilla/5.0",
    "compatible; ",
    "like ",
    "KHTML, like Gecko",
    "@",
    "bot@acme.example",
    "@acme.example",
    "https://",
    "+http://acme.example/",
    "https://acme.example/?a=",
    "www.",
    "%20",
    "%2F",
    "%2520",
    "é",
    "İ",
    "x",
    "\t",
    '"',
]
MARKS = sorted({mark for crawler in CATALOGUE.crawlers for mark in crawler.disclosed_by})
TOKENS = sorted({token for _, token, _ in PLACES})
pieces = (
    st.sampled_from(TOKENS)
    | st.sampled_from(TOKENS).map(str.upper)
    | st.sampled_from(SEPARATORS)
    | st.sampled_from(NOISE)
    | st.sampled_from(MARKS)
)


# The part of an address before the @ has at most 64 characters (RFC 5321); one that has more is noise.
no_endless_addresses = re.compile(r"(?!.*[a-z0-9_.+-]{64}@)", re.IGNORECASE | re.DOTALL).match


@settings(max_examples=1_000)
@given(st.lists(pieces, max_size=8).map("".join).filter(no_endless_addresses))
def test_a_slow_and_plain_reading_of_the_rules_agrees(user_agent):
    assert name_of(user_agent) == slow_match(user_agent)


def test_a_slow_and_plain_reading_of_the_rules_agrees_on_real_user_agents():
    user_agents = [user_agent for user_agent in LABELLED if len(user_agent) <= 2_048]

    disagreements = [
        (user_agent, name_of(user_agent), expected)
        for user_agent in user_agents
        if name_of(user_agent) != (expected := slow_match(user_agent))
    ]

    assert disagreements == []
