"""Read client addresses as logs have them: with ports, brackets, zones, in lists, masked."""

import ipaddress
import socket
from typing import NamedTuple

_V4_MASKED_BITS, _V6_MASKED_BITS = 8, 80
_V4, _V6 = 4, 6
_MAPPED = b"\0" * 10 + b"\xff\xff"

_NOT_PUBLIC = tuple(
    (network.version, int(network.network_address), int(network.broadcast_address))
    for network in map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::/127",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)


def is_public(version: int, number: int) -> bool:
    """Tell whether an address, as a number, is one of the Internet's, not of somebody's own network."""
    return not any(
        version == of_version and first <= number <= last for of_version, first, last in _NOT_PUBLIC
    )


class Network(NamedTuple):
    """The addresses that a logged one may stand for: itself, or all that a mask hides.

    Attributes:
        version: 4 or 6.
        first: The lowest address, as a number.
        last: The highest address, as a number.
    """

    version: int
    first: int
    last: int

    @property
    def is_public(self) -> bool:
        """Whether the address is one of the Internet's, not of somebody's own network."""
        return is_public(self.version, self.first)


def strip_address(text: str) -> str:
    """Take port, brackets, zone and prefix length off an address; of a list the first one is taken."""
    text = text.partition(",")[0].strip()
    if text.startswith("["):
        text = text.removeprefix("[").partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return text.partition("/")[0].partition("%")[0]


def read_network(text: str) -> Network | None:
    """Read a logged address, None when it is none.

    An address that ends as a mask leaves it (IPv4 in ``.0``, IPv6 in eighty zero bits) stands for all
    that the mask hides.
    """
    packed = _pack(text)
    if packed is None and (stripped := strip_address(text)) != text:
        packed = _pack(stripped)
    if packed is None:
        return None
    number = int.from_bytes(packed, "big")
    version, masked_bits = (_V4, _V4_MASKED_BITS) if len(packed) == _V4 else (_V6, _V6_MASKED_BITS)
    hidden = (1 << masked_bits) - 1
    return Network(version, number, number | hidden if number & hidden == 0 else number)


def _pack(text: str) -> bytes | None:
    try:
        if ":" not in text:
            return socket.inet_pton(socket.AF_INET, text)
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(_MAPPED) else packed


def mask_address(text: str) -> str | None:
    """Mask IPv4 to /24 and IPv6 to /48; None when *text* is no address."""
    packed = _pack(strip_address(text))
    if packed is None:
        return None
    if len(packed) == _V4:
        return socket.inet_ntop(socket.AF_INET, packed[:3] + b"\0")
    return socket.inet_ntop(socket.AF_INET6, packed[:6] + bytes(10))
