"""Reading what operators publish: every shape in use, and nothing that merely resembles one."""

import html
import ipaddress
import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.detect import built_in_catalogue
from crawlsight.detect.published import MAX_BODY_BYTES, PublishedList, parse_ip_list
from crawlsight.errors import IpListError

RANGES = files("crawlsight.detect") / "ranges"
SNAPSHOTS = sorted(file.name.removesuffix(".json") for file in RANGES.iterdir())
SNAPSHOT_KEYS = ["source", "obtained_from", "created", "obtained", "prefixes"]

AMAZON = {
    "creationTime": "2026-09-08T05:24:10.610952+00:00",
    "prefixes": [{"ip_prefix": "3.82.67.224/32"}, {"ipv4Prefix": "3.81.245.78"}],
}

JSON_SHAPES = {
    "google": (
        {
            "creationTime": "2026-08-13T20:38:01.000000",
            "prefixes": [{"ipv6Prefix": "2001:4860:4801:10::/64"}, {"ipv4Prefix": "66.249.64.0/27"}],
        },
        ("2026-08-13T20:38:01.000000", "66.249.64.0/27", "2001:4860:4801:10::/64"),
    ),
    "aws": (
        {
            "syncToken": "1763000000",
            "createDate": "2026-11-13-02-13-20",
            "prefixes": [{"ip_prefix": "3.4.12.4/32", "region": "eu-west-1", "service": "AMAZON"}],
            "ipv6_prefixes": [{"ipv6_prefix": "2600:1f01:4800::/47", "service": "AMAZON"}],
        },
        ("2026-11-13-02-13-20", "3.4.12.4/32", "2600:1f01:4800::/47"),
    ),
    "ahrefs": ({"ips": [{"ip_address": "5.39.1.224"}]}, ("", "5.39.1.224/32")),
    "strings": (["45.32.74.41", "2001:41d0:2:85af::1"], ("", "45.32.74.41/32", "2001:41d0:2:85af::1/128")),
    "objects": (
        [{"cidr": "45.32.74.0/24"}, {"ip": "45.32.75.1", "city": "Oslo"}, {"prefix": "45.32.76.0/24"}],
        ("", "45.32.74.0/24", "45.32.75.1/32", "45.32.76.0/24"),
    ),
    "families": (
        {"ipv4": ["5.161.75.7"], "ipv6": ["2a01:4ff:f0:bfd::1"]},
        ("", "5.161.75.7/32", "2a01:4ff:f0:bfd::1/128"),
    ),
    "fastly": (
        {"addresses": ["23.235.32.0/20"], "ipv6_addresses": ["2a04:4e40::/32"]},
        ("", "23.235.32.0/20", "2a04:4e40::/32"),
    ),
    "webpagetest": (
        {"statusCode": 200, "data": [{"name": "Dulles", "addresses": ["52.91.1.2", "52.91.1.3"]}]},
        ("", "52.91.1.2/32", "52.91.1.3/32"),
    ),
    "cloudflare": (
        {"success": True, "result": {"ipv4_cidrs": ["173.245.48.0/20"], "ipv6_cidrs": ["2400:cb00::/32"]}},
        ("", "173.245.48.0/20", "2400:cb00::/32"),
    ),
    "datadog": (
        {
            "version": 60,
            "modified": "2026-10-01-00-00-00",
            "agents": {"prefixes_ipv4": ["3.233.144.0/20"], "prefixes_ipv6": []},
            "synthetics": {
                "prefixes_ipv4": ["3.1.36.99/32"],
                "prefixes_ipv4_by_location": {"aws:ap-southeast-1": ["3.1.36.99/32"]},
                "prefixes_ipv6": [],
            },
        },
        ("2026-10-01-00-00-00", "3.1.36.99/32"),
    ),
    "new relic": (
        {"Columbus, OH, USA": ["3.145.224.0/24"], "Cape Town, ZA": ["13.245.248.160/27"]},
        ("", "3.145.224.0/24", "13.245.248.160/27"),
    ),
    "statuscake": (
        {
            "1": {"title": "London", "ip": "178.62.40.182", "ipv6": "2a03:b0c0:1:d0::1216:4001"},
            "2": {"title": "Oslo", "ip": "45.32.74.41", "ipv6": ""},
        },
        ("", "45.32.74.41/32", "178.62.40.182/32", "2a03:b0c0:1:d0::1216:4001/128"),
    ),
}

