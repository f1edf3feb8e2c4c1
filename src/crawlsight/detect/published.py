"""Read the lists of address ranges that operators publish, in whatever shape they publish them.

Most lists look like Google's, which OpenAI, Anthropic, Apple, Microsoft and others have adopted::

    {"creationTime": "2026-08-13T20:38:01.000000",
     "prefixes": [{"ipv6Prefix": "2001:4860:4801:10::/64"}, {"ipv4Prefix": "66.249.64.0/27"}]}

The others, shortened::

    <pre><code>{&quot;creationTime&quot;: …, &quot;prefixes&quot;: [{&quot;ip_prefix&quot;: …}]}       Amazon
    {"createDate": …, "prefixes": [{"ip_prefix": …}], "ipv6_prefixes": [{"ipv6_prefix": …}]}     AWS
    {"modified": …, "synthetics": {"prefixes_ipv4": […], "prefixes_ipv6": […]}, "agents": …}     Datadog
    {"ips": [{"ip_address": "5.39.1.224"}]}                                                      Ahrefs
    {"addresses": […], "ipv6_addresses": […]}                                                    Fastly
    {"result": {"ipv4_cidrs": […], "ipv6_cidrs": […]}}                                           Cloudflare
    {"data": [{"name": "Dulles", "addresses": […]}]}                                             WebPageTest
    {"Columbus, OH, USA": ["3.145.224.0/24"]}                                                    New Relic
    {"1": {"title": "London", "ip": "178.62.40.182", "ipv6": "2a03:b0c0:1:d0::1216:4001"}}       StatusCake
    ["45.32.74.41", "2001:41d0:2:85af::1"]                                                       updown.io
    5.161.75.7 # Ashburn                                                          a line each: UptimeRobot
    31.13.24.0/24,IE,IE-L,Dublin,                                                 geofeed (RFC 8805): Meta

A wrong list makes crawlers of impostors and impostors of crawlers, so that whatever is not understood
as a whole is refused as a whole.
"""

import re
from collections.abc import Iterator
from html import unescape
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import msgspec

from crawlsight.errors import IpListError

MAX_BODY_BYTES = 4 * 1024 * 1024

_Network = IPv4Network | IPv6Network

# An address as published, and the key that tells its family, if one does.
_Entry = tuple[str, str]

# Lower case, without underscores and hyphens: "ipv4Prefix", "ipv6_prefixes", "prefixes_ipv4", "ip_address".
_ADDRESS_KEY = re.compile(
    r"(?:ip|ipv[46])?(?:prefix|prefixes|cidrs?|address|addresses|networks?|subnets?|ranges?)"
    r"|(?:prefixes)?ipv[46]|ips?|data|result"
)
_CREATED_KEYS = ("creationTime", "createDate", "created", "modified")
_FAMILY = re.compile(r"v([46])")

# What a service's other machines use is not where its probes come from.
_DATADOG_SECTION = "synthetics"

