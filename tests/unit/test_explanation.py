"""Explaining a record: each rule that may give its class and its verdict, in whole values."""

import msgspec
import pytest
from explanation_parts import (
    CHATGPT_USER_IP,
    GPTBOT_IP,
    KNOWLEDGE,
    RULES,
    STORED,
    explain,
    explained,
    of_crawler,
    of_person,
)

from builders import BROWSER, GOOGLEBOT, KEEP_ALL, NOW, log_record
from crawlsight.detect import built_in_catalogue
from crawlsight.detect.ranges import built_in_snapshots
from crawlsight.ingest.explain import Explainer

IS_GPTBOT = (
    "The user agent has the token 'GPTBot', which is GPTBot of OpenAI (training, an AI crawler):"
    " https://developers.openai.com/api/docs/bots"
)
GPTBOT_LIST = "openai-gptbot (https://openai.com/gptbot.json)"
GPTBOT_DATE = built_in_snapshots()["openai-gptbot"].date
CHATGPT_USER_DATE = built_in_snapshots()["openai-chatgpt-user"].date
CHATGPT_USER_LIST = "openai-chatgpt-user (https://openai.com/chatgpt-user.json)"
IS_HIDDEN_CHATGPT_USER = (
    "The user agent is a browser's, but the address is one of ChatGPT-User of OpenAI"
    " (user_fetch, an AI crawler) alone."
)
IS_BYTESPIDER = (
    "The user agent has the token 'Bytespider', which is Bytespider of ByteDance (training, an AI crawler):"
    " https://github.com/ai-robots-txt/ai.robots.txt"
)
IS_GOOGLE_EXTENDED = (
    "The user agent has the token 'Google-Extended', which is Google-Extended of Google"
    " (training, an AI crawler):"
    " https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
)
IS_GOOGLEBOT = (
    "The user agent has the token 'Googlebot', which is Googlebot of Google (search, no AI crawler):"
    " https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
)


def test_the_value_of_a_spoofed_crawler_is_written_out_once():
    assert msgspec.to_builtins(explain()) == {
        "crawler": {
            "name": "GPTBot",
            "operator": "OpenAI",
            "product": "ChatGPT",
            "purpose": "training",
            "bot_type": "ai_training",
            "is_ai_crawler": True,
            "version": "1.2",
            "recognised_by": "user_agent",
            "token": "GPTBot",
            "documentation": "https://developers.openai.com/api/docs/bots",
        },
        "verification": "contradicted",
        "verification_evidence": f"outside:openai-gptbot@{GPTBOT_DATE}",
        "referral_source": "none",
        "referral_type": "none",
        "fate": "stored",
        "reasons": [
            IS_GPTBOT,
            f"Contradicted: the address is outside the published list {GPTBOT_LIST}.",
            STORED,
        ],
    }


def test_a_crawler_within_its_list_is_verified():
    assert explain(log_record(ip=GPTBOT_IP)) == of_crawler(
        explained("GPTBot", version="1.2"),
        ("verified", f"ip:openai-gptbot@{GPTBOT_DATE}"),
        [IS_GPTBOT, f"Verified: the address is in the published list {GPTBOT_LIST}.", STORED],
    )


@pytest.mark.parametrize(
    ("ip", "evidence", "reason"),
    [
        ("", "no-address", "Claimed: the record has no address to check."),
        (
            "10.0.0.1",
            "private-address",
            "Claimed: the address is private, probably a proxy's; log the client's own.",
        ),
        (
            "52.230.152.0",
            f"ip:openai-gptbot@{GPTBOT_DATE}",
            f"Verified: the address is in the published list {GPTBOT_LIST}.",
        ),
        (
            "4.227.36.0",
            "masked-address",
            "Claimed: the address is masked, and only part of what it hides is in the list.",
        ),
    ],
)
def test_an_address_that_tells_little_is_explained(ip, evidence, reason):
    state = "verified" if evidence.startswith("ip:") else "claimed"

    assert explain(log_record(ip=ip)) == of_crawler(
        explained("GPTBot", version="1.2"), (state, evidence), [IS_GPTBOT, reason, STORED]
    )


def test_a_list_without_a_copy_leaves_a_claim():
    knowledge = msgspec.structs.replace(KNOWLEDGE, snapshots={})

    found = Explainer(RULES["bot"], knowledge).explain(log_record(), KEEP_ALL, NOW)

    assert found == of_crawler(
        explained("GPTBot", version="1.2"),
        ("claimed", "no-snapshot"),
        [
            IS_GPTBOT,
            "Claimed: there is no copy of its list yet; run 'crawlsight ranges refresh'.",
            STORED,
        ],
    )


def test_a_crawler_that_nothing_can_check_is_unverifiable():
    found = explain(log_record(user_agent="Mozilla/5.0 (compatible; Bytespider)"))

    assert found == of_crawler(
        explained("Bytespider"),
        ("unverifiable", ""),
        [
            IS_BYTESPIDER,
            "Unverifiable: its operator publishes nothing by which it could be checked.",
            STORED,
        ],
    )


