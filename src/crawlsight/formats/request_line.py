"""Take request lines, request targets and client addresses apart."""

import ipaddress
import re
from typing import NamedTuple

from crawlsight.addresses import is_public
from crawlsight.formats.results import NOT_A_REQUEST, SkippedRowError

_METHOD = re.compile(r"(?!-\Z)[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}")

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}://([^/?#]*+)(.*+)", re.DOTALL)


class Request(NamedTuple):
    """What a request line says; ``host`` is empty unless the target has one."""

    method: str
    path: str
    host: str


def read_request(text: str) -> Request:
    r"""Read ``METHOD target HTTP/x``; the protocol may lack (HTTP/0.9), the target may hold spaces.

    Raises:
        SkippedRowError: It is no request: ``-``, nothing, the bytes of a TLS handshake, other protocols.
    """
    method, _, rest = text.strip(" ").partition(" ")
    target, _, protocol = rest.rpartition(" ")
    has_protocol = protocol[:5].upper() == "HTTP/"
    target = target.strip(" ") if has_protocol else rest.strip(" ")
    if (
        not _METHOD.fullmatch(method)
        or not target
        or not (has_protocol or target[0] in "/*" or _ABSOLUTE.match(target))
    ):
        raise SkippedRowError(NOT_A_REQUEST)
    if method == "CONNECT" and target[0] != "/" and "://" not in target:
        return Request(method, target, target)
    return Request(method, *split_target(target))


def split_target(target: str) -> tuple[str, str]:
    """Take scheme, credentials and host off an absolute URL: path with query, and host or ``""``."""
    found = _ABSOLUTE.match(target) if "://" in target else None
    if found is None:
        return target, ""
    path = found[2].partition("#")[0]
    return path if path.startswith("/") else f"/{path}", found[1].rpartition("@")[2]


def without_port(address: str) -> str:
    """Give an address without port and brackets; an IPv6 address without brackets has no port."""
    address = address.strip(' "')
    if address.startswith("["):
        return address[1:].partition("]")[0]
    if address.count(":") == 1:
        return "" if address.startswith("unix:") else address.partition(":")[0]
    return address


def first_public(forwarded: str) -> str:
    """Choose the client from ``X-Forwarded-For``: the first public address, else the first address."""
    addresses = []
    for part in forwarded.split(","):
        address = without_port(part)
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            continue
        if is_public(parsed.version, int(parsed)):
            return address
        addresses.append(address)
    return addresses[0] if addresses else ""


def is_address_list(text: str) -> bool:
    """Tell whether a text is what ``X-Forwarded-For`` holds: addresses, commas between them."""
    try:
        for part in text.split(","):
            ipaddress.ip_address(without_port(part))
    except ValueError:
        return False
    return True
