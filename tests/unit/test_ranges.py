"""Published address ranges: which lists hold an address, and the snapshots that come with the package."""

from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlsight.addresses import Network, read_network
from crawlsight.detect import built_in_catalogue
from crawlsight.detect.ranges import (
    Holding,
    IpRanges,
    Snapshot,
    built_in_snapshots,
    read_snapshot,
    write_snapshot,
)
from crawlsight.errors import IpListError

CATALOGUE = built_in_catalogue()
SNAPSHOTS = built_in_snapshots()
BUILT_IN = IpRanges(SNAPSHOTS)
NETWORKS = {slug: [ip_network(prefix) for prefix in found.prefixes] for slug, found in SNAPSHOTS.items()}


def snapshot(*prefixes, created="2026-10-01T00:00:00Z"):
    return Snapshot(
        source="https://acme.example/ips.json",
        obtained_from="https://acme.example/ips.json",
        created=created,
        obtained="2026-11-22",
        prefixes=prefixes,
    )


def holding(lists, address):
    ranges = IpRanges({slug: snapshot(*prefixes) for slug, prefixes in lists.items()})
    return ranges.holding(read_network(address))


def held(*wholly, partly=()):
    return Holding(frozenset(wholly), frozenset(wholly) | frozenset(partly))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.15", held()),
        ("203.0.113.16", held("a")),
        ("203.0.113.31", held("a")),
        ("203.0.113.32", held()),
        ("203.0.113.64", held("a", "b")),
        ("203.0.113.65", held("b")),
        ("203.0.113.0", held(partly=["a", "b"])),
        ("198.51.100.0", held("b")),
        ("198.51.100.1", held("b")),
        ("192.0.2.0", held()),
        ("0.0.0.1", held()),
        ("255.255.255.255", held("c")),
        ("255.255.255.0", held(partly=["c"])),
        ("2001:db8::", held("a")),
        ("2001:db8::1", held("a")),
        ("2001:db8:1::", held(partly=["b"])),
        ("2001:db8:1::1", held("b")),
        ("2001:db8:1::2", held()),
        ("::2", held()),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", held("c")),
        ("::ffff:203.0.113.16", held("a")),
    ],
)
def test_an_address_is_held_by_the_lists_of_its_prefixes(address, expected):
    lists = {
        "a": ["203.0.113.16/28", "203.0.113.64/32", "2001:db8::/48"],
        "b": ["203.0.113.64/26", "198.51.100.0/23", "2001:db8:1::1/128"],
        "c": ["255.255.255.255/32", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"],
        "empty": [],
    }

    assert holding(lists, address) == expected


@pytest.mark.parametrize(
    ("prefixes", "expected"),
    [
        (["203.0.113.0/25", "203.0.113.128/25"], held("a")),
        (["203.0.113.128/25", "203.0.113.0/26", "203.0.113.64/26"], held("a")),
        (["203.0.113.0/24", "203.0.113.7/32"], held("a")),
        (["203.0.113.7/32", "203.0.0.0/16", "203.0.113.7/32"], held("a")),
        (["203.0.113.0/25", "203.0.113.129/32"], held(partly=["a"])),
        (["203.0.112.0/24", "203.0.114.0/24"], held()),
    ],
)
def test_a_masked_address_is_wholly_held_when_a_lists_prefixes_cover_the_network_together(prefixes, expected):
    assert holding({"a": prefixes}, "203.0.113.0") == expected


def test_a_masked_address_that_two_lists_cover_together_is_wholly_held_by_neither():
    lists = {"a": ["203.0.113.0/25"], "b": ["203.0.113.128/25"]}

    assert holding(lists, "203.0.113.0") == held(partly=["a", "b"])


def test_no_lists_hold_nothing():
    assert [holding({}, "203.0.113.9"), holding({}, "2001:db8::")] == [held(), held()]


def test_everything_is_held_by_a_list_of_everything():
    everything = {"a": ["0.0.0.0/0", "::/0"]}

    assert [holding(everything, text) for text in ("0.0.0.0", "255.255.255.255", "::", "2001:db8::1")] == [
        held("a")
    ] * 4


# A corner of each number line, so that random addresses meet random prefixes.
CORNERS = {4: (int(IPv4Address("203.0.112.0")), 12), 6: (int(IPv6Address("2001:db8::")), 84)}
MASKED_BITS = {4: 8, 6: 80}
BITS = {4: 32, 6: 128}


@st.composite
def number_in_corner(draw, version):
    base, bits = CORNERS[version]
    return (
        base + (draw(st.integers(0, 15)) << (bits - 4)) + draw(st.integers(0, 3) | st.integers(0, 2**8 - 1))
    )


@st.composite
def prefix(draw, version):
    length = draw(st.integers(BITS[version] - CORNERS[version][1], BITS[version]))
    return str(ip_network((draw(number_in_corner(version)), length), strict=False))


@st.composite
def lists_and_networks(draw):
    version = draw(st.sampled_from([4, 6]))
    prefixes = st.lists(prefix(version), max_size=6)
    lists = draw(st.dictionaries(st.sampled_from("abcd"), prefixes, max_size=4))
    first = draw(number_in_corner(version))
    hidden = (1 << MASKED_BITS[version]) - 1
    networks = [Network(version, first, first), Network(version, first & ~hidden, first | hidden)]
    return lists, networks


def read_number(version, number):
    return IPv4Address(number) if version == 4 else IPv6Address(number)


def lists_that_hold(lists, version, number):
    address = read_number(version, number)
    return {
        slug for slug, prefixes in lists.items() if any(address in ip_network(prefix) for prefix in prefixes)
    }


def points_of_interest(lists, network):
    """Both ends of the network and of all that lies in it: between two neighbours nothing changes."""
    edges = {network.first, network.last}
    for prefixes in lists.values():
        for text in prefixes:
            found = ip_network(text)
            first, last = int(found.network_address), int(found.broadcast_address)
            edges |= {first - 1, first, last, last + 1}
    return [edge for edge in edges if network.first <= edge <= network.last]


@settings(max_examples=500)
@given(lists_and_networks())
def test_a_list_holds_what_python_finds_in_its_prefixes(drawn):
    lists, networks = drawn
    ranges = IpRanges({slug: snapshot(*prefixes) for slug, prefixes in lists.items()})

    for network in networks:
        holders = [
            lists_that_hold(lists, network.version, number) for number in points_of_interest(lists, network)
        ]
        assert ranges.holding(network) == Holding(
            frozenset(set.intersection(*holders)), frozenset(set.union(*holders))
        )


@given(st.data())
def test_the_package_holds_what_python_finds_in_its_prefixes(data):
    slug = data.draw(st.sampled_from(sorted(SNAPSHOTS)))
    network = ip_network(data.draw(st.sampled_from(SNAPSHOTS[slug].prefixes)))
    near = data.draw(st.sampled_from([int(network.network_address), int(network.broadcast_address)]))
    number = min(max(near + data.draw(st.integers(-2, 2)), 0), 2**network.max_prefixlen - 1)

    found = BUILT_IN.holding(Network(network.version, number, number))

    address = read_number(network.version, number)
    holders = {
        other for other, networks in NETWORKS.items() if any(address in network for network in networks)
    }
    assert found == Holding(frozenset(holders), frozenset(holders))


def test_a_snapshot_is_read_as_it_was_written():
    written = snapshot("203.0.113.0/24", "2001:db8::/32")

    assert read_snapshot(write_snapshot(written)) == written


def test_a_snapshot_is_written_one_prefix_a_line():
    lines = write_snapshot(snapshot("203.0.113.0/24", "2001:db8::/32")).decode().splitlines()

    assert [line.strip() for line in lines if "/" in line and "https" not in line] == [
        '"203.0.113.0/24",',
        '"2001:db8::/32"',
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"prefixes": []}',
        write_snapshot(snapshot("203.0.113.1/24")),
        write_snapshot(snapshot("203.0.113.0/33")),
        write_snapshot(snapshot("203.0.113.256/32")),
        write_snapshot(snapshot("acme")),
        write_snapshot(snapshot("")),
        b"\xff",
    ],
)
def test_what_is_no_snapshot_is_refused(text):
    with pytest.raises(IpListError, match="the snapshot cannot be read: "):
        read_snapshot(text)