def test_a_name_for_robots_txt_alone_is_contradicted_wherever_it_comes_from():
    expected = of_crawler(
        explained("Google-Extended", version="1.0"),
        ("contradicted", "robots-only"),
        [
            IS_GOOGLE_EXTENDED,
            "Contradicted: the name is for robots.txt alone, no genuine client sends it.",
            STORED,
        ],
    )

    agent = "Mozilla/5.0 (compatible; Google-Extended/1.0)"
    assert [explain(log_record(user_agent=agent, ip=ip)) for ip in ("66.249.66.1", "")] == [expected] * 2


@pytest.mark.parametrize(
    ("name", "verdict", "reason"),
    [
        (
            "crawl-66-249-66-1.googlebot.com",
            ("verified", "rdns:crawl-66-249-66-1.googlebot.com"),
            "Verified by the address's reverse DNS: crawl-66-249-66-1.googlebot.com.",
        ),
        (
            "host.evil.example",
            ("contradicted", "rdns:host.evil.example"),
            "Contradicted by the address's reverse DNS: host.evil.example.",
        ),
        (
            "googlebot.com.evil.example",
            ("contradicted", "rdns:googlebot.com.evil.example"),
            "Contradicted by the address's reverse DNS: googlebot.com.evil.example.",
        ),
        (
            "",
            ("contradicted", "rdns:no name"),
            "Contradicted by the address's reverse DNS: no name.",
        ),
        (
            None,
            ("claimed", ""),
            "Claimed: nothing in the record can be checked against what its operator publishes.",
        ),
    ],
)
def test_a_name_of_the_address_decides_where_the_operator_names_a_domain(name, verdict, reason):
    knowledge = msgspec.structs.replace(
        KNOWLEDGE,
        catalogue=built_in_catalogue().with_entries(
            """
            [[crawler]]
            name = "Googlebot"
            tokens = ["Googlebot"]
            operator = "google"
            product = "Google Search"
            purpose = "search"
            is_ai_crawler = false
            documentation = "https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
            checked = 2026-11-22
            rdns_suffixes = [".googlebot.com"]
            examples = ["Googlebot/2.1"]
            counterexamples = ["Googlebots"]
            """
        ),
    )

    found = Explainer(RULES["bot"], knowledge).explain(
        log_record(user_agent=GOOGLEBOT, ip="192.0.32.9"), KEEP_ALL, NOW, name
    )

    assert found == of_crawler(explained("Googlebot", version="2.1"), verdict, [IS_GOOGLEBOT, reason, STORED])


def test_a_name_that_is_given_outweighs_a_list_that_lacks_the_address():
    found = explain(log_record(user_agent=GOOGLEBOT, ip="192.0.32.9"), rdns_name="x.googlebot.com")

    assert found == of_crawler(
        explained("Googlebot", version="2.1"),
        ("verified", "rdns:x.googlebot.com"),
        [IS_GOOGLEBOT, "Verified by the address's reverse DNS: x.googlebot.com.", STORED],
    )


def test_a_name_says_nothing_of_a_person():
    assert explain(log_record(user_agent=BROWSER), rdns_name="x.googlebot.com") == of_person(
        ("none", "none"), "No referrer and no known tag tell who sent this person."
    )


@pytest.mark.parametrize(
    ("changes", "referral", "reason"),
    [
        ({}, ("none", "none"), "No referrer and no known tag tell who sent this person."),
        ({"referer": "-"}, ("none", "none"), "No referrer and no known tag tell who sent this person."),
        (
            {"referer": "https://chatgpt.com/"},
            ("openai", "referer"),
            "Sent by the AI assistant openai, by the referrer.",
        ),
        (
            {"path": "/?utm_source=chatgpt.com"},
            ("openai", "utm"),
            "Sent by the AI assistant openai, by a tag in the requested URL.",
        ),
        (
            {"query_params": {"utm_source": "perplexity"}},
            ("perplexity", "utm"),
            "Sent by the AI assistant perplexity, by a tag in the requested URL.",
        ),
        (
            {"referer": "https://example.com/?utm_source=chatgpt.com"},
            ("openai", "referer-utm"),
            "Sent by the AI assistant openai, by referrer and tag.",
        ),
        ({"referer": "https://example.com/a"}, ("internal", "internal"), "The referrer is the site itself."),
        ({"referer": "https://news.example/"}, ("other", "referer"), "The referrer is no AI assistant."),
    ],
    ids=["nothing", "-", "referrer", "tag", "tag apart", "tagged page", "own site", "another site"],
)
def test_a_person_is_explained_by_who_sent_them(changes, referral, reason):
    assert explain(log_record(user_agent=BROWSER, **changes)) == of_person(referral, reason)


def test_a_tag_that_is_no_utm_source_is_not_called_one():
    found = explain(log_record(user_agent=BROWSER, path="/?referrer=grok.com"))

    assert (found.referral_source, found.referral_type) == ("grok", "utm")
    assert "utm_source" not in found.reasons[1]


def test_a_browser_at_an_address_of_one_product_alone_is_that_product():
    found = explain(log_record(user_agent=BROWSER, ip=CHATGPT_USER_IP, referer="https://chatgpt.com/"))

    assert found == of_crawler(
        explained("ChatGPT-User", by="address", token=""),
        ("verified", f"ip:openai-chatgpt-user@{CHATGPT_USER_DATE}"),
        [
            IS_HIDDEN_CHATGPT_USER,
            f"Verified: the address is in the published list {CHATGPT_USER_LIST}.",
            STORED,
        ],
    )
