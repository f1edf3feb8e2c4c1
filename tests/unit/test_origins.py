"""Where a request comes from, directly and through proxies."""

import pytest
from litestar import Request

from crawlsight.errors import SettingError
from crawlsight.server.origins import Origins

PROXIES = "127.0.0.1, 10.0.0.0/8,2001:db8::/32"


def request(peer=("203.0.113.9", 1234), scheme="http", **headers):
    named = {"host": "logs.example", **{name.replace("_", "-"): text for name, text in headers.items()}}
    raw = [(name.encode(), text.encode()) for name, text in named.items()]
    return Request({"type": "http", "client": peer, "scheme": scheme, "headers": raw, "state": {}})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.1, 10.2.3.4", "192.0.2.1"),
        ("127.0.0.1", "10.2.3.4", "10.2.3.4"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.1,", "127.0.0.1"),
        ("10.0.0.1", "unknown", "unknown"),
        ("2001:db8::1", "2a00:1:2:3:4:5:6:7", "2a00:1:2:3::/64"),
        ("2a00:1:2:3::1", "", "2a00:1:2:3::/64"),
    ],
)
def test_only_a_trusted_proxy_says_who_is_before_it(peer, forwarded, address):
    assert Origins("", PROXIES).address(request((peer, 1), x_forwarded_for=forwarded)) == address


def test_a_request_over_a_socket_has_no_address():
    assert Origins("", PROXIES).address(request(None)) == ""


@pytest.mark.parametrize(
    ("public_url", "peer", "scheme", "proto", "url"),
    [
        ("", "203.0.113.9", "http", "https", "http://logs.example"),
        ("", "127.0.0.1", "http", "https", "https://logs.example"),
        ("", "127.0.0.1", "http", "http", "http://logs.example"),
        ("", "203.0.113.9", "https", "", "https://logs.example"),
        ("https://public.example/", "203.0.113.9", "http", "", "https://public.example"),
        ("http://public.example", "127.0.0.1", "http", "https", "http://public.example"),
    ],
)
def test_the_server_is_where_people_find_it(public_url, peer, scheme, proto, url):
    asked = request((peer, 1), scheme, x_forwarded_proto=proto)

    assert Origins(public_url, PROXIES).url(asked) == url


@pytest.mark.parametrize("public_url", ["logs.example.com", "ftp://logs.example.com", "https://"])
def test_a_public_url_that_is_none_is_an_error(public_url):
    with pytest.raises(SettingError, match=r"public_url is '.*'; give one such as https://logs.example.com"):
        Origins(public_url, "")


def test_a_proxy_that_is_no_address_is_an_error():
    with pytest.raises(SettingError, match="trusted_proxies has 'nginx'; give addresses or networks"):
        Origins("", "127.0.0.1,nginx")
