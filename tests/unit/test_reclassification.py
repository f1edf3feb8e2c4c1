"""Judging a stored visit again: what is judged anew, and what stands because it cannot be."""

from datetime import date

import pytest

from builders import BROWSER, GPTBOT
from crawlsight.detect import Knowledge, parse_catalogue
from crawlsight.detect.ranges import Snapshot
from crawlsight.ingest.reclassification import HUMAN, Classification, Reclassifier

CATALOGUE = """
[operator.openai]
name = "OpenAI"

[ip_list.gptbot]
operator = "openai"
url = "https://openai.com/gptbot.json"

[ip_list.agent]
operator = "openai"
url = "https://openai.com/agent.json"
browsers_are = "Agent"

[[crawler]]
name = "GPTBot"
tokens = ["GPTBot"]
operator = "openai"
purpose = "training"
is_ai_crawler = true
documentation = "https://openai.com/gptbot"
checked = 2026-11-01
ip_lists = ["gptbot"]
rdns_suffixes = [".openai.com"]
examples = ["GPTBot/1.2"]
counterexamples = ["NotGPTBot"]

[[crawler]]
name = "Agent"
operator = "openai"
purpose = "agent"
is_ai_crawler = true
documentation = "https://openai.com/agent"
checked = 2026-11-01
ip_lists = ["agent"]
signature_agents = ["agent.openai.com"]
examples = []
counterexamples = []

[[crawler]]
name = "Plain"
tokens = ["Plain"]
operator = "openai"
purpose = "search"
is_ai_crawler = false
documentation = "https://openai.com/plain"
checked = 2026-11-01
examples = ["Plain/1"]
counterexamples = ["Plainer"]
"""

INSIDE, OUTSIDE, OF_AGENT = "192.0.2.9", "198.51.100.7", "203.0.113.4"
MASKED_INSIDE = "192.0.2.0"

IP, OUT = "ip:gptbot@2026-11-01", "outside:gptbot@2026-11-01"


def snapshot(*prefixes, created="2026-11-01"):
    return Snapshot("https://openai.com", "https://openai.com", created, str(date(2026, 11, 2)), prefixes)


def reclassifier(catalogue=CATALOGUE, **lists):
    lists = {"gptbot": snapshot("192.0.2.0/28"), "agent": snapshot("203.0.113.0/29"), **lists}
    return Reclassifier(Knowledge(parse_catalogue(catalogue), (), lists))


def gptbot(verification="claimed", evidence=""):
    return Classification("GPTBot", "openai", "ai_training", "training", True, verification, evidence)


def agent(verification="verified", evidence="ip:agent@2026-11-01"):
    return Classification("Agent", "openai", "ai_agent", "agent", True, verification, evidence)


PLAIN = Classification("Plain", "openai", "index", "search", False, "unverifiable", "")


@pytest.mark.parametrize(
    ("user_agent", "ip", "expected"),
    [
        (GPTBOT, INSIDE, gptbot("verified", IP)),
        (GPTBOT, OUTSIDE, gptbot("contradicted", OUT)),
        (GPTBOT, "", gptbot("claimed", "no-address")),
        (GPTBOT, MASKED_INSIDE, gptbot("claimed", "masked-address")),
        ("Plain/1", INSIDE, PLAIN),
        (BROWSER, OF_AGENT, agent()),
        (BROWSER, INSIDE, HUMAN),
        ("", OF_AGENT, HUMAN),
    ],
)
def test_a_person_may_turn_out_to_be_a_crawler(user_agent, ip, expected):
    assert reclassifier().classify(user_agent, ip, HUMAN) == expected


@pytest.mark.parametrize("current", [gptbot(), gptbot("verified", "rdns:a.openai.com"), agent(), PLAIN])
def test_a_crawler_may_turn_out_to_be_a_person(current):
    assert reclassifier().classify(BROWSER, OUTSIDE, current) == HUMAN


def test_a_crawler_may_turn_out_to_be_another_and_nothing_of_the_first_stands():
    current = agent("verified", "signature:agent.openai.com#key")

    assert reclassifier().classify(GPTBOT, OUTSIDE, current) == gptbot("contradicted", OUT)


def test_what_the_catalogue_says_of_a_crawler_is_taken_over():
    current = gptbot("verified", IP)._replace(bot_provider="other", purpose="dataset", is_ai_crawler=False)

    assert reclassifier().classify(GPTBOT, INSIDE, current) == gptbot("verified", IP)