_BLOCK_TAG = re.compile(r"</?(?:pre|code)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_FURTHER_ADDRESS = re.compile(r"(?:[0-9]+\.){3}[0-9]+(?:/.*)?|[0-9a-f]*:[0-9a-f:.]*:.*", re.IGNORECASE)
_NETWORK = re.compile(r"[0-9a-f:.]+(?:/[0-9]{1,3})?", re.IGNORECASE)

_MAX_DEPTH = 8
_MAX_CREATED_CHARS = 64
_MAX_SHOWN_CHARS = 80

_SHORTEST_PREFIX = {4: 8, 6: 16}

# The IANA special-purpose registries, July 2026, as far as they lie in IPv6's global unicast space.
_RESERVED: dict[int, tuple[_Network, ...]] = {
    4: tuple(
        IPv4Network(network)
        for network in (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        )
    ),
    6: tuple(
        IPv6Network(network)
        for network in (
            *("::/3", "4000::/2", "8000::/1"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        )
    ),
}


class PublishedList(msgspec.Struct, frozen=True):
    """What an operator published.

    Attributes:
        created: When, in the operator's own words, which have no common form; empty when it does not say.
        prefixes: In CIDR notation, IPv4 before IPv6, in the order of their addresses, each once.
    """

    created: str
    prefixes: tuple[str, ...]


def parse_ip_list(body: bytes, content_type: str = "") -> PublishedList:
    """Read a published list; single addresses become the networks of one address.

    Args:
        content_type: As the server declares it; what is declared JSON must be JSON.

    Raises:
        IpListError: Naming what is wrong, when the body is no list, an empty one, or has one entry that is
            no public network. Nothing of it is to be used then.
    """
    if len(body) > MAX_BODY_BYTES:
        raise IpListError(f"the IP list has {len(body)} bytes, more than {MAX_BODY_BYTES}")
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise IpListError("the IP list is not UTF-8 text") from error
    found = _read(text, content_type.lower())
    entries = _of_lines(found) if isinstance(found, str) else _of_value(found, "", depth=0)
    networks = {_network(value, key) for value, key in entries}
    if not networks:
        raise IpListError("the IP list names no address")
    in_order = sorted(
        networks, key=lambda network: (network.version, network.network_address, network.prefixlen)
    )
    return PublishedList(created=_created(found), prefixes=tuple(str(network) for network in in_order))


def _read(text: str, content_type: str) -> Any:
    """Decode JSON, also inside a page; leave lines of text as they are."""
    if text.startswith(("{", "[")) or "json" in content_type:
        try:
            return _decode(text)
        except ValueError as error:
            raise IpListError(f"the IP list is not JSON: {error}") from error
    return _of_page(text) if text.startswith("<") else text


def _decode(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _of_page(text: str) -> Any:
    """Find the one list among a page's code blocks, which hold escaped JSON and perhaps colouring."""
    lists: list[Any] = []
    for block in _BLOCK_TAG.split(text)[1:]:
        if "creationTime" not in block or "prefixes" not in block:
            continue
        try:
            found = _decode(unescape(_TAG.sub("", block)))
        except ValueError:
            continue
        if isinstance(found, dict) and "creationTime" in found and "prefixes" in found and found not in lists:
            lists.append(found)
    if not lists:
        raise IpListError("the IP list is a web page that shows no list in a code block")
    if len(lists) > 1:
        raise IpListError(f"the IP list is a web page that shows {len(lists)} lists")
    return lists[0]


def _created(found: Any) -> str:
    if isinstance(found, dict):
        for key in _CREATED_KEYS:
            value = found.get(key)
            if isinstance(value, str) and len(value) <= _MAX_CREATED_CHARS:
                return value
    return ""


def _of_lines(text: str) -> Iterator[_Entry]:
    for line in text.splitlines():
        first, *others = (field.strip() for field in line.partition("#")[0].split(","))
        if first or others:
            yield first, ""
        # A geofeed's other columns are places; but a list parted by commas must not lose its rest.
        yield from ((field, "") for field in others if _FURTHER_ADDRESS.fullmatch(field))


def _of_value(found: Any, key: str, depth: int, *, is_entry: bool = False) -> Iterator[_Entry]:
    """Walk to the addresses.

    Args:
        key: The nearest key above that tells a family.
        is_entry: The value stands in a list. Only there may an object hold a single address: elsewhere it
            is an error report that names the client's.
    """
    if depth > _MAX_DEPTH:
        raise IpListError("the IP list is nested too deeply")
    if isinstance(found, str):
        yield found, key
    elif isinstance(found, list):
        for value in found:
            yield from _of_value(value, key, depth + 1, is_entry=True)
    elif isinstance(found, dict):
        yield from _of_object(found, key, depth, is_entry=is_entry)
    else:
        raise IpListError(
            f"the IP list has a value of the type {type(found).__name__} where an address belongs"
        )


def _of_object(found: dict[str, Any], key: str, depth: int, *, is_entry: bool) -> Iterator[_Entry]:
    section = found.get(_DATADOG_SECTION)
    if depth == 0 and isinstance(section, dict):
        found = section
    known = {
        name: value
        for name, value in found.items()
        if _ADDRESS_KEY.fullmatch(name.lower().replace("_", "").replace("-", ""))
        and (value not in (None, "") if is_entry else isinstance(value, list | dict))
    }
    if known:
        for name, value in known.items():
            yield from _of_value(value, name if _FAMILY.search(name) else key, depth + 1)
    elif _is_by_place(found):
        for value in found.values():
            yield from _of_value(value, key, depth + 1, is_entry=True)
    else:
        names = _shortened(", ".join(found))
        raise IpListError(f"the IP list has an object without addresses, with the keys {names}")


def _is_by_place(found: dict[str, Any]) -> bool:
    """Tell lists by the names of places, and objects by numbers, from an object of another meaning."""
    if not found:
        return False
    return all(isinstance(value, list) for value in found.values()) or all(
        name.isdecimal() and isinstance(value, dict) for name, value in found.items()
    )


def _network(value: str, key: str) -> _Network:
    value = value.strip()
    try:
        network = ip_network(value, strict=False) if _NETWORK.fullmatch(value) else None
    except ValueError:
        network = None
    if network is None:
        raise _wrong(value, "which is no address")
    family = _FAMILY.search(key)
    if family and int(family[1]) != network.version:
        raise _wrong(value, f"which is not IPv{family[1]}", key)
    if network.prefixlen < (shortest := _SHORTEST_PREFIX[network.version]):
        raise _wrong(value, f"which is wider than /{shortest}")
    if any(network.overlaps(reserved) for reserved in _RESERVED[network.version]):
        raise _wrong(value, "which overlaps private or reserved addresses")
    if str(network.network_address) != str(ip_network(value.partition("/")[0]).network_address):
        raise _wrong(value, "which has host bits set")
    return network


def _wrong(value: str, reason: str, key: str = "") -> IpListError:
    shown = repr(_shortened(value)) + (f" as {_shortened(key)}" if key else "")
    return IpListError(f"the IP list has {shown}, {reason}")


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[:_MAX_SHOWN_CHARS]}…"
