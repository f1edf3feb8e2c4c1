"""Fetching over HTTPS: redirects, sizes, and every failure as unavailable."""

import httpx
import pytest
from refresh_parts import LIST_URL

from crawlsight.detect.published import MAX_BODY_BYTES
from crawlsight.errors import UnavailableError
from crawlsight.refresh.fetch import http_get


def getting(answer):
    """Get over HTTPS from a function that answers requests, and the URLs that were asked."""
    asked = []

    def handle(request):
        asked.append(str(request.url))
        return answer(request)

    return http_get(httpx.MockTransport(handle)), asked


def refusal_of(get, url):
    with pytest.raises(UnavailableError) as refusal:
        get(url)
    return str(refusal.value)


def test_a_body_is_given_with_its_type():
    get, asked = getting(lambda _: httpx.Response(200, content=b"{}", headers={"content-type": "text/x"}))

    assert get(LIST_URL) == (b"{}", "text/x")
    assert asked == [LIST_URL]


def test_the_operator_is_told_who_asks():
    get, _ = getting(lambda request: httpx.Response(200, content=request.headers["user-agent"].encode()))

    assert get(LIST_URL)[0].startswith(b"crawlsight/")


def test_plain_http_is_refused_without_asking():
    get, asked = getting(lambda _: httpx.Response(200, content=b"{}"))

    assert refusal_of(get, "http://acme.example/") == (
        "http://acme.example/ leads to http://acme.example/, which is not https"
    )
    assert asked == []


def moved(steps):
    return lambda request: (
        httpx.Response(302, headers={"location": steps[str(request.url)]})
        if str(request.url) in steps
        else httpx.Response(200, content=b"moved")
    )


def test_a_redirect_is_followed():
    get, asked = getting(moved({LIST_URL: "https://cdn.example/ranges.json"}))

    assert get(LIST_URL) == (b"moved", "")
    assert asked == [LIST_URL, "https://cdn.example/ranges.json"]


def test_a_redirect_to_plain_http_is_refused():
    get, _ = getting(moved({LIST_URL: "http://cdn.example/ranges.json"}))

    assert refusal_of(get, LIST_URL) == (
        f"{LIST_URL} leads to http://cdn.example/ranges.json, which is not https"
    )


def test_a_redirect_by_way_of_plain_http_is_refused():
    # Whoever sits between could send it anywhere.
    get, _ = getting(moved({LIST_URL: "http://cdn.example/", "http://cdn.example/": "https://evil.example/"}))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} leads to http://cdn.example/, which is not https"


def test_more_than_three_redirects_are_refused():
    steps = {f"https://acme.example/{i}": f"https://acme.example/{i + 1}" for i in range(4)}
    get, _ = getting(moved(steps))

    assert get("https://acme.example/1") == (b"moved", "")
    assert "redirect" in refusal_of(get, "https://acme.example/0")


@pytest.mark.parametrize("status", [204, 304, 403, 404, 500, 503])
def test_any_status_but_200_is_refused(status):
    get, _ = getting(lambda _: httpx.Response(status, content=b""))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} answers {status}"


def test_a_body_of_the_largest_size_is_given_and_a_larger_one_refused():
    sizes = {"https://a.example/": MAX_BODY_BYTES, "https://b.example/": MAX_BODY_BYTES + 1}
    get, _ = getting(lambda request: httpx.Response(200, content=bytes(sizes[str(request.url)])))

    assert len(get("https://a.example/")[0]) == MAX_BODY_BYTES
    assert (
        refusal_of(get, "https://b.example/") == f"https://b.example/ is larger than {MAX_BODY_BYTES} bytes"
    )


def test_an_endless_body_is_given_up():
    sent = []

    def endless():
        while True:
            sent.append(1)
            yield bytes(1024 * 1024)

    get, _ = getting(lambda _: httpx.Response(200, content=endless()))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} is larger than {MAX_BODY_BYTES} bytes"
    assert len(sent) <= MAX_BODY_BYTES // (1024 * 1024) + 2


def broken(error):
    def answer(request):
        raise error("on purpose", request=request)

    return answer


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_connection_that_fails_is_unavailable(error):
    get, _ = getting(broken(error))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} cannot be fetched: on purpose"


def test_a_body_that_is_not_encoded_as_declared_is_unavailable():
    get, _ = getting(
        lambda _: httpx.Response(200, content=iter([b"no gzip at all"]), headers={"content-encoding": "gzip"})
    )

    assert refusal_of(get, LIST_URL).startswith(f"{LIST_URL} cannot be fetched: ")


@pytest.mark.parametrize(
    "url", ["", "acme.example/ranges", "ftp://acme.example/", "https://acme.example/\n", "https://[::1"]
)
def test_what_is_no_url_is_unavailable(url):
    # Refused before anything is sent, so that the real transport may be used.
    with pytest.raises(UnavailableError):
        http_get()(url)
