"""Addresses as logs have them: with ports, brackets, zones, in lists, mapped, masked, or none at all."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlsight.addresses import Network, mask_address, read_network, strip_address


def v4(first, last=None):
    return Network(4, int(IPv4Address(first)), int(IPv4Address(last or first)))


def v6(first, last=None):
    return Network(6, int(IPv6Address(first)), int(IPv6Address(last or first)))


NINE, ONE = v4("203.0.113.9"), v6("2001:db8::1")

WRITTEN = [
    ("203.0.113.9", NINE),
    (" 203.0.113.9 ", NINE),
    ("203.0.113.9:443", NINE),
    ("203.0.113.9/32", NINE),
    ("[203.0.113.9]:443", NINE),
    ("203.0.113.9, 10.0.0.1", NINE),
    ("203.0.113.9,10.0.0.1,10.0.0.2", NINE),
    ("203.0.113.9:443, 10.0.0.1:80", NINE),
    ("::ffff:203.0.113.9", NINE),
    ("::FFFF:203.0.113.9", NINE),
    ("::ffff:cb00:7109", NINE),
    ("[::ffff:203.0.113.9]:443", NINE),
    ("::ffff:203.0.113.9, 10.0.0.1", NINE),
    ("0:0:0:0:0:ffff:203.0.113.9", NINE),
    ("2001:db8::1", ONE),
    ("2001:DB8:0:0:0:0:0:1", ONE),
    ("[2001:db8::1]", ONE),
    ("[2001:db8::1]:443", ONE),
    ("[2001:db8::1%eth0]:443", ONE),
    ("2001:db8::1/128", ONE),
    ("2001:db8::1, 203.0.113.9", ONE),
    ("fe80::1%eth0", v6("fe80::1")),
    ("203.0.113.0", v4("203.0.113.0", "203.0.113.255")),
    ("203.0.113.0/24", v4("203.0.113.0", "203.0.113.255")),
    ("::ffff:203.0.113.0", v4("203.0.113.0", "203.0.113.255")),
    ("2001:db8:1::", v6("2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff")),
    ("2001:db8:1::/48", v6("2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff")),
    ("2001:db8:1:1::", v6("2001:db8:1:1::")),
    ("0.0.0.0", v4("0.0.0.0", "0.0.0.255")),
    ("255.255.255.255", v4("255.255.255.255")),
    ("::1", v6("::1")),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", v6("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")),
]

NO_ADDRESSES = [
    "",
    " ",
    "-",
    "unknown",
    "localhost",
    "203.0.113",
    "203.0.113.9.1",
    "203.0.113.256",
    "203.0.113.xx",
    "203.0.113.*",
    "0203.0.113.9",
    "3405803785",
    "0xcb007109",
    "٢٠٣.0.113.9",
    "203.0.113.9\0",
    "2001:db8",
    "2001:db8:::1",
    "[2001:db8::1",
    "12345::",
    ":",
    ",203.0.113.9",
    "5d41402abc4b2a76b9719d911017c592",
    "\ud800",
]


@pytest.mark.parametrize(("text", "network"), WRITTEN)
def test_an_address_is_read_however_it_was_logged(text, network):
    assert read_network(text) == network


@pytest.mark.parametrize("text", [text for text in NO_ADDRESSES if text != "[2001:db8::1"])
def test_what_is_no_address_is_read_as_none(text):
    assert (read_network(text), mask_address(text)) == (None, None)


def test_a_bracket_that_was_cut_off_is_no_loss():
    assert read_network("[2001:db8::1") == ONE


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:443", "203.0.113.9"),
        ("203.0.113.9/24", "203.0.113.9"),
        ("203.0.113.9:443, 10.0.0.1", "203.0.113.9"),
        (" 2001:db8::1 , 10.0.0.1", "2001:db8::1"),
        ("[2001:db8::1%eth0]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:db8::1/64", "2001:db8::1"),
        ("", ""),
        ("hash", "hash"),
    ],
)
def test_everything_around_an_address_is_taken_off(text, address):
    assert strip_address(text) == address


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("203.0.113.9", "203.0.113.0"),
        ("203.0.113.0", "203.0.113.0"),
        ("203.0.113.9:443", "203.0.113.0"),
        ("::ffff:203.0.113.9", "203.0.113.0"),
        ("[::ffff:203.0.113.9]:443", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1::"),
        ("::1", "::"),
        ("fe80::1%eth0", "fe80::"),
    ],
)
def test_an_address_is_masked_to_24_or_48_bits(text, masked):
    assert mask_address(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "::ffff:192.168.0.1",
        "::",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1%eth0",
        "febf::1",
    ],
)
def test_an_address_of_somebodys_own_network_is_not_public(text):
    assert not read_network(text).is_public


@pytest.mark.parametrize(
    "text",
    [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "203.0.113.9",
        "255.255.255.255",
        "::2",
        "2001:db8::1",
        "fbff::1",
        "fe7f::1",
        "fec0::1",
    ],
)
def test_every_other_address_is_public(text):
    assert read_network(text).is_public


addresses = st.ip_addresses().filter(lambda address: address.version == 4 or address.ipv4_mapped is None)


def all_that_a_mask_hides(address):
    hidden_bits = 8 if address.version == 4 else 80
    number, hidden = int(address), (1 << hidden_bits) - 1
    return Network(address.version, number, number if number & hidden else number | hidden)


@given(addresses)
@example(ip_address("0.0.0.0"))
@example(ip_address("::"))
def test_every_address_is_read_in_every_spelling(address):
    spellings = [str(address), address.exploded, address.compressed.upper(), f"[{address}]:443"]

    assert [read_network(text) for text in spellings] == [all_that_a_mask_hides(address)] * len(spellings)


@given(addresses)
def test_a_masked_address_stands_for_a_network_that_holds_the_whole_one(address):
    whole, masked = read_network(str(address)), read_network(mask_address(str(address)))

    assert masked.version == whole.version
    assert masked.first <= whole.first <= whole.last <= masked.last
    assert masked.last - masked.first == (1 << (8 if address.version == 4 else 80)) - 1


@given(st.text(st.characters()) | st.text("0123456789abcdef.:[]%/, ", max_size=40))
def test_no_text_raises(text):
    network, masked = read_network(text), mask_address(text)

    assert network is None or (network.version in {4, 6} and network.first <= network.last)
    assert masked is None or read_network(masked) is not None
