"""Reading key directories, and the agents whose directories they are."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signature_parts import KEY, PRIVATE_KEY, jwk_of, unpadded

from crawlsight.detect.signatures import DirectoryKey, agent_of, parse_key_directory
from crawlsight.errors import KeyDirectoryError


def test_a_directory_tells_from_when_until_when_a_key_is_good():
    body = msgspec.json.encode({"keys": [jwk_of(PRIVATE_KEY, nbf=1_743_465_600_000, exp=1_790_872_062)]})

    assert parse_key_directory(body) == (
        DirectoryKey(KEY.keyid, KEY.public_key, not_before=1_743_465_600, not_after=1_790_872_062),
    )


def test_a_lone_key_is_a_directory_of_one():
    assert parse_key_directory(msgspec.json.encode(jwk_of(PRIVATE_KEY, alg="EdDSA"))) == (KEY,)


@pytest.mark.parametrize(
    "jwk",
    [
        3,
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "OKP", "crv": "X25519", "x": unpadded(bytes(32))},
        {"kty": "OKP", "crv": "Ed25519", "x": unpadded(bytes(31))},
        {"kty": "OKP", "crv": "Ed25519", "x": "ä"},
        {"kty": "OKP", "crv": "Ed25519", "x": 3},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "EC", "crv": "P-256", "x": unpadded(bytes(32)), "y": unpadded(bytes(32))},
        {"kty": "EC", "crv": "P-256", "x": unpadded(bytes(31)), "y": unpadded(bytes(33))},
        {"kty": "EC", "crv": "P-384", "x": unpadded(bytes(48)), "y": unpadded(bytes(48))},
        {"kty": "RSA", "e": "AQAB", "n": unpadded(b"\xff" * 128)},
        {"kty": "RSA", "e": "AQAB", "n": unpadded(b"\xff" * 2048)},
        {"kty": "RSA", "e": unpadded(b"\xff" * 8), "n": unpadded(b"\xff" * 256)},
        {"kty": "RSA", "e": unpadded(b"\x02"), "n": unpadded(b"\xff" * 256)},
        jwk_of(PRIVATE_KEY, use="enc"),
        jwk_of(PRIVATE_KEY, nbf="today"),
    ],
)
def test_a_key_that_verifies_no_signatures_is_left_out(jwk):
    assert parse_key_directory(msgspec.json.encode({"keys": [jwk, jwk_of(PRIVATE_KEY)]})) == (KEY,)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "no JSON Web Key Set"),
        (b"<html>", "no JSON Web Key Set"),
        (b"[]", "no JSON Web Key Set"),
        (b"{}", "no JSON Web Key Set"),
        (b'{"keys":null}', "no JSON Web Key Set"),
        (b'{"keys":"none"}', "no JSON Web Key Set"),
        (b'{"keys":' + b"[" * 100_000, "no JSON Web Key Set"),
        (b'{"keys":[]}' + b" " * 256 * 1024, "more than 262144"),
    ],
)
def test_what_is_no_key_set_is_refused(body, message):
    with pytest.raises(KeyDirectoryError, match=message):
        parse_key_directory(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_garbage_is_a_key_set_or_is_refused(body):
    try:
        found = parse_key_directory(body)
    except KeyDirectoryError:
        return
    assert found == ()


@pytest.mark.parametrize(
    ("header", "label", "host"),
    [
        ('"https://chatgpt.com"', None, "chatgpt.com"),
        (' "https://ChatGPT.com/" ', None, "chatgpt.com"),
        ('"HTTPS://chatgpt.com:443"', None, "chatgpt.com"),
        ('"https://chatgpt.com:8443"', None, "chatgpt.com:8443"),
        ('a="https://a.test", b="https://b.test"', "b", "b.test"),
        ('a="https://a.test", b="https://b.test"', "c", None),
        ('a="http://a.test", b="https://b.test"', None, "b.test"),
        ('a="https://a.test"', "c", "a.test"),
        ('a="https://a.test";type=directory;x=1', "a", "a.test"),
        ('a="https://a.test";type=jwks_uri', "a", None),
        ('a="https://xn--bcher-kva.example"', "a", "xn--bcher-kva.example"),
        ("a=https", "a", None),
        ('a=("https://a.test")', "a", None),
        ("a", "a", None),
        ("https://chatgpt.com", None, None),
        ("chatgpt.com", None, None),
        ("", None, None),
        ('""', None, None),
        ('"http://chatgpt.com"', None, None),
        ('"data:application/json,{}"', None, None),
        ('"https://chatgpt.com/keys"', None, None),
        ('"https://chatgpt.com?a"', None, None),
        ('"https://chatgpt.com#a"', None, None),
        ('"https://user@chatgpt.com"', None, None),
        ('"https://chatgpt.com:0"', None, None),
        ('"https://chatgpt.com:99999"', None, None),
        ('"https://localhost"', None, None),
        ('"https://127.0.0.1"', None, None),
        ('"https://[::1]"', None, None),
        ('"https://a..test"', None, None),
        ('"https://' + "a." * 127 + 'test"', None, None),
        ('"https://chatgpt.com', None, None),
        ('"https://chätgpt.com"', None, None),
        (f'a="https://a.test";x="{"x" * 8192}"', "a", None),
    ],
)
def test_an_agent_is_the_host_of_an_origin_under_https(header, label, host):
    assert agent_of(header, label) == host
