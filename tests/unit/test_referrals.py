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
