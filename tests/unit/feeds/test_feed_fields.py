"""Single values in every shape that vendors give them."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.feeds.cloudfront import decode_target
from crawlsight.feeds.fields import address, decode_user_agent, instant, number, split_url, target

AGENT = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (1_795_305_598, 1_795_305_598),
        ("1795305598", 1_795_305_598),
        ("1795305598.123", 1_795_305_598.123),
        (1_795_305_598.5, 1_795_305_598.5),
        (1_795_305_598_123, 1_795_305_598_123),
        ("1795305598123456", 1_795_305_598_123),
        (1_795_305_598_123_456_789, 1_795_305_598_123),
        ("1795305598123456789", 1_795_305_598_123),
        ("2026-11-21T23:59:58.123456789Z", "2026-11-21T23:59:58.123456789Z"),
        ("2026-11-21T23:59:58+0000", "2026-11-21T23:59:58+0000"),
        ("-", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_instants_are_seconds_milliseconds_or_text(written, meant):
    assert instant(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"), [("200", 200), ("0.254", 0.254), (7, 7), ("x", "x"), ("-", None), (False, None)]
)
def test_numbers_may_be_text(written, meant):
    assert number(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("203.0.113.9:51234", "203.0.113.9"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("203.0.113.xx", "203.0.113.xx"),
        ("", ""),
        (None, None),
    ],
)
def test_a_port_is_no_part_of_an_address(written, meant):
    assert address(written) == meant


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://www.example.com:443/p?q=1#f", ("www.example.com:443", "/p?q=1")),
        ("https://user:password@www.example.com", ("www.example.com", "/")),
        ("http://www.example.com?x=1", ("www.example.com", "/?x=1")),
        ("/a?u=http://b", (None, "/a?u=http://b")),
        (None, (None, None)),
    ],
)
def test_urls_are_split_and_lose_their_password(url, parts):
    assert split_url(url) == parts


def test_a_target_that_is_too_long_with_its_query_is_split():
    query = f"a=1&a=2&b=&c={'x' * 2_050}"

    assert target("/p", query) == {"path": "/p", "query_params": {"a": "1", "b": "", "c": "x" * 2_050}}
    assert target("p", "a=1") == {"path": "/p?a=1"}
    assert target("*") == {"path": "*"}


def test_a_target_with_very_many_parameters_keeps_the_first_hundred():
    assert len(target("/p", "&".join(f"k{i}=1" for i in range(3_000)))["query_params"]) == 100


@pytest.mark.parametrize(
    "written",
    [
        AGENT,
        AGENT.replace(" ", "%20"),
        AGENT.replace(" ", "%2520"),
        quote(AGENT, safe="").replace("%20", "+"),
        quote(AGENT, safe=""),
    ],
)
def test_a_user_agent_is_read_however_it_was_encoded(written):
    assert decode_user_agent(written) == AGENT


@pytest.mark.parametrize("agent", ["curl/8.0", "a+b", "100%", "a b%20c", ""])
def test_a_user_agent_that_was_not_encoded_stays(agent):
    assert decode_user_agent(agent) == agent


@pytest.mark.parametrize(
    ("logged", "sent"),
    [
        ("/caf%25C3%25A9", "/caf%C3%A9"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/a%20b", "/a%20b"),
        ("/a%2520b", "/a%20b"),
        ("/%257Euser/%5B1%5D", "/%7Euser/[1]"),
        ("/x%2Fy%3Fz%23", "/x%2Fy%3Fz%23"),
    ],
)
def test_a_target_is_decoded_once_and_no_further(logged, sent):
    assert decode_target(logged) == sent


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), min_size=1))
def test_a_target_survives_the_log_s_encoding(sent):
    logged = "".join(f"%{ord(char):02X}" if char in "<>\"%{}|\\^~[]`'" else char for char in sent)

    assert decode_target(logged) == sent