REFUSED = {
    "empty body": (b"", "the IP list names no address"),
    "empty list": (b'{"creationTime": "2026-01-01", "prefixes": []}', "the IP list names no address"),
    "only comments": (b"# nothing\n\n", "the IP list names no address"),
    "not UTF-8": (b"\xff\xfe1.2.3.4", "the IP list is not UTF-8 text"),
    "broken JSON": (b'{"prefixes": [', "the IP list is not JSON: Input data was truncated"),
    "error page": (
        b"<!DOCTYPE html><html><h1>403 Forbidden</h1><code>Request 17.58.1.1</code></html>",
        "the IP list is a web page that shows no list in a code block",
    ),
    "error as text": (b"Not found", "the IP list has 'Not found', which is no address"),
    "error as JSON": (
        b'{"error": "forbidden", "ip": "17.58.1.1"}',
        "the IP list has an object without addresses, with the keys error, ip",
    ),
    "error as nested JSON": (
        b'{"error": {"code": 403, "ip": "17.58.1.1"}}',
        "the IP list has an object without addresses, with the keys error",
    ),
    "unknown entry": (
        b'{"prefixes": [{"ipv4Prefix": "17.58.1.0/24"}, {"asn": "AS714"}]}',
        "the IP list has an object without addresses, with the keys asn",
    ),
    "entry without an address": (
        b'{"prefixes": [{"ipv4Prefix": null, "ipv6Prefix": ""}]}',
        "the IP list has an object without addresses, with the keys ipv4Prefix, ipv6Prefix",
    ),
    "number": (b'{"prefixes": [17]}', "the IP list has a value of the type int where an address belongs"),
    "bare value": (b'"17.58.1.1"', "the IP list has '\"17.58.1.1\"', which is no address"),
    "too deep": (b"[" * 20 + b"]" * 20, "the IP list is nested too deeply"),
    "host bits": (b"17.58.1.1/24", "the IP list has '17.58.1.1/24', which has host bits set"),
    "IPv6 host bits": (b"2a03:2880::1/64", "the IP list has '2a03:2880::1/64', which has host bits set"),
    "wrong family": (
        b'{"prefixes": [{"ipv4Prefix": "2a03:2880::/32"}]}',
        "the IP list has '2a03:2880::/32' as ipv4Prefix, which is not IPv4",
    ),
    "other wrong family": (
        b'{"ipv6_prefixes": [{"ip_prefix": "17.58.1.0/24"}]}',
        "the IP list has '17.58.1.0/24' as ipv6_prefixes, which is not IPv6",
    ),
    "too wide": (b"16.0.0.0/7", "the IP list has '16.0.0.0/7', which is wider than /8"),
    "everything": (b"0.0.0.0/0", "the IP list has '0.0.0.0/0', which is wider than /8"),
    "IPv6 too wide": (b"2a00::/12", "the IP list has '2a00::/12', which is wider than /16"),
    "netmask": (b"17.58.1.0/255.255.255.0", "the IP list has '17.58.1.0/255.255.255.0', which is no address"),
    "zone": (b"2a03:2880::1%eth0", "the IP list has '2a03:2880::1%eth0', which is no address"),
    "half an address": (b"17.58.1", "the IP list has '17.58.1', which is no address"),
    "a long line": (b"x" * 1000, f"the IP list has '{'x' * 80}…', which is no address"),
}

RESERVED = (
    "0.1.2.3",
    "10.1.2.0/24",
    "100.64.0.0/10",
    "127.0.0.1",
    "169.254.1.1",
    "172.0.0.0/8",
    "172.16.0.0/12",
    "192.0.2.1",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::ffff:17.58.1.1",
    "2001::/16",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/18",
    "fe80::1",
    "ff02::1",
)


def read(found, content_type="application/json"):
    return parse_ip_list(json.dumps(found).encode(), content_type)


def expected(created, *prefixes):
    return PublishedList(created=created, prefixes=prefixes)


def page(*blocks):
    code = "".join(f"<p>x</p><pre><code class='json'>{html.escape(block)}</code></pre>" for block in blocks)
    return f"<!DOCTYPE html>\n<html><body>{code}</body></html>".encode()


def refusal(body, content_type=""):
    with pytest.raises(IpListError) as refused:
        parse_ip_list(body, content_type)
    return str(refused.value)


@pytest.mark.parametrize(("found", "read_as"), JSON_SHAPES.values(), ids=JSON_SHAPES)
def test_every_json_shape_in_use_is_read(found, read_as):
    assert read(found) == expected(*read_as)


def test_amazons_page_is_read_from_its_code_block():
    example = json.dumps({"prefixes": [{"ip_prefix": "17.58.1.1/32"}]})

    found = parse_ip_list(page("curl …", example, json.dumps(AMAZON, indent=2)), "text/html; charset=utf-8")

    assert found == expected("2026-09-08T05:24:10.610952+00:00", "3.81.245.78/32", "3.82.67.224/32")


def test_a_coloured_code_block_is_read_without_its_markup():
    coloured = (
        html.escape(json.dumps(AMAZON)).replace("3.82", "<span class='n'>3.82").replace("/32", "/32</span>")
    )

    found = parse_ip_list(f"<pre><code>{coloured}</code></pre>".encode())

    assert found.prefixes == ("3.81.245.78/32", "3.82.67.224/32")


def test_a_page_with_two_lists_is_refused():
    other = {**AMAZON, "creationTime": "2020-01-01"}

    message = refusal(page(json.dumps(AMAZON), json.dumps(other)))

    assert message == "the IP list is a web page that shows 2 lists"


def test_a_list_shown_twice_on_a_page_is_one_list():
    assert len(parse_ip_list(page(json.dumps(AMAZON), json.dumps(AMAZON))).prefixes) == 2


