"""Find the client behind proxies that are trusted."""

import ipaddress
from collections.abc import Iterable

from crawlsight.errors import InvalidArgumentError

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrustedProxies:
    """Networks whose ``X-Forwarded-For`` is believed.

    Args:
        networks: Addresses or networks, as ``10.0.0.0/8``; ``*`` for all.

    Raises:
        InvalidArgumentError: One of them is none.
    """

    def __init__(self, networks: Iterable[str]) -> None:
        given = list(networks)
        self._trusts_all = "*" in given
        try:
            self._networks = [ipaddress.ip_network(text, strict=False) for text in given if text != "*"]
        except ValueError as error:
            raise InvalidArgumentError(f"trusted_proxies: {error}") from None

    def client(self, peer: str, forwarded_for: str) -> str:
        """Tell who sent a request: the last address that no trusted proxy has.

        Args:
            peer: Who opened the connection; empty for a Unix socket, which only a proxy uses.
            forwarded_for: The header as it came, several joined by commas.
        """
        client = peer
        if not forwarded_for or not self._trusts(peer):
            return client
        for hop in reversed(forwarded_for.split(",")):
            found = _read(hop)
            if found is None:
                # What stands before a forged entry is no more to be believed.
                return client
            client = str(found)
            if not self._trusts(client):
                return client
        return client

    def _trusts(self, address: str) -> bool:
        if self._trusts_all or (not address and self._networks):
            return True
        found = _read(address)
        return found is not None and any(found in network for network in self._networks)


def _read(text: str) -> _Address | None:
    """Read an address, without port, brackets and zone."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found  # noqa: PLR2004
