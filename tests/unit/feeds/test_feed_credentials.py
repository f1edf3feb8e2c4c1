"""Where each vendor's configuration can put our key."""

import base64

import pytest
from vendor_wire import KEY, request

from crawlsight.feeds import FEEDS


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


HEADERS = [
    {"x-ansehn-api-key": KEY},
    {"x-api-key": KEY},
    {"authorization": f"Bearer {KEY}"},
    {"authorization": f"bearer  {KEY} "},
    {"authorization": KEY},
    {"authorization": basic("any name", KEY)},
    {"authorization": basic("", KEY)},
]


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"firehose"}))
@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_a_key_in_a_header_is_found(name, headers):
    assert FEEDS[name].credential(request(b"", headers)) == KEY


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("cloudflare_logpush", "header_Authorization", f"Bearer {KEY}"),
        ("cloudflare_logpush", "header_X-Ansehn-Api-Key", KEY),
        ("cloudflare_logpush", "header_x-api-key", KEY),
        ("gcp", "token", KEY),
        ("netlify", "token", KEY),
    ],
)
def test_a_key_in_the_url_is_found(name, parameter, value):
    assert FEEDS[name].credential(request(**{parameter: value})) == KEY


def test_google_s_own_token_does_not_hide_the_key():
    google = {"authorization": "Bearer eyJhbGciOi.J.K"}

    assert FEEDS["gcp"].credential(request(b"", google, token=KEY)) == KEY


def test_firehose_has_the_key_in_its_own_header_only():
    credential = FEEDS["firehose"].credential

    assert credential(request(b"", {"x-amz-firehose-access-key": KEY})) == KEY
    assert credential(request(b"", {"authorization": f"Bearer {KEY}"})) is None


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"[:0]},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic /w=="},
        {"authorization": f"Digest {KEY}"},
        {"authorization": "Bearer a b"},
        {"x-api-key": "  "},
        {"x-api-key": "k" * 5_000, "x-amz-firehose-access-key": "k" * 5_000},
    ],
    ids=str,
)
def test_without_a_key_there_is_none(name, headers):
    assert FEEDS[name].credential(request(b"", headers)) is None


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"gcp", "netlify"}))
def test_a_token_in_the_url_counts_only_where_the_vendor_has_no_header(name):
    assert FEEDS[name].credential(request(token=KEY)) is None
