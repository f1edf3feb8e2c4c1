"""No credentials in what is recorded of a request."""

import pytest

from crawlsight.client.redaction import redact_target, redact_url


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "access_token",
        "id-token",
        "csrfToken",
        "key",
        "api_key",
        "apikey",
        "apiKey",
        "KEY",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
        "X-Amz-Credential",
        "secret",
        "client_secret",
        "password",
        "passwd",
        "pwd",
        "session",
        "sessionid",
        "PHPSESSID",
        "sid",
        "jwt",
        "sig",
        "auth",
        "%74oken",
        "user%5Bpassword%5D",
        "keys",
    ],
)
def test_the_value_of_a_parameter_that_is_named_like_a_credential_is_hidden(name):
    assert redact_target(f"/a?x=1&{name}=abc%20d&y=2") == f"/a?x=1&{name}=…&y=2"


@pytest.mark.parametrize(
    "parameter",
    [
        "keyword=shoes",
        "keywords=a+b",
        "monkey=1",
        "author=ann",
        "passenger=2",
        "side=left",
        "utm_source=chatgpt.com",
        "page=2",
        "design=x",
        "token",
        "token=",
        "",
        "&&",
        "=",
    ],
)
def test_other_parameters_stay_as_they_are(parameter):
    assert redact_target(f"/a?{parameter}") == f"/a?{parameter}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/a;jsessionid=0A1B?x=1", "/a;jsessionid=…?x=1"),
        ("/a;JSESSIONID=0A1B/b", "/a;JSESSIONID=…/b"),
        ("/a;color=red", "/a;color=red"),
        ("/token/abc", "/token/abc"),
        ("/a?", "/a?"),
        ("", ""),
    ],
)
def test_session_ids_in_paths_are_hidden(given, expected):
    assert redact_target(given) == expected


def test_of_a_referrer_user_and_fragment_are_left_out_too():
    given = "https://ann:pw@shop.example/a?token=1&q=2#access_token=3"

    assert redact_url(given) == "https://shop.example/a?token=…&q=2"


def test_a_referrer_without_user_stays_as_it_is():
    assert redact_url("https://shop.example/@ann?mail=a@b.example") == (
        "https://shop.example/@ann?mail=a@b.example"
    )
