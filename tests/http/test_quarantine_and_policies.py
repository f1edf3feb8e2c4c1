"""What a project keeps, of whom, for how long, and what is set aside."""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from builders import BROWSER, GOOGLEBOT, GPTBOT, NOW, at, log_record
from crawlsight.ingest.policy import IpPolicy, Keep

FROM_CHATGPT = "https://chatgpt.com/"
RECORDS = {
    "ai crawler": log_record(path="/ai-crawler"),
    "search bot": log_record(path="/search-bot", user_agent=GOOGLEBOT),
    "sent by assistant": log_record(path="/sent", user_agent=BROWSER, referer=FROM_CHATGPT),
    "tagged by assistant": log_record(path="/tagged?utm_source=chatgpt.com", user_agent=BROWSER),
    "from another site": log_record(path="/other", user_agent=BROWSER, referer="https://news.example/"),
    "direct": log_record(path="/direct", user_agent=BROWSER),
    "nobody": log_record(path="/nobody", user_agent="curl/8.0"),
}
KEPT = {
    Keep.CRAWLERS: ["/ai-crawler"],
    Keep.AI: ["/ai-crawler", "/search-bot", "/sent", "/tagged"],
    Keep.ALL: ["/ai-crawler", "/direct", "/nobody", "/other", "/search-bot", "/sent", "/tagged"],
}


def paths(app, key):
    return sorted(visit["path"] for visit in app.visits(key))


@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_project_keeps_what_its_policy_says_in_either_dialect(app, style, keep):
    key = app.key(style, project=app.project(keep=keep))

    app.send(key, list(RECORDS.values()))

    assert paths(app, key) == KEPT[keep]


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_rows_that_are_not_kept_are_dropped_before_anything_is_persisted(app, style, data_directory):
    key = app.key(style, project=app.project(keep=Keep.CRAWLERS))
    dropped, kept = f"q8Xv5t1-{style}-dropped", f"q8Xv5t1-{style}-kept"

    app.send(key, [log_record(path=f"/{dropped}", user_agent=BROWSER), log_record(path=f"/{kept}")])

    assert paths(app, key) == [f"/{kept}"]
    stored = b"".join(contents(data_directory))
    assert kept.encode() in stored
    assert dropped.encode() not in stored


def contents(directory):
    # A merge may take a file or a folder away meanwhile; what it held is in another.
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(FileNotFoundError):
                yield (Path(folder) / name).read_bytes()


@pytest.mark.parametrize(
    ("styles", "keep", "days"),
    [
        (["ank"], Keep.CRAWLERS, 90),
        (["bot"], Keep.ALL, 3650),
        (["ank", "bot"], Keep.CRAWLERS, 90),
        (["bot", "ank"], Keep.ALL, 3650),
    ],
)
def test_the_first_keys_style_decides_what_a_project_keeps_and_for_how_long(app, styles, keep, days):
    project = app.project()
    keys = [app.key(style, project=project) for style in styles]

    policy = app.services.ledger.projects.by_name(project).policy
    app.send(keys[-1], list(RECORDS.values()))

    assert (policy.keep, policy.retention_days) == (keep, days)
    assert paths(app, keys[0]) == KEPT[keep]


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_given_policy_outlives_the_first_key(app, style):
    project = app.project(keep=Keep.AI, retention_days=7)
    app.key(style, project=project)

    policy = app.services.ledger.projects.by_name(project).policy

    assert (policy.keep, policy.retention_days) == (Keep.AI, 7)


@pytest.mark.parametrize("style", ["ank", "bot"])
@pytest.mark.parametrize(("days", "left"), [(None, None), (7, 7), (365, 365)])
def test_each_row_carries_its_own_expiry(app, style, days, left):
    key = app.key(style, project=app.project(retention_days=days))
    left = left or {"ank": 90, "bot": 3650}[style]

    app.send(key, [log_record(timestamp=at(days=3))])
    [visit] = app.visits(key)

    expected = NOW - timedelta(days=3) + timedelta(days=left)
    assert visit["expires_at"] == expected


IPS = [
    ("203.0.113.10", "203.0.113.0"),
    ("203.0.113.255", "203.0.113.0"),
    ("2001:db8:1234:5678::1", "2001:db8:1234::"),
    ("203.0.113.xx", "203.0.113.xx"),
    ("a" * 64, "a" * 64),
    ("", ""),
]


@pytest.mark.parametrize(("ip", "masked"), IPS)
@pytest.mark.parametrize("ip_policy", IpPolicy)
@pytest.mark.parametrize("human_ip_policy", IpPolicy)
def test_an_address_is_kept_masked_or_dropped_by_who_it_is(app, ip, masked, ip_policy, human_ip_policy):
    project = app.project(keep=Keep.ALL, ip_policy=ip_policy, human_ip_policy=human_ip_policy)
    key = app.key(project=project)

    app.send(key, [log_record(ip=ip, path="/bot"), log_record(ip=ip, path="/human", user_agent=BROWSER)])

    stored = {IpPolicy.KEEP: ip, IpPolicy.MASK: masked, IpPolicy.DROP: ""}
    assert {visit["path"]: visit["ip"] for visit in app.visits(key)} == {
        "/bot": stored[ip_policy],
        "/human": stored[human_ip_policy],
    }


def test_crawlers_addresses_are_kept_and_human_visits_masked_unless_told_otherwise(app):
    key = app.key("bot")

    app.send(key, [log_record(path="/bot"), log_record(path="/human", user_agent=BROWSER)])

    assert {visit["path"]: visit["ip"] for visit in app.visits(key)} == {
        "/bot": "203.0.113.10",
        "/human": "203.0.113.0",
    }


