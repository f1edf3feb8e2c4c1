"""Whether real crawlers are who they claim to be, by the lists that the package brings."""

import pytest
from verify_parts import contradicted, verified

from builders import BROWSER
from crawlsight.detect import Verifier, built_in_catalogue, built_in_knowledge
from crawlsight.detect.ranges import IpRanges, built_in_snapshots

KNOWLEDGE = built_in_knowledge()
REAL = Verifier(KNOWLEDGE.catalogue, IpRanges(KNOWLEDGE.snapshots))
REAL_BY_NAME = {crawler.name: crawler for crawler in KNOWLEDGE.catalogue.crawlers}


def test_a_real_address_of_gptbot_is_verified_and_a_documentation_address_contradicted():
    snapshot_of_gptbot = built_in_snapshots()["openai-gptbot"]
    real = snapshot_of_gptbot.prefixes[0].partition("/")[0].rpartition(".")[0] + ".7"

    verdicts = [REAL.verify(REAL_BY_NAME["GPTBot"], ip) for ip in (real, "203.0.113.9")]

    assert verdicts == [
        verified(f"ip:openai-gptbot@{snapshot_of_gptbot.date}"),
        contradicted(f"outside:openai-gptbot@{snapshot_of_gptbot.date}"),
    ]


def first_addresses(slug):
    for prefix in KNOWLEDGE.snapshots[slug].prefixes:
        address, _, length = prefix.partition("/")
        if ":" in address:
            yield address if not address.endswith("::") else f"{address}1"
        elif length != "32":
            yield address.rpartition(".")[0] + f".{int(address.rpartition('.')[2]) + 1}"
        elif not address.endswith(".0"):
            yield address


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        (crawler.name, slug)
        for crawler in built_in_catalogue().crawlers
        for slug in crawler.ip_lists
        if slug in built_in_snapshots()
    ],
)
def test_every_listed_crawler_is_verified_at_every_prefix_of_its_list(name, slug):
    date = KNOWLEDGE.snapshots[slug].date

    verdicts = {REAL.verify(REAL_BY_NAME[name], ip) for ip in first_addresses(slug)}

    assert verdicts == {verified(f"ip:{slug}@{date}")}


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("Claude-User", "claimed"),
        ("Perplexity-User", "claimed"),
        ("ClaudeBot", "contradicted"),
        ("Bytespider", "unverifiable"),
        ("Applebot-Extended", "contradicted"),
        ("Google-Extended", "contradicted"),
        ("meta-externalagent", "claimed"),
        ("ChatGPT Agent", "claimed"),
        ("YouBot", "claimed"),
    ],
)
def test_what_an_unknown_address_says_of_a_real_crawler(name, verdict):
    assert REAL.verify(REAL_BY_NAME[name], "203.0.113.9").state == verdict


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        (slug, ip_list.browsers_are)
        for slug, ip_list in built_in_catalogue().ip_lists.items()
        if ip_list.browsers_are
    ],
)
def test_a_browser_at_every_prefix_of_a_real_list_is_the_crawler_that_hides_there(slug, name):
    addresses = list(first_addresses(slug))

    found = REAL.behind_browsers(addresses, [BROWSER] * len(addresses))

    assert {position: crawler.name for position, crawler in found.items()} == dict.fromkeys(
        range(len(addresses)), name
    )


def test_a_browser_from_anywhere_else_is_a_person():
    own = {slug for slug, ip_list in KNOWLEDGE.catalogue.ip_lists.items() if ip_list.browsers_are}
    hidden = {ip for slug in own for ip in first_addresses(slug)}
    gptbots = [ip for ip in first_addresses("openai-gptbot") if ip not in hidden]

    found = REAL.behind_browsers(["203.0.113.9", *gptbots], [BROWSER] * (1 + len(gptbots)))

    assert own == {"google-user-agents", "openai-chatgpt-user", "perplexity-user"}
    assert (len(gptbots) > 10, found) == (True, {})