@pytest.mark.parametrize(
    ("created", "day"),
    [
        ("2026-08-13T20:38:01Z", "2026-08-13"),
        ("2026-08-13T10:00:00.000000", "2026-08-13"),
        ("2026-09-08T05:24:10.610952+00:00", "2026-09-08"),
        ("2026-08-13", "2026-08-13"),
        ("", "2026-11-22"),
    ],
)
def test_a_snapshot_is_of_the_day_that_its_operator_names_else_of_the_copy(created, day):
    assert snapshot(created=created).date == day


@pytest.mark.parametrize("created", ["1758000000", "Thu, 13 Aug 2026 20:38:01 GMT"])
def test_a_creation_time_of_another_form_is_no_day(created):
    assert date.fromisoformat(snapshot(created=created).date) in {date(2026, 8, 13), date(2026, 11, 22)}


@pytest.mark.parametrize("slug", sorted(SNAPSHOTS))
def test_a_snapshot_of_the_package_is_dated_and_is_of_a_list_of_the_catalogue(slug):
    found = SNAPSHOTS[slug]
    canonical = tuple(str(ip_network(prefix)) for prefix in found.prefixes)

    assert date(2025, 1, 1) <= date.fromisoformat(found.date) <= date.fromisoformat(found.obtained)
    assert date.fromisoformat(found.obtained) <= date(2026, 12, 31)
    assert found.source == CATALOGUE.ip_lists[slug].url
    assert found.prefixes == canonical
    assert len(set(canonical)) == len(canonical) > 0