def test_plain_text_is_one_address_a_line():
    body = b"\xef\xbb\xbf# probes\r\n2a01:4ff:f0:bfd::1\r\n\r\n5.161.75.7 # Ashburn\r\n5.161.75.0/24\r\n"

    found = parse_ip_list(body, "text/plain")

    assert found == expected("", "5.161.75.0/24", "5.161.75.7/32", "2a01:4ff:f0:bfd::1/128")


def test_a_geofeed_is_read_by_its_first_column():
    body = b"# prefix,country,region,city\n31.13.24.0/24,IE,,Dublin,\n2a03:2880:f001::/48,US,US-CA,,94025\n"

    found = parse_ip_list(body, "text/csv")

    assert found == expected("", "31.13.24.0/24", "2a03:2880:f001::/48")


def test_addresses_parted_by_commas_are_all_read():
    assert parse_ip_list(b"5.161.75.7, 5.161.75.8").prefixes == ("5.161.75.7/32", "5.161.75.8/32")


def test_prefixes_are_canonical_sorted_and_named_once():
    body = b"2A03:2880:0:0::/32\n100.24.0.1\n9.129.0.0/17\n9.129.0.0/24\n 9.129.0.0/17 \n100.24.0.1/32\n"

    assert parse_ip_list(body).prefixes == ("9.129.0.0/17", "9.129.0.0/24", "100.24.0.1/32", "2a03:2880::/32")


@pytest.mark.parametrize(("body", "message"), REFUSED.values(), ids=REFUSED)
def test_whatever_is_no_list_is_refused_by_name(body, message):
    assert refusal(body) == message


@pytest.mark.parametrize("network", RESERVED)
def test_private_and_reserved_networks_are_refused(network):
    message = refusal(f"17.58.1.0/24\n{network}\n".encode())

    assert message == f"the IP list has '{network}', which overlaps private or reserved addresses"


def test_what_is_declared_json_must_be_json():
    assert refusal(b"17.58.1.1", "application/json").startswith("the IP list is not JSON: ")


def test_a_body_over_the_limit_is_refused_before_it_is_read():
    line = b"17.58.1.1\n"
    fits = line * (MAX_BODY_BYTES // len(line))

    assert refusal(line + fits) == f"the IP list has {len(line + fits)} bytes, more than {MAX_BODY_BYTES}"


def test_a_creation_time_that_is_no_short_text_is_left_out():
    prefixes = ["17.58.1.0/24"]

    assert read({"creationTime": 17, "prefixes": prefixes}).created == ""
    assert read({"creationTime": "x" * 65, "prefixes": prefixes}).created == ""


def networks(space, shortest):
    """Networks inside *space*, which is public as a whole."""
    base = ipaddress.ip_network(space)
    width = base.max_prefixlen

    def build(offset, length):
        address = int(base.network_address) + offset
        return type(base)((address >> (width - length) << (width - length), length))

    return st.builds(build, st.integers(0, base.num_addresses - 1), st.integers(shortest, width))


PUBLIC = st.lists(networks("16.0.0.0/4", 8) | networks("2600::/12", 16), min_size=1)
PIECES = st.sampled_from(
    (
        *(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            '"prefixes"',
            '"ip"',
            '"creationTime"',
            '"data"',
            "null",
            "17",
            "1e9",
        ),
        *(
            '"17.58.1.0/24"',
            '"2a03::/32"',
            '"\\ud800"',
            "17.58.1.1",
            "/",
            "#",
            "\n",
            "<code>",
            "</code>",
            "<![",
        ),
    )
)


def render(published):
    entries = [{"ipv6Prefix" if ":" in prefix else "ipv4Prefix": prefix} for prefix in published.prefixes]
    return json.dumps({"creationTime": published.created, "prefixes": entries}).encode()


@given(
    st.binary() | st.lists(PIECES).map(lambda pieces: "".join(pieces).encode()), st.sampled_from(["", "json"])
)
def test_no_body_raises_anything_but_our_error(body, content_type):
    try:
        found = parse_ip_list(body, content_type)
    except IpListError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, another exception is not
    else:
        assert found.prefixes


@given(st.text(max_size=64), PUBLIC)
def test_a_list_survives_being_written_and_read(created, found):
    in_order = sorted(set(found), key=lambda network: (network.version, network))
    published = PublishedList(created=created, prefixes=tuple(str(network) for network in in_order))

    assert parse_ip_list(render(published)) == published


@pytest.mark.parametrize("slug", SNAPSHOTS)
def test_every_snapshot_is_a_list_of_the_catalogue_in_normal_form(slug):
    text = (RANGES / f"{slug}.json").read_bytes()
    snapshot = json.loads(text)

    assert list(snapshot) == SNAPSHOT_KEYS
    assert snapshot["source"] == built_in_catalogue().ip_lists[slug].url
    assert snapshot["obtained_from"]
    assert parse_ip_list(text) == expected(snapshot["created"], *snapshot["prefixes"])