HOSTS = [
    ("example.com", True),
    ("EXAMPLE.com", True),
    ("example.com:8443", True),
    ("example.com.", True),
    ("www.example.com", True),
    ("a.b.example.com", True),
    ("shop.org", True),
    ("notexample.com", False),
    ("example.com.evil.org", False),
    ("example.org", False),
    ("com", False),
]


@pytest.mark.parametrize(("host", "is_owned"), HOSTS)
@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_valid_record_whose_host_is_none_of_the_listed_domains_is_set_aside(app, style, host, is_owned):
    key = app.key(style, project=app.project(domains=("example.com", "shop.org")))

    answer = app.send(key, [log_record(host=host)])
    app.load()

    assert answer.status_code == 200
    assert app.rows(key) == [(int(is_owned),)]
    assert [found["records"] for found in app.quarantined(key)] == [1] * (not is_owned)


def test_without_listed_domains_nothing_is_set_aside(app):
    key = app.key()

    answer = app.send(key, [log_record(host=host) for host, _ in HOSTS])

    assert answer.json()["quarantined_records"] == 0
    assert answer.json()["stored_ai_crawler_records"] == len(HOSTS)


@pytest.mark.parametrize(("keep", "rows"), [(Keep.CRAWLERS, 1), (Keep.AI, 4), (Keep.ALL, 7)])
def test_quarantined_records_are_counted_visible_for_review_and_in_no_report(app, keep, rows):
    key = app.key(project=app.project(keep=keep, domains=("example.com",)))
    logs = [record | {"host": "Elsewhere.org:80"} for record in RECORDS.values()] + [log_record()]

    answer = app.send(key, logs).json()
    found = app.quarantined(key)

    assert (answer["accepted_records"], answer["quarantined_records"]) == (8, 7)
    assert (answer["stored_ai_crawler_records"], answer["dropped_non_crawler_records"]) == (1, 0)
    assert [(row["host"], row["records"], row["rows"]) for row in found] == [("elsewhere.org", 7, rows)]
    assert found[0]["received_at_ms"] == NOW.timestamp() * 1000
    assert len(app.visits(key)) == 1
    assert app.rows(key, dimensions=["host"]) == [("example.com", 1)]
    assert app.rows(key, "referrals") == [(0,)]


def test_an_invalid_record_of_another_host_is_rejected_not_set_aside(app):
    key = app.key(project=app.project(domains=("example.com",)))

    answer = app.send(key, [log_record(host="else.org", status_code=1)])

    assert (answer.status_code, answer.json()["quarantined_records"]) == (422, 0)
    assert app.quarantined(key) == []


def test_a_batch_with_nothing_but_quarantined_records_is_accepted(app):
    key = app.key(project=app.project(domains=("example.com",)))

    answer = app.send(key, [log_record(host="else.org")])

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")


# Every crawler that a seed names, and what must not be taken for one.
NAMED_CRAWLERS = [
    "GPTBot",
    "OAI-SearchBot",
    "ChatGPT-User",
    "ClaudeBot",
    "Claude-User",
    "Claude-SearchBot",
    "PerplexityBot",
    "Perplexity-User",
    "Google-Extended",
    "meta-externalagent",
    "Bytespider",
    "Amazonbot",
    "Applebot",
    "Applebot-Extended",
    "CCBot",
    "cohere-ai",
    "YouBot",
    "MistralAI-User",
    "DuckAssistBot",
    "Gemini-Deep-Research",
    "Gemini",
]


@pytest.mark.parametrize("name", NAMED_CRAWLERS)
@pytest.mark.parametrize("write", [str, str.upper, str.lower], ids=["as named", "upper", "lower"])
def test_every_crawler_that_a_seed_names_counts_as_an_ai_crawler_in_any_case(app, name, write):
    key = app.key()
    agent = write(f"Mozilla/5.0 (compatible; {name}/1.0)")

    answer = app.send(key, [log_record(user_agent=agent)])

    assert answer.json()["stored_ai_crawler_records"] == 1
    assert [(visit["bot_name"], visit["is_ai_crawler"]) for visit in app.visits(key)] == [(name, True)]


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone) Mobile/15E148 GoogleWv/1.0 (WKWebView) GeminiiOS/1.2026.2470603",
        "HTCGemini/131169 CFNetwork/1410.0.3 Darwin/22.6.0",
        "Mozilla/5.0 (Linux; Android 8.1.0; Gemini Build/O11019) AppleWebKit/537.36",
        "com.gemini.app/24.5.1 (Android 14)",
        "NotGPTBot/1.0",
        "GPTBots/1.0",
        BROWSER,
    ],
)
def test_only_whole_tokens_count(app, agent):
    answer = app.send(app.key(), [log_record(user_agent=agent)])

    assert answer.json()["dropped_non_crawler_records"] == 1


@pytest.mark.parametrize(
    ("agent", "name"), [("Gemini/1.0", "Gemini"), ("compatible; Gemini", "Gemini"), (GPTBOT, "GPTBot")]
)
def test_a_product_token_counts_where_a_product_is_named(app, agent, name):
    key = app.key()

    app.send(key, [log_record(user_agent=agent)])

    assert [visit["bot_name"] for visit in app.visits(key)] == [name]


@pytest.mark.parametrize("name", ["Googlebot", "bingbot", "YandexBot"])
def test_classic_search_bots_are_index_bots_not_ai_crawlers(app, name):
    key = app.key("bot")

    app.send(key, [log_record(user_agent=f"Mozilla/5.0 (compatible; {name}/2.1)")])

    assert [(visit["bot_name"], visit["bot_type"], visit["is_ai_crawler"]) for visit in app.visits(key)] == [
        (name, "index", False)
    ]
