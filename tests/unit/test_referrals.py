"""Attributing people to the assistant that sent them: by host, app or tag, never by substring."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER, GOOGLEBOT, GPTBOT, judge, log_record, read_rows
from crawlsight.detect import Referral, ReferralDetector, built_in_assistants

DETECTOR = ReferralDetector(built_in_assistants())

BY_NOBODY = Referral("none", "none")
BY_ANOTHER_SITE = Referral("other", "referer")


def attribute(referrer="", query="", host="example.com"):
    return DETECTOR.attribute(referrer, dict(parse_qsl(query)), host)


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("https://chatgpt.com/", "openai"),
        ("https://chatgpt.com/c/66f0-abc", "openai"),
        ("https://chat.openai.com/", "openai"),
        ("https://www.perplexity.ai/search/x", "perplexity"),
        ("https://labs.perplexity.ai/", "perplexity"),
        ("HTTPS://CHATGPT.COM:443/", "openai"),
        ("https://chatgpt.com./", "openai"),
        (" https://chatgpt.com/ ", "openai"),
        ("https://user@chatgpt.com/", "openai"),
        ("https://chatgpt.com?model=5", "openai"),
        ("https://claude.ai/", "anthropic"),
        ("https://gemini.google.com/app", "gemini"),
        ("https://copilot.microsoft.com/", "microsoft"),
        ("https://you.com/", "you"),
        ("https://www.you.com/", "you"),
        ("android-app://com.openai.chatgpt/", "openai"),
        ("android-app://com.openai.chatgpt", "openai"),
        ("android-app://com.anthropic.claude/", "anthropic"),
        ("https://x.com/i/grok?conversation=1", "grok"),
    ],
)
def test_a_referrer_of_an_assistant_tells_who_sent_the_visit(referrer, source):
    assert attribute(referrer) == Referral(source, "referer")


@pytest.mark.parametrize(
    "referrer",
    [
        "https://notchatgpt.com/",
        "https://chatgpt.com.evil.example/",
        "https://evilclaude.ai/",
        "https://fake-chatgpt.com/",
        "https://example.org/?u=chatgpt.com",
        "https://example.org/https://chatgpt.com/",
        "https://chatgpt.com@example.org/",
        "https://copilot.example.org/",
        "https://x.com/",
        "https://www.bing.com/",
        "https://duckduckgo.com/",
        "https://www.google.com/",
        "https://docs.you.com/",
        "android-app://com.google.android.googlequicksearchbox/",
        "https://" + "a" * 10_000,
    ],
)
def test_any_other_site_is_other(referrer):
    assert attribute(referrer) == BY_ANOTHER_SITE


@pytest.mark.parametrize(
    "referrer", ["", "-", "chatgpt.com", "about:blank", "://", "https://", "javascript:x"]
)
def test_what_is_no_address_is_no_referrer(referrer):
    assert attribute(referrer) == BY_NOBODY


def test_a_broken_ipv6_referrer_is_no_assistant():
    assert not attribute("http://[::1").is_from_assistant


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("utm_source=ChatGPT.com&utm_medium=referral", "openai"),
        ("foo=1&utm_source=www.chatgpt.com", "openai"),
        ("utm_source=copilot.com", "microsoft"),
        ("utm_source=perplexity", "perplexity"),
        ("utm_source=claude.ai", "anthropic"),
        ("utm_source=gemini.google.com", "gemini"),
    ],
)
def test_a_tag_that_an_assistant_appends_tells_who_sent_the_visit(query, source):
    assert attribute(query=query) == Referral(source, "utm")


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=meta-ai",
        "utm_medium=chatgpt.com",
        "ref=chatgpt.com",
        "utm_source=yahoo_gemini",
        "utm_source=gemini",
        "utm_source=copilot",
        "utm_source=meta",
        "utm_source=you",
        "utm_source=%ZZ",
        "utm_source=notchatgpt.com",
        "utm_source=",
    ],
)
def test_a_tag_of_the_site_owner_tells_nothing(query):
    assert attribute(query=query) == BY_NOBODY


@pytest.mark.parametrize(
    "referrer", ["https://example.com/a", "https://www.example.com/", "http://EXAMPLE.com:8080"]
)
def test_the_own_site_is_internal(referrer):
    assert attribute(referrer) == Referral("internal", "internal")


def test_the_own_site_with_www_is_internal_too():
    assert attribute("https://example.com/", host="www.example.com") == Referral("internal", "internal")


def test_another_subdomain_is_another_site():
    assert attribute("https://shop.example.com/") == BY_ANOTHER_SITE


def test_a_third_site_outweighs_the_tag_of_a_link_passed_on():
    assert attribute("https://en.wikipedia.org/", "utm_source=chatgpt.com") == BY_ANOTHER_SITE


def test_an_assistant_that_referred_outweighs_the_tag_of_another():
    assert attribute("https://claude.ai/", "utm_source=chatgpt.com") == Referral("anthropic", "referer")


def test_a_tag_on_a_visit_from_the_own_site_still_tells():
    assert attribute("https://example.com/", "utm_source=chatgpt.com") == Referral("openai", "utm")


@given(st.text(), st.text(), st.text())
def test_no_text_raises(referrer, tag, host):
    found = DETECTOR.attribute(referrer, {"utm_source": tag}, host)

    assert isinstance(found, Referral)


@given(
    st.sampled_from(["http://", "https://", "android-app://", "HTTP://"]),
    st.text("[]@:/?#.%a-\u0130ß", max_size=40),
)
def test_no_broken_address_raises(scheme, rest):
    assert isinstance(attribute(scheme + rest), Referral)


def test_answers_stay_when_the_cache_overflows():
    detector = ReferralDetector(built_in_assistants())
    hosts = [f"https://site-{i}.example/" for i in range(25_000)]

    before = detector.attribute("https://chatgpt.com/", {}, "example.com")
    others = {detector.attribute(host, {}, "example.com") for host in hosts}
    after = detector.attribute("https://chatgpt.com/", {}, "example.com")

    assert (before, others, after) == (
        Referral("openai", "referer"),
        {BY_ANOTHER_SITE},
        Referral("openai", "referer"),
    )


@pytest.mark.parametrize(
    ("user_agent", "row"),
    [
        (BROWSER, ("", "openai", "referer")),
        (GPTBOT, ("GPTBot", "none", "none")),
        (GOOGLEBOT, ("Googlebot", "none", "none")),
    ],
)
def test_a_bot_with_an_assistants_referrer_was_sent_by_nobody(user_agent, row):
    record = log_record(user_agent=user_agent, referer="https://chatgpt.com/")

    (stored,) = read_rows(judge([record]).block)

    assert (stored["bot_name"], stored["referral_source"], stored["referral_type"]) == row


def test_a_referrer_tag_of_grok_tells_who_sent_the_visit():
    found = [attribute(query=query) for query in ("referrer=grok.com", "a=1&referrer=WWW.Grok.com")]

    assert found == [Referral("grok", "utm")] * 2


@pytest.mark.parametrize(
    "query",
    [
        "referrer=chatgpt.com",
        "referrer=grok",
        "referrer=notgrok.com",
        "referrer=https://grok.com/",
        "referer=grok.com",
        "referrer=",
        "ref=grok.com",
    ],
)
def test_any_other_referrer_tag_tells_nothing(query):
    assert attribute(query=query) == BY_NOBODY


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("utm_source=chatgpt.com&referrer=grok.com", "openai"),
        ("referrer=grok.com&utm_source=chatgpt.com", "openai"),
        ("utm_source=newsletter&referrer=grok.com", "grok"),
    ],
)
def test_the_utm_source_outweighs_the_referrer_tag_unless_it_is_the_site_owners(query, source):
    assert attribute(query=query) == Referral(source, "utm")


BY_TAGGED_PAGE = Referral("openai", "referer-utm")
BY_OWN_PAGE = Referral("internal", "internal")


@pytest.mark.parametrize(
    "referrer",
    [
        "https://example.com/?utm_source=chatgpt.com",
        "https://www.example.com/blog/a?b=c&utm_source=ChatGPT.com#top",
        "http://EXAMPLE.com:8080/?utm_source=chatgpt.com",
        "https://example.com?utm_source=chatgpt.com",
        "https://example.com/?utm_source=chatgpt%2Ecom",
    ],
)
def test_what_a_tagged_page_of_the_site_refers_to_belongs_to_the_visit_of_that_page(referrer):
    assert attribute(referrer) == BY_TAGGED_PAGE


def test_a_page_tagged_by_grok_is_told_by_its_own_tag():
    assert attribute("https://example.com/?referrer=grok.com") == Referral("grok", "referer-utm")


def test_a_tagged_page_of_a_site_with_www_is_its_own():
    found = attribute("https://example.com/?utm_source=chatgpt.com", host="www.example.com")

    assert found == BY_TAGGED_PAGE


@pytest.mark.parametrize(
    ("query", "referral"),
    [
        ("utm_source=chatgpt.com&utm_source=newsletter", BY_TAGGED_PAGE),
        ("utm_source=newsletter&utm_source=chatgpt.com", BY_OWN_PAGE),
        ("utm_source=perplexity&utm_source=chatgpt.com", Referral("perplexity", "referer-utm")),
        ("utm_source=&utm_source=chatgpt.com", BY_OWN_PAGE),
    ],
)
def test_of_repeated_tags_of_a_page_the_first_counts(query, referral):
    assert attribute(f"https://example.com/?{query}") == referral


@pytest.mark.parametrize(
    "query", ["utm_source=chatgpt.com&utm_source=x", "utm_source=&utm_source=chatgpt.com"]
)
def test_a_tag_counts_alike_in_a_path_and_in_the_referrer_of_the_next_request(query):
    first, then = (
        log_record(user_agent=BROWSER, path=f"/?{query}"),
        log_record(user_agent=BROWSER, path="/logo.png", referer=f"https://example.com/?{query}"),
    )

    rows = read_rows(judge([first, then], "bot").block)

    sources = [row["referral_source"] if row["referral_type"] != "internal" else "none" for row in rows]
    assert sources[0] == sources[1]


@pytest.mark.parametrize(
    "referrer",
    [
        "https://example.com/?utm_source=newsletter",
        "https://example.com/utm_source=chatgpt.com",
        "https://example.com/#?utm_source=chatgpt.com",
        "https://example.com/?x=utm_source%3Dchatgpt.com",
        "https://example.com/?",
        "https://example.com/?utm_source",
        "https://example.com/?" + "&".join(f"a{i}=1" for i in range(200)) + "&utm_source=chatgpt.com",
    ],
)
def test_a_page_of_the_site_without_an_assistants_tag_is_internal(referrer):
    assert attribute(referrer) == BY_OWN_PAGE


def test_a_request_with_a_tag_of_its_own_is_a_visit_whatever_page_it_comes_from():
    found = attribute("https://example.com/?utm_source=claude.ai", "utm_source=chatgpt.com")

    assert found == Referral("openai", "utm")


def test_a_query_without_a_tag_changes_nothing_of_the_tagged_page():
    assert attribute("https://example.com/?utm_source=chatgpt.com", "page=2") == BY_TAGGED_PAGE


@pytest.mark.parametrize(
    "referrer",
    [
        "https://news.example/?utm_source=chatgpt.com",
        "https://shop.example.com/?utm_source=chatgpt.com",
        "https://example.com.evil.example/?utm_source=chatgpt.com",
        "android-app://com.example/?utm_source=chatgpt.com",
    ],
)
def test_a_tagged_page_of_a_third_site_is_other(referrer):
    assert attribute(referrer) == BY_ANOTHER_SITE


def test_an_assistant_that_refers_is_told_by_its_host_not_by_its_tag():
    assert attribute("https://claude.ai/?utm_source=chatgpt.com") == Referral("anthropic", "referer")


def test_the_visit_and_what_its_page_loads_are_told_apart():
    requests = [
        {"path": "/?utm_source=chatgpt.com"},
        {"path": "/style.css", "referer": "https://example.com/?utm_source=chatgpt.com"},
        {"path": "/next", "referer": "https://example.com/"},
    ]

    rows = read_rows(judge([log_record(user_agent=BROWSER, **found) for found in requests], "bot").block)

    assert [(row["path"], row["referral_source"], row["referral_type"]) for row in rows] == [
        ("/", "openai", "utm"),
        ("/style.css", "openai", "referer-utm"),
        ("/next", "internal", "internal"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "/?utm_source=chatgpt.com"},
        {"path": "/?referrer=grok.com"},
        {"referer": "https://example.com/?utm_source=chatgpt.com"},
    ],
)
@pytest.mark.parametrize(("user_agent", "bot_name"), [(GPTBOT, "GPTBot"), (GOOGLEBOT, "Googlebot")])
def test_a_bot_that_carries_the_tag_is_no_person(user_agent, bot_name, changes):
    (row,) = read_rows(judge([log_record(user_agent=user_agent, **changes)], "bot").block)

    assert (row["bot_name"], row["referral_source"], row["referral_type"]) == (bot_name, "none", "none")


@given(st.text(), st.text())
def test_no_query_of_a_page_of_the_site_raises(query, fragment):
    found = attribute(f"https://example.com/?{query}#{fragment}")

    assert found.type in {"internal", "referer-utm"}
