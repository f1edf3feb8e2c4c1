"""Whether a crawler is who it claims to be: every verdict and its evidence."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER
from crawlsight.detect import (
    NOT_A_BOT,
    Verdict,
    Verification,
    Verifier,
    built_in_catalogue,
    built_in_knowledge,
    parse_catalogue,
)
from crawlsight.detect.ranges import IpRanges, Snapshot, built_in_snapshots

CATALOGUE = """
[operator.acme]
name = "Acme"

[ip_list.one]
operator = "acme"
url = "https://acme.example/one.json"

[ip_list.two]
operator = "acme"
url = "https://acme.example/two.json"

[ip_list.unread]
operator = "acme"
url = "https://acme.example/unread.json"

[ip_list.hidden]
operator = "acme"
url = "https://acme.example/hidden.json"
browsers_are = "Hidden"

[ip_list.hidden-unread]
operator = "acme"
url = "https://acme.example/hidden-unread.json"
browsers_are = "Unproved"
"""

ENTRY = """
[[crawler]]
name = "{name}"
tokens = ["{name}"]
operator = "acme"
purpose = "other"
is_ai_crawler = true
documentation = "https://acme.example"
checked = 2026-11-22
examples = ["{name}/1.0"]
counterexamples = ["Not{name}/1.0"]
{more}
"""

CRAWLERS = {
    "Unproved": "",
    "Listed": 'ip_lists = ["one"]',
    "TwiceListed": 'ip_lists = ["one", "two"]',
    "Unread": 'ip_lists = ["unread"]',
    "HalfRead": 'ip_lists = ["one", "unread"]',
    "Wandering": 'ip_lists = ["one"]\nruns_elsewhere = true',
    "Named": 'rdns_suffixes = [".acme.example", ".acme.test"]',
    "NamedWandering": 'rdns_suffixes = [".acme.example"]\nruns_elsewhere = true',
    "ListedNamed": 'ip_lists = ["one"]\nrdns_suffixes = [".acme.example"]',
    "UnreadNamed": 'ip_lists = ["unread"]\nrdns_suffixes = [".acme.example"]',
    "Signing": 'signature_agents = ["agent.acme.example"]',
    "ListedSigning": 'ip_lists = ["one"]\nsignature_agents = ["agent.acme.example", "old.acme.example"]',
    "Hidden": 'ip_lists = ["hidden"]',
    "RobotsOnly": "robots_only = true",
}

PREFIXES = {
    "one": ["203.0.113.0/28", "198.51.100.0/24", "2001:db8::/48"],
    "two": ["203.0.113.128/25"],
    "hidden": ["192.0.2.16/28", "192.1.0.0/22", "2001:db8:2::/64"],
}


def snapshot(prefixes, created="2026-10-01T00:00:00Z"):
    return Snapshot("https://acme.example", "https://acme.example", created, "2026-11-22", tuple(prefixes))


def verifier_of(prefixes, crawlers=CRAWLERS):
    entries = (ENTRY.format(name=name, more=more) for name, more in crawlers.items())
    catalogue = parse_catalogue(CATALOGUE, *entries)
    snapshots = {slug: snapshot(found) for slug, found in prefixes.items()}
    return Verifier(catalogue, IpRanges(snapshots)), {found.name: found for found in catalogue.crawlers}


VERIFIER, BY_NAME = verifier_of(PREFIXES)


class Signature(NamedTuple):
    """What became of a signature, as the verifier wants it."""

    state: str
    agent: str = "agent.acme.example"
    keyid: str = "key-1"
    reason: str = "the reason"


def verify(name, ip, signature=None, rdns_name=None):
    return VERIFIER.verify(BY_NAME[name], ip, signature, rdns_name)


def verified(evidence):
    return Verdict("verified", evidence)


def claimed(evidence):
    return Verdict("claimed", evidence)


def contradicted(evidence):
    return Verdict("contradicted", evidence)


OUTSIDE = contradicted("outside:one@2026-10-01")
UNVERIFIABLE = Verdict("unverifiable", "")


@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Listed", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("Listed", "203.0.113.7:443", verified("ip:one@2026-10-01")),
        ("Listed", "::ffff:203.0.113.7", verified("ip:one@2026-10-01")),
        ("Listed", "203.0.113.7, 10.0.0.1", verified("ip:one@2026-10-01")),
        ("Listed", "2001:db8::7", verified("ip:one@2026-10-01")),
        ("Listed", "[2001:db8::7]:443", verified("ip:one@2026-10-01")),
        ("Listed", "203.0.113.16", OUTSIDE),
        ("Listed", "2001:db8:1::7", OUTSIDE),
        ("TwiceListed", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("TwiceListed", "203.0.113.129", verified("ip:two@2026-10-01")),
        ("TwiceListed", "203.0.113.16", contradicted("outside:one@2026-10-01,two@2026-10-01")),
        ("Wandering", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("Wandering", "203.0.113.16", claimed("outside:one@2026-10-01")),
    ],
)
def test_an_address_is_inside_or_outside_the_published_lists(name, ip, verdict):
    assert verify(name, ip) == verdict


@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Listed", "198.51.100.0", verified("ip:one@2026-10-01")),
        ("Listed", "203.0.113.0", claimed("masked-address")),
        ("Listed", "203.0.112.0", OUTSIDE),
        ("Listed", "198.51.101.0", OUTSIDE),
        ("Listed", "2001:db8::", verified("ip:one@2026-10-01")),
        ("Listed", "2001:db8:1::", OUTSIDE),
        ("TwiceListed", "203.0.113.0", claimed("masked-address")),
        ("Wandering", "203.0.113.0", claimed("masked-address")),
        ("Wandering", "203.0.112.0", claimed("outside:one@2026-10-01")),
        ("HalfRead", "203.0.113.0", claimed("no-snapshot")),
        ("Hidden", "2001:db8:2::", claimed("masked-address")),
    ],
)
def test_a_masked_address_proves_something_only_as_a_whole(name, ip, verdict):
    assert verify(name, ip) == verdict


@pytest.mark.parametrize("ip", ["10.0.0.1", "192.168.0.0", "127.0.0.1", "::1", "fd00::1", "100.64.0.1"])
@pytest.mark.parametrize("name", ["Listed", "Unread", "Wandering", "Named", "Signing"])
def test_a_private_address_proves_nothing(name, ip):
    assert verify(name, ip) == claimed("private-address")


@pytest.mark.parametrize("ip", ["", "-", "hash", "203.0.113.xx", "unknown"])
@pytest.mark.parametrize("name", ["Listed", "Unread", "Wandering", "Named", "Signing"])
def test_what_is_no_address_proves_nothing(name, ip):
    assert verify(name, ip) == claimed("no-address")


@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Unread", "203.0.113.7", claimed("no-snapshot")),
        ("HalfRead", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("HalfRead", "203.0.113.16", claimed("no-snapshot")),
    ],
)
def test_a_list_that_was_never_read_contradicts_nobody(name, ip, verdict):
    assert verify(name, ip) == verdict


def test_a_list_is_named_by_the_day_of_the_copy_when_it_does_not_say_its_own():
    catalogue = VERIFIER._catalogue
    undated = Verifier(catalogue, IpRanges({"one": snapshot(["203.0.113.0/28"], created="")}))

    verdicts = [undated.verify(BY_NAME["Listed"], ip) for ip in ("203.0.113.7", "203.0.113.16")]

    assert verdicts == [verified("ip:one@2026-11-22"), contradicted("outside:one@2026-11-22")]


@pytest.mark.parametrize("ip", ["203.0.113.7", "10.0.0.1", "", "hash"])
@pytest.mark.parametrize("rdns_name", [None, "", "crawl.acme.example"])
def test_a_crawler_whose_operator_publishes_nothing_is_unverifiable(ip, rdns_name):
    assert verify("Unproved", ip, rdns_name=rdns_name) == UNVERIFIABLE


@pytest.mark.parametrize("ip", ["203.0.113.7", "10.0.0.1", "", "hash"])
@pytest.mark.parametrize("rdns_name", [None, "", "crawl.acme.example"])
def test_a_name_for_robots_txt_alone_is_nobodys_user_agent(ip, rdns_name):
    assert verify("RobotsOnly", ip, rdns_name=rdns_name) == contradicted("robots-only")


@pytest.mark.parametrize(
    ("name", "rdns_name", "verdict"),
    [
        ("Named", None, claimed("")),
        ("Named", "crawl-1.acme.example", verified("rdns:crawl-1.acme.example")),
        ("Named", "a.b.acme.test", verified("rdns:a.b.acme.test")),
        ("Named", "acme.example", contradicted("rdns:acme.example")),
        ("Named", "notacme.example", contradicted("rdns:notacme.example")),
        ("Named", "crawl.acme.example.evil.test", contradicted("rdns:crawl.acme.example.evil.test")),
        ("Named", "", contradicted("rdns:no name")),
        ("ListedNamed", None, OUTSIDE),
        ("ListedNamed", "", OUTSIDE),
        ("ListedNamed", "home.isp.example", OUTSIDE),
        ("ListedNamed", "crawl-1.acme.example", verified("rdns:crawl-1.acme.example")),
        ("Listed", "crawl-1.acme.example", OUTSIDE),
        ("Signing", "crawl-1.acme.example", claimed("")),
        ("UnreadNamed", None, claimed("no-snapshot")),
        ("UnreadNamed", "crawl-1.acme.example", verified("rdns:crawl-1.acme.example")),
    ],
)
def test_a_reverse_dns_name_proves_or_contradicts(name, rdns_name, verdict):
    assert verify(name, "192.0.2.99", rdns_name=rdns_name) == verdict


def test_a_published_list_outweighs_a_missing_name():
    assert verify("ListedNamed", "203.0.113.7", rdns_name="") == verified("ip:one@2026-10-01")


def test_a_crawler_that_runs_elsewhere_too_is_not_contradicted_by_a_name():
    found = verify("NamedWandering", "192.0.2.99", rdns_name="home.isp.example")

    assert found == claimed("rdns:home.isp.example")


def test_a_foreign_name_contradicts_a_crawler_whose_list_was_never_read():
    found = verify("UnreadNamed", "192.0.2.99", rdns_name="home.isp.example")

    assert found == contradicted("rdns:home.isp.example")


@pytest.mark.parametrize("rdns_name", ["CRAWL-1.Acme.Example", "crawl-1.acme.example."])
def test_a_reverse_dns_name_counts_in_any_case_and_with_its_last_dot(rdns_name):
    assert verify("Named", "192.0.2.99", rdns_name=rdns_name).state == "verified"


@pytest.mark.parametrize("ip", ["203.0.113.7", "203.0.113.16", "10.0.0.1", "", "hash"])
@pytest.mark.parametrize("name", ["Signing", "ListedSigning"])
def test_a_valid_signature_of_its_own_agent_verifies_from_anywhere(name, ip):
    found = verify(name, ip, Signature("valid"))

    assert found == verified("signature:agent.acme.example#key-1")


def test_each_of_a_crawlers_agents_may_sign():
    found = verify("ListedSigning", "203.0.113.16", Signature("valid", "old.acme.example", "key-2"))

    assert found == verified("signature:old.acme.example#key-2")


@pytest.mark.parametrize("agent", ["other.example", "acme.example", "", "AGENT.acme.example"])
@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Signing", "203.0.113.7", claimed("")),
        ("ListedSigning", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("ListedSigning", "203.0.113.16", OUTSIDE),
        ("Unproved", "203.0.113.7", UNVERIFIABLE),
        ("RobotsOnly", "203.0.113.7", contradicted("robots-only")),
    ],
)
def test_a_valid_signature_of_another_agent_is_none(name, ip, verdict, agent):
    assert verify(name, ip, Signature("valid", agent)) == verdict


@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Signing", "203.0.113.7", claimed("bad-signature:the reason")),
        ("Signing", "10.0.0.1", claimed("bad-signature:the reason")),
        ("Signing", "", claimed("bad-signature:the reason")),
        ("Listed", "203.0.113.0", claimed("bad-signature:the reason")),
        ("Unread", "203.0.113.7", claimed("bad-signature:the reason")),
        ("Wandering", "203.0.113.16", claimed("bad-signature:the reason")),
        ("ListedSigning", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("ListedSigning", "203.0.113.16", OUTSIDE),
        ("Unproved", "203.0.113.7", UNVERIFIABLE),
        ("RobotsOnly", "203.0.113.7", contradicted("robots-only")),
    ],
)
def test_an_invalid_signature_is_told_and_contradicts_nothing(name, ip, verdict):
    assert verify(name, ip, Signature("invalid")) == verdict


@pytest.mark.parametrize("state", ["unknown_key", "unreadable", "absent"])
@pytest.mark.parametrize("ip", ["203.0.113.7", "203.0.113.16", "203.0.113.0", "10.0.0.1", ""])
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_signature_that_cannot_be_checked_changes_nothing(name, ip, state):
    assert verify(name, ip, Signature(state)) == verify(name, ip)


@pytest.mark.parametrize("state", ["valid", "invalid", "unknown_key", "unreadable", "absent"])
@pytest.mark.parametrize("agent", ["agent.acme.example", "other.example", ""])
def test_a_crawler_is_named_by_its_agent_when_the_signature_is_valid(state, agent):
    found = VERIFIER.of_signature(Signature(state, agent))

    named = found is not None
    assert named == (state == "valid" and agent == "agent.acme.example")


def test_of_two_crawlers_with_one_agent_the_order_of_the_catalogue_does_not_decide():
    reversed_one, _ = verifier_of(PREFIXES, dict(reversed(CRAWLERS.items())))

    found = [verifier.of_signature(Signature("valid")).name for verifier in (VERIFIER, reversed_one)]

    assert found[0] == found[1]


def behind(*requests, verifier=VERIFIER):
    ips, user_agents = zip(*requests, strict=True)
    found = verifier.behind_browsers(ips, user_agents)
    return {position: crawler.name for position, crawler in found.items()}


@pytest.mark.parametrize(
    ("ip", "is_hidden"),
    [
        ("192.0.2.16", True),
        ("192.0.2.31", True),
        ("192.0.2.16:443", True),
        ("192.0.2.15", False),
        ("192.0.2.32", False),
        ("192.0.2.0", False),
        ("192.1.0.1", True),
        ("192.1.3.255", True),
        ("192.1.2.0", True),
        ("192.1.4.0", False),
        ("2001:db8:2::1", True),
        ("[2001:db8:2::1]:443", True),
        ("2001:db8:2:1::1", False),
        ("2001:db8:2::", False),
        ("2001:db8::1", False),
        ("203.0.113.7", False),
        ("10.0.0.1", False),
        ("", False),
        ("-", False),
        ("hash", False),
        ("192.0.2.xx", False),
    ],
)
def test_a_stock_browser_from_a_crawlers_addresses_is_that_crawler(ip, is_hidden):
    assert behind((ip, BROWSER)) == ({0: "Hidden"} if is_hidden else {})


@pytest.mark.parametrize(
    "ip", ["::ffff:192.0.2.16", "[::ffff:192.0.2.16]:443", " 192.0.2.16", "192.0.2.16, 10.0.0.1"]
)
def test_an_address_is_a_crawlers_however_it_was_logged(ip):
    assert verify("Hidden", ip) == verified("ip:hidden@2026-10-01")
    assert behind((ip, BROWSER)) == {0: "Hidden"}


@pytest.mark.parametrize(
    "user_agent",
    ["", "-", "Mozilla/5.0", "curl/8.0", "Mozilla/4.0 (compatible)", " " + BROWSER, "Opera/9.8 (X11)"],
)
def test_a_client_that_is_no_stock_browser_is_not_taken_for_the_crawler(user_agent):
    assert behind(("192.0.2.16", user_agent)) == {}


@pytest.mark.parametrize(
    "user_agent",
    ["Mozilla/5.0 (compatible; NewBot/1.0; +https://new.example)", BROWSER + " (compatible; NewBot/1.0)"],
)
def test_a_client_that_names_itself_is_no_stock_browser(user_agent):
    assert behind(("192.0.2.16", user_agent)) == {}


def test_crawlers_behind_browsers_are_found_by_position():
    found = behind(
        ("203.0.113.7", BROWSER),
        ("192.0.2.16", BROWSER),
        ("192.0.2.16", "curl/8.0"),
        ("192.0.2.99", BROWSER),
        ("2001:db8:2::1", BROWSER),
        ("", BROWSER),
        ("192.0.2.31", BROWSER),
    )

    assert found == {1: "Hidden", 4: "Hidden", 6: "Hidden"}


def test_no_requests_and_no_lists_hide_nobody():
    without, _ = verifier_of({})

    assert VERIFIER.behind_browsers([], []) == {}
    assert behind(("192.0.2.16", BROWSER), verifier=without) == {}


def test_a_list_of_a_wide_prefix_is_searched_to_its_end():
    wide, _ = verifier_of({"hidden": ["192.0.0.0/11"]})

    ends = ["192.0.0.1", "192.15.255.254", "192.31.255.254"]
    assert [wide.verify(BY_NAME["Hidden"], ip).state for ip in ends] == ["verified"] * 3
    assert behind(*((ip, BROWSER) for ip in ends[:2]), verifier=wide) == {0: "Hidden", 1: "Hidden"}


def test_a_list_of_a_very_wide_prefix_is_searched_to_its_end():
    wide, _ = verifier_of({"hidden": ["192.0.0.0/11"]})

    assert behind(("192.31.255.254", BROWSER), verifier=wide) == {0: "Hidden"}


ips = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(network="203.0.113.0/24").map(str),
    st.ip_addresses(network="2001:db8::/46").map(str),
    st.sampled_from(["", "-", "hash", "203.0.113.0", "198.51.100.0", "10.0.0.1"]),
    st.text(st.characters(), max_size=40),
)
signatures = st.none() | st.builds(
    Signature,
    st.sampled_from(["valid", "invalid", "unknown_key", "unreadable", "absent"]),
    st.sampled_from(["agent.acme.example", "other.example", ""]),
)
rdns_names = st.sampled_from([None, "", "crawl.acme.example", "home.isp.example"])
EVIDENCE = {
    "verified": ("ip:", "rdns:", "signature:"),
    "contradicted": ("outside:", "rdns:", "robots-only"),
    "claimed": (
        "",
        "no-address",
        "private-address",
        "masked-address",
        "no-snapshot",
        "outside:",
        "rdns:",
        "bad-signature:",
    ),
    "unverifiable": ("",),
}


@given(st.sampled_from(sorted(BY_NAME)), ips, signatures, rdns_names)
def test_every_verdict_has_one_of_the_documented_forms_and_is_the_same_when_asked_again(
    name, ip, signature, rdns_name
):
    found = verify(name, ip, signature, rdns_name)

    fresh, by_name = verifier_of(PREFIXES)
    assert fresh.verify(by_name[name], ip, signature, rdns_name) == found
    assert any(
        found.evidence == form or (form.endswith(":") and found.evidence.startswith(form))
        for form in EVIDENCE[found.state]
    )


@given(st.sampled_from(sorted(BY_NAME)), ips)
def test_an_address_alone_never_contradicts_a_crawler_that_no_list_of_its_own_was_read_for(name, ip):
    is_read = {"one", "two", "hidden"} >= set(BY_NAME[name].ip_lists) != set()

    found = verify(name, ip)

    assert found.state != "contradicted" or is_read or name == "RobotsOnly"


def test_a_person_has_no_verdict():
    assert Verdict("none", "") == NOT_A_BOT


def test_the_states_are_the_words_of_the_reports():
    assert [state.value for state in Verification] == [
        "verified",
        "claimed",
        "contradicted",
        "unverifiable",
        "none",
    ]


def test_remembered_verdicts_are_those_of_the_address_and_the_crawler():
    fresh, by_name = verifier_of(PREFIXES)
    addresses = [f"203.0.{n // 256}.{n % 256 or 1}" for n in range(25_000)]

    rounds = [[fresh.verify(by_name["Listed"], ip).state for ip in addresses] for _ in range(2)]

    assert rounds[0] == rounds[1]
    assert fresh.verify(by_name["Listed"], "203.0.113.7") == verified("ip:one@2026-10-01")
    assert fresh.verify(by_name["TwiceListed"], "203.0.113.129") == verified("ip:two@2026-10-01")
    assert len(fresh._verdicts) <= 20_000


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