@pytest.mark.parametrize("slug", sorted(SNAPSHOTS))
def test_a_snapshot_of_the_package_holds_no_private_addresses_and_not_half_the_internet(slug):
    networks = [ip_network(prefix) for prefix in SNAPSHOTS[slug].prefixes]

    assert [network for network in networks if not network.is_global] == []
    assert [network for network in networks if network.prefixlen < (12 if network.version == 4 else 29)] == []


def test_every_list_that_a_crawler_names_is_in_the_catalogue():
    named = {slug for crawler in CATALOGUE.crawlers for slug in crawler.ip_lists}

    assert named - set(CATALOGUE.ip_lists) == set()


def test_the_lists_that_have_no_snapshot_yet_are_known():
    named = {slug for crawler in CATALOGUE.crawlers for slug in crawler.ip_lists}

    assert named - set(SNAPSHOTS) == {"meta-geofeed", "openai-adsbot", "parallel-shapbot"}


def test_a_snapshot_is_frozen():
    with pytest.raises(AttributeError):
        SNAPSHOTS["openai-gptbot"].prefixes = ()


def test_the_snapshots_file_format_is_its_fields_in_order():
    assert list(msgspec.json.decode(write_snapshot(snapshot("203.0.113.0/24")))) == [
        "source",
        "obtained_from",
        "created",
        "obtained",
        "prefixes",
    ]


def test_a_list_of_thousands_of_prefixes_is_searched_as_a_short_one_is():
    ranges = IpRanges({"a": snapshot(*(f"{ip_address(2**31 + 4 * n)}/31" for n in range(20_000)))})

    assert ranges.holding(read_network("128.0.0.9")) == held("a")
    assert ranges.holding(read_network("128.0.0.10")) == held()
    assert ranges.holding(read_network("128.0.0.0")) == held(partly=["a"])
