"""Which crawler hides behind a browser's user agent, by the addresses that are its alone."""

import pytest
from verify_parts import BY_NAME, VERIFIER, verified, verifier_of, verify

from builders import BROWSER


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