def test_an_address_that_was_in_the_crawlers_list_then_is_not_contradicted_by_the_list_of_now():
    current = gptbot("verified", "ip:gptbot@2026-01-01")

    assert reclassifier().classify(GPTBOT, OUTSIDE, current) == current


@pytest.mark.parametrize(
    ("verification", "evidence", "ip", "expected"),
    [
        ("contradicted", "outside:gptbot@2026-01-01", INSIDE, gptbot("verified", IP)),
        ("verified", "ip:former@2026-01-01", OUTSIDE, gptbot("contradicted", OUT)),
        ("verified", "ip:former@2026-01-01", INSIDE, gptbot("verified", IP)),
        ("claimed", "no-snapshot", INSIDE, gptbot("verified", IP)),
        ("claimed", "bad-signature:expired", INSIDE, gptbot("verified", IP)),
    ],
)
def test_an_address_is_judged_by_the_lists_of_now(verification, evidence, ip, expected):
    assert reclassifier().classify(GPTBOT, ip, gptbot(verification, evidence)) == expected


@pytest.mark.parametrize(
    ("ip", "current"),
    [
        (INSIDE, gptbot("verified", "ip:gptbot@2026-01-01")),
        (OUTSIDE, gptbot("contradicted", "outside:gptbot@2026-01-01")),
    ],
)
def test_a_newer_list_that_says_the_same_changes_nothing(ip, current):
    assert reclassifier().classify(GPTBOT, ip, current) == current


@pytest.mark.parametrize(
    ("verification", "evidence"),
    [
        ("verified", "signature:agent.openai.com#key"),
        ("verified", "rdns:crawl.openai.com"),
        ("contradicted", "rdns:no name"),
    ],
)
@pytest.mark.parametrize("ip", [INSIDE, OUTSIDE, ""])
def test_a_verdict_on_a_signature_or_name_stands_as_neither_is_stored(verification, evidence, ip):
    current = gptbot(verification, evidence)

    assert reclassifier().classify(GPTBOT, ip, current) == current


@pytest.mark.parametrize("ip", ["", MASKED_INSIDE, "not an address"])
@pytest.mark.parametrize(
    ("verification", "evidence"),
    [
        ("verified", "ip:gptbot@2026-01-01"),
        ("contradicted", "outside:gptbot@2026-01-01"),
        ("claimed", "private-address"),
    ],
)
def test_a_verdict_on_a_whole_address_stands_when_only_less_is_stored(ip, verification, evidence):
    current = gptbot(verification, evidence)

    assert reclassifier().classify(GPTBOT, ip, current) == current


def test_a_bad_signature_stays_known_as_long_as_nothing_else_is():
    current = gptbot("claimed", "bad-signature:expired")

    assert reclassifier().classify(GPTBOT, "", current) == current


def test_a_crawler_that_never_had_a_list_is_judged_without_an_address_too():
    assert reclassifier().classify(GPTBOT, "", gptbot("unverifiable")) == gptbot("claimed", "no-address")


@pytest.mark.parametrize("ip", ["", "203.0.113.0"])
def test_a_crawler_found_behind_a_browser_stays_when_its_address_was_not_kept(ip):
    assert reclassifier().classify(BROWSER, ip, agent()) == agent()


def test_a_crawler_found_behind_a_browser_goes_when_its_address_is_outside_now():
    assert reclassifier().classify(BROWSER, OUTSIDE, agent()) == HUMAN


def test_a_crawler_found_by_its_signature_stays():
    current = agent("verified", "signature:agent.openai.com#key")

    assert reclassifier().classify(BROWSER, OUTSIDE, current) == current
    assert reclassifier().classify("curl/8", "", current) == current


def test_a_signed_crawler_that_the_catalogue_lost_stays_as_it_is():
    current = agent("verified", "signature:gone.example#key")._replace(bot_name="Gone")

    assert reclassifier().classify(BROWSER, OUTSIDE, current) == current


def test_what_is_judged_twice_by_the_same_knowledge_stays():
    found = reclassifier()
    for user_agent in (GPTBOT, BROWSER, "Plain/1", ""):
        for ip in (INSIDE, OUTSIDE, OF_AGENT, MASKED_INSIDE, "10.0.0.1", "", "203.0.113.0"):
            once = found.classify(user_agent, ip, HUMAN)

            assert found.classify(user_agent, ip, once) == once
