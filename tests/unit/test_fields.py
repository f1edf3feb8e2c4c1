"""Normal forms of single fields; every text has one."""

import ipaddress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.ingest.fields import (
    apply_ip_policy,
    normalise_host,
    normalise_method,
    split_path,
    to_instant,
)
from crawlsight.ingest.policy import IpPolicy

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timestamp", "instant"),
    [
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        (NOON.astimezone(timezone(timedelta(hours=5))), NOON),
        (NOON.timestamp(), NOON),
        (NOON.timestamp() * 1000, NOON),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (99_999_999_999, datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
        (100_000_000_000, datetime(1973, 3, 3, 9, 46, 40, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_a_date_seconds_or_milliseconds(timestamp, instant):
    assert to_instant(timestamp) == instant


@pytest.mark.parametrize(
    ("method", "normal"),
    [
        ("GET", "GET"),
        ("get", "GET"),
        (" Post ", "POST"),
        ("HEAD", "HEAD"),
        ("PUT", "PUT"),
        ("PATCH", "PATCH"),
        ("DELETE", "DELETE"),
        ("OPTIONS", "OPTIONS"),
        ("TRACE", "TRACE"),
        ("CONNECT", "CONNECT"),
        ("PROPFIND", "OTHER"),
        ("PURGE", "OTHER"),
        ("G E T", "OTHER"),
        ("\x16\x03", "OTHER"),
    ],
)
def test_a_method_is_upper_case_or_other(method, normal):
    assert normalise_method(method) == normal


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.com", "example.com"),
        (" example.com ", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com.", "example.com"),
        ("example.com.:8080", "example.com"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.10:80", "203.0.113.10"),
        ("[::1", "::1"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_host_is_lower_case_without_port_and_trailing_dot(host, normal):
    assert normalise_host(host) == normal


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/", ("/", "")),
        ("/a/b", ("/a/b", "")),
        ("/a?x=1&y=2", ("/a", "x=1&y=2")),
        ("/a?", ("/a", "")),
        ("/a?x=1?y=2", ("/a", "x=1?y=2")),
        ("https://example.com/a/b?x=1", ("/a/b", "x=1")),
        ("http://example.com", ("/", "")),
        ("https://example.com?x=1", ("/", "x=1")),
        ("https://example.com?next=/a", ("/", "next=/a")),
        ("/redirect?to=https://example.com/", ("/redirect", "to=https://example.com/")),
        ("*", ("*", "")),
        ("?x=1", ("", "x=1")),
    ],
)
def test_a_path_gives_up_its_query_scheme_and_host(path, parts):
    assert split_path(path) == parts


@pytest.mark.parametrize(
    ("ip", "masked"),
    [
        ("203.0.113.10", "203.0.113.0"),
        ("203.0.113.255", "203.0.113.0"),
        (" 203.0.113.10 ", "203.0.113.0"),
        ("203.0.113.10:8080", "203.0.113.0"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::"),
        ("2001:DB8:1234:5678:9ABC:DEF0:1234:5678", "2001:db8:1234::"),
        ("[2001:db8:1234:5678::1]:443", "2001:db8:1234::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::"),
        ("::ffff:203.0.113.10", "203.0.113.0"),
        ("::FFFF:203.0.113.10", "203.0.113.0"),
        ("[::ffff:203.0.113.10]:443", "203.0.113.0"),
        ("203.0.113.10, 198.51.100.7", "203.0.113.0, 198.51.100.0"),
        ("2001:db8::1,203.0.113.10", "2001:db8::, 203.0.113.0"),
        ("unknown, 203.0.113.10", "unknown, 203.0.113.0"),
    ],
)
def test_an_address_is_masked_to_its_network(ip, masked):
    assert apply_ip_policy(ip, IpPolicy.MASK) == masked


@pytest.mark.parametrize(
    "ip",
    [
        "",
        "203.0.113.xx",
        "203.0.113.0",
        "unknown",
        "localhost",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "a.b.c.4",
        "1f.10",
    ],
)
def test_what_is_no_address_or_masked_before_passes_a_mask(ip):
    assert apply_ip_policy(ip, IpPolicy.MASK) == ip


@given(st.ip_addresses())
def test_masking_keeps_the_network_alone(address):
    masked = ipaddress.ip_address(apply_ip_policy(str(address), IpPolicy.MASK))

    mapped = getattr(address, "ipv4_mapped", None)
    expected = mapped or address
    assert (
        masked
        == ipaddress.ip_network((expected, 24 if expected.version == 4 else 48), strict=False).network_address
    )


@given(st.text())
def test_keep_keeps_and_drop_drops_any_text(ip):
    assert (apply_ip_policy(ip, IpPolicy.KEEP), apply_ip_policy(ip, IpPolicy.DROP)) == (ip, "")


@given(st.text() | st.text("0123456789abcdef.:,[]% /", max_size=60))
def test_masking_never_raises_and_masking_twice_changes_nothing(ip):
    once = apply_ip_policy(ip, IpPolicy.MASK)

    assert apply_ip_policy(once, IpPolicy.MASK) == once


@given(st.text())
def test_every_text_has_normal_forms(text):
    normal = (normalise_host(text), normalise_method(text), *split_path(text))

    assert all(isinstance(part, str) for part in normal)
