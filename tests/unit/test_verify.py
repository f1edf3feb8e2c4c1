"""Whether a crawler is who it claims to be, by address and name: every verdict and its evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verify_parts import (
    BY_NAME,
    OUTSIDE,
    PREFIXES,
    UNVERIFIABLE,
    Signature,
    claimed,
    contradicted,
    verified,
    verifier_of,
    verify,
)

from crawlsight.detect import NOT_A_BOT, Verdict, Verification


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
    undated, by_name = verifier_of({"one": ["203.0.113.0/28"]}, created="")

    verdicts = [undated.verify(by_name["Listed"], ip) for ip in ("203.0.113.7", "203.0.113.16")]

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
