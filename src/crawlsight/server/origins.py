"""Where a request comes from, and where people find this server; behind proxies, too."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from crawlsight.errors import SettingError

_Network = IPv4Network | IPv6Network

# One household or machine commands a whole network of this size.
_IPV6_PREFIX = 64


class Origins:
    """What is known of the ways to this server.

    Args:
        public_url: Where people find it; empty if each request says.
        trusted_proxies: Addresses and networks, by commas.

    Raises:
        SettingError: One of them cannot be.
    """

    def __init__(self, public_url: str, trusted_proxies: str) -> None:
        self._public_url = public_url.rstrip("/")
        parts = urlsplit(self._public_url)
        if self._public_url and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise SettingError(f"public_url is {public_url!r}; give one such as https://logs.example.com")
        self._proxies = tuple(_network(text.strip()) for text in trusted_proxies.split(",") if text.strip())

    def url(self, request: Request[Any, Any, Any]) -> str:
        """Give the address of this server as whoever asks knows it, without a slash at its end."""
        scheme = "https" if self.is_secure(request) else "http"
        return self._public_url or f"{scheme}://{request.headers.get('host', 'localhost')}"

    def is_secure(self, request: Request[Any, Any, Any]) -> bool:
        """Tell whether the request came by HTTPS, at least to the proxy."""
        if request.scope["scheme"] == "https" or self._public_url.startswith("https:"):
            return True
        return self._is_proxy(_peer(request)) and request.headers.get("x-forwarded-proto") == "https"

    def address(self, request: Request[Any, Any, Any]) -> str:
        """Give the address that asks, of IPv6 its network; through trusted proxies the one before them."""
        address = _peer(request)
        forwarded = request.headers.get("x-forwarded-for", "").split(",")
        while self._is_proxy(address) and forwarded and (before := forwarded.pop().strip()):
            address = before
        try:
            found = ip_address(address)
        except ValueError:
            return address[:100]
        return str(ip_network((found, _IPV6_PREFIX), strict=False)) if found.version == 6 else str(found)  # noqa: PLR2004

    def is_own(self, request: Request[Any, Any, Any]) -> bool:
        """Tell whether a page of this server asks, or no page at all."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        known = {request.headers.get("host", ""), urlsplit(self._public_url).netloc} - {""}
        try:
            return urlsplit(origin).netloc in known
        except ValueError:
            return False

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)


def _peer(request: Request[Any, Any, Any]) -> str:
    client = request.scope.get("client")
    return client[0] if client else ""


def _network(text: str) -> _Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SettingError(
            f"trusted_proxies has {text!r}; give addresses or networks such as 127.0.0.1 or 10.0.0.0/8"
        ) from None
