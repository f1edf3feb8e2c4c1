"""Verifying Web Bot Auth signatures afterwards: published vectors, every refusal, and no error on garbage."""

import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.detect.signatures import (
    PUBLISHED_TEST_KEYS,
    DirectoryKey,
    LoggedRequest,
    SignatureVerdict,
    agent_of,
    parse_key_directory,
    verify_signature,
)
from crawlsight.detect.signing_keys import is_signed_with
from crawlsight.errors import KeyDirectoryError

VECTORS = json.loads((Path(__file__).parent / "signature_vectors.json").read_text())
CREATED = 1_735_689_600
CENTURY = 4_000_000_000
HOST = "agent.bot.goog"


def unpadded(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def read_jwk(jwk):
    return parse_key_directory(msgspec.json.encode({"keys": [jwk]}), refused=())[0]


def jwk_of(private_key, **more):
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": unpadded(private_key.public_key().public_bytes_raw()),
        **more,
    }


PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = read_jwk(jwk_of(PRIVATE_KEY))
AT = datetime.fromtimestamp(CREATED + 10, UTC)
LINES = {
    '"@method"': "GET",
    '"@authority"': "example.com",
    '"@path"': "/a/b",
    '"@query"': "?c=d",
    '"@scheme"': "https",
    '"@request-target"': "/a/b?c=d",
    '"@target-uri"': "https://example.com/a/b?c=d",
    '"signature-agent"': f'g="https://{HOST}"',
    '"signature-agent";key="g"': f'"https://{HOST}"',
}
CHANGES = {
    '"@method"': {"method": "POST"},
    '"@authority"': {"host": "example.org"},
    '"@path"': {"path": "/a/c"},
    '"@query"': {"query": "c=e"},
    '"@scheme"': {"scheme": "http"},
    '"@request-target"': {"query": ""},
    '"@target-uri"': {"path": "/"},
    '"signature-agent"': {"signature_agent": f'g="https://{HOST}/"'},
    '"signature-agent";key="g"': {"signature_agent": f'g="https://{HOST}/"'},
}
USUAL = ('"@authority"', '"signature-agent";key="g"')


def parameters(**changes):
    usual = {"created": CREATED, "expires": CREATED + 300, "keyid": KEY.keyid, "tag": "web-bot-auth"}
    given_ones = {name: value for name, value in (usual | changes).items() if value is not None}
    return "".join(
        f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        for name, value in given_ones.items()
    )


def sign(covered=USUAL, *, label="g", private_key=PRIVATE_KEY, values=None, **changes):
    """Sign a request as RFC 9421 section 2.5 says, by joining lines, apart from the code under test."""
    values = LINES | (values or {})
    signed = f"({' '.join(covered)}){parameters(**changes)}"
    base = "\n".join([*(f"{name}: {values[name]}" for name in covered), f'"@signature-params": {signed}'])
    value = b64encode(private_key.sign(base.encode())).decode()
    return LoggedRequest(
        method="GET",
        host="example.com",
        path="/a/b",
        query="c=d",
        signature=f"{label}=:{value}:",
        signature_input=f"{label}={signed}",
        signature_agent=f'g="https://{HOST}"',
    )


def change(request, **changes):
    return msgspec.structs.replace(request, **changes)


def verify(request, *keys, at=AT, host=HOST, **limits):
    directory = {host: keys or (KEY,)}
    return verify_signature(request, lambda wanted: directory.get(wanted, ()), at, **limits)


def verdict(state, reason, agent=HOST, keyid=KEY.keyid):
    return SignatureVerdict(state, agent, keyid, reason)


VALID = verdict("valid", f"signed with a key of {HOST}")
MISMATCH = verdict("invalid", "the signature does not match the request as it was logged")


def published(vector):
    return LoggedRequest(
        method="GET",
        host="example.com",
        path="/path/to/resource",
        signature=vector["signature"],
        signature_input=vector["signature_input"],
        signature_agent=vector["signature_agent"],
    )


named_vectors = pytest.mark.parametrize(
    "vector", [pytest.param(vector, id=vector["name"]) for vector in VECTORS["requests"]]
)


@named_vectors
def test_a_published_signature_is_valid(vector):
    host = "signature-agent.test" if vector["signature_agent"] else ""
    key = read_jwk(VECTORS["keys"][vector["key"]])

    found = verify(published(vector), key, host=host, longest_seconds=CENTURY)

    reason = f"signed with a key of {host}" if host else "signed with a known key, naming no agent"
    assert found == SignatureVerdict("valid", host, vector["key"], reason)


@named_vectors
def test_a_published_signature_is_invalid_for_another_host(vector):
    host = "signature-agent.test" if vector["signature_agent"] else ""
    key = read_jwk(VECTORS["keys"][vector["key"]])
    request = change(published(vector), host="www.example.com")

    found = verify(request, key, host=host, longest_seconds=CENTURY)

    assert found == SignatureVerdict("invalid", host, vector["key"], MISMATCH.reason)


@pytest.mark.parametrize("vector", VECTORS["bases"], ids=lambda vector: vector["name"])
def test_a_published_signature_fits_its_published_base(vector):
    key = read_jwk(VECTORS["keys"][vector["key"]])
    base = "\n".join(vector["lines"]).encode()
    signature = b64decode(vector["signature"])

    assert key.algorithm == vector["name"]
    assert is_signed_with(key, signature, base)
    assert not is_signed_with(key, signature, base + b" ")
    assert not is_signed_with(key, signature[:-1], base)


@pytest.mark.parametrize("vector", VECTORS["thumbprints"], ids=lambda vector: vector["source"])
def test_a_key_is_named_by_its_thumbprint(vector):
    assert read_jwk(vector["jwk"]).keyid == vector["thumbprint"]


@pytest.mark.parametrize("vector", VECTORS["agents"], ids=lambda vector: vector["header"])
def test_an_agent_is_named_in_either_form(vector):
    assert agent_of(vector["header"], vector["label"]) == vector["host"]


def test_a_published_directory_gives_its_keys():
    body = VECTORS["directory"]["body"].encode()
    keyid = VECTORS["directory"]["key"]

    found = parse_key_directory(body, refused=())

    raw = b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
    assert found == (DirectoryKey(keyid, raw, kid=keyid),)


def test_keys_whose_private_half_is_published_are_no_agents_keys():
    jwks = [jwk for name, jwk in VECTORS["keys"].items() if name != "source"]
    body = msgspec.json.encode({"keys": jwks})

    assert {key.keyid for key in parse_key_directory(body, refused=())} == PUBLISHED_TEST_KEYS
    assert parse_key_directory(body) == ()


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


@pytest.mark.parametrize("component", LINES)
def test_every_component_that_a_record_carries_can_be_covered(component):
    covered = dict.fromkeys(('"@authority"', '"signature-agent"', component))

    assert verify(sign(covered)) == VALID


@pytest.mark.parametrize(
    ("covered", "changes", "values"),
    [
        ('"@path"', {"path": ""}, {'"@path"': "/"}),
        ('"@query"', {"query": ""}, {'"@query"': "?"}),
        ('"@query"', {"path": "/a/b?c=d", "query": ""}, {}),
        ('"@path"', {"path": "/a/b?c=d"}, {}),
        ('"@target-uri"', {"path": "/a/b?c=d"}, {}),
        ('"@target-uri"', {"query": ""}, {'"@target-uri"': "https://example.com/a/b"}),
        ('"@request-target"', {"path": "/?", "query": ""}, {'"@request-target"': "/?"}),
        ('"@target-uri"', {"host": "Example.com:443"}, {}),
        ('"@method"', {"host": "EXAMPLE.COM:443"}, {}),
        ('"@scheme"', {"host": "example.com:80", "scheme": "HTTP"}, {'"@scheme"': "http"}),
    ],
)
def test_a_component_is_rebuilt_from_what_was_logged(covered, changes, values):
    request = change(sign((*USUAL, covered), values=values), **changes)

    assert verify(request) == VALID


def test_a_port_belongs_to_the_host():
    request = change(sign(values={'"@authority"': "example.com:8443"}), host="example.com:8443")

    assert verify(request) == VALID


@pytest.mark.parametrize(("component", "changes"), CHANGES.items())
def test_a_change_of_anything_covered_is_invalid(component, changes):
    covered = dict.fromkeys(('"@authority"', '"signature-agent"', component))

    assert verify(change(sign(covered), **changes)) == MISMATCH


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (f"created={CREATED}", f"created={CREATED - 1}"),
        (f"expires={CREATED + 300}", f"expires={CREATED + 301}"),
        (";tag=", ";nonce=1;tag="),
    ],
)
def test_a_change_of_a_parameter_is_invalid(was, becomes):
    request = sign()

    changed = change(request, signature_input=request.signature_input.replace(was, becomes))

    assert verify(changed) == MISMATCH


def test_another_agents_directory_does_not_vouch():
    request = change(sign(('"@authority"', '"signature-agent"')), signature_agent='g="https://chatgpt.com"')

    assert verify(request) == verdict(
        "unknown_key", f"no key {KEY.keyid} in the directory of chatgpt.com", "chatgpt.com"
    )


def test_a_signature_by_another_key_is_invalid():
    assert verify(sign(private_key=Ed25519PrivateKey.from_private_bytes(bytes(32)))) == MISMATCH


def test_a_key_answers_to_the_name_that_its_directory_gives_it():
    key = read_jwk(jwk_of(PRIVATE_KEY, kid="mhxuPw"))

    assert verify(sign(keyid="mhxuPw"), key) == verdict("valid", VALID.reason, keyid="mhxuPw")
    assert verify(sign(), key) == VALID


def test_keys_that_share_a_name_are_all_tried():
    other = read_jwk(jwk_of(Ed25519PrivateKey.from_private_bytes(bytes(32)), kid="a"))
    key = read_jwk(jwk_of(PRIVATE_KEY, kid="a"))

    assert verify(sign(keyid="a"), other, key).state == "valid"


@pytest.mark.parametrize(
    ("request_signed", "expected"),
    [
        (
            sign(('"@method"', '"signature-agent"')),
            ("invalid", "the signature covers neither @authority nor @target-uri"),
        ),
        (sign(('"@authority"',)), ("invalid", "the signature does not cover signature-agent")),
        (sign((*USUAL, '"@authority"')), ("invalid", 'the signature covers "@authority" twice')),
        (sign(created=None), ("invalid", 'the signature has no time "created"')),
        (sign(expires=None), ("invalid", 'the signature has no time "expires"')),
        (sign(expires="soon"), ("invalid", 'the signature has no time "expires"')),
        (sign(expires=CREATED), ("invalid", "expires before it was created")),
        (sign(expires=CREATED + 86_401), ("invalid", "good for 86401 s, longer than 86400 s")),
        (sign(created=CREATED + 71), ("invalid", "created 61 s after the request")),
        (sign(created=CREATED - 300, expires=CREATED - 51), ("invalid", "expired 61 s before the request")),
        (sign(alg="rsa-pss-sha512"), ("invalid", "the key is for ed25519, not for rsa-pss-sha512")),
        (sign(alg="hmac-sha256"), ("unreadable", 'cannot verify the algorithm "hmac-sha256"')),
        (
            sign((*USUAL, '"content-digest"'), values={'"content-digest"': "x"}),
            ("unreadable", 'the signature covers "content-digest", which is not in the record'),
        ),
        (
            sign((*USUAL, '"@query-param";name="c"'), values={'"@query-param";name="c"': "d"}),
            ("unreadable", 'the signature covers "@query-param";name="c", which is not in the record'),
        ),
        (
            sign((*USUAL, '"@method";req'), values={'"@method";req': "GET"}),
            ("unreadable", 'the signature covers "@method";req, which is not in the record'),
        ),
        (
            sign((*USUAL, '"signature-agent";key="h"'), values={'"signature-agent";key="h"': "x"}),
            ("invalid", 'the signature covers "signature-agent";key="h", which was not sent'),
        ),
        (
            change(sign(), host=""),
            ("unreadable", 'the signature covers "@authority", which is not in the record'),
        ),
        (
            change(sign((*USUAL, '"@path"')), path="/ä"),
            ("unreadable", 'the record\'s "@path" has characters that cannot be signed'),
        ),
        (
            change(sign((*USUAL, '"@path"')), path='/\n"@query": ?x'),
            ("unreadable", 'the record\'s "@path" has characters that cannot be signed'),
        ),
        (change(sign(), signature="other=:AAAA:"), ("invalid", 'the Signature header has no member "g"')),
        (change(sign(), signature="g=AAAA"), ("invalid", 'the Signature header has no member "g"')),
        (change(sign(), signature="g=:AAAA:"), ("invalid", MISMATCH.reason)),
    ],
)
def test_a_refusal_gives_its_reason(request_signed, expected):
    assert verify(request_signed) == verdict(*expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signature": "", "signature_input": ""}, ("absent", "the request is not signed")),
        ({"signature": " ", "signature_input": ""}, ("absent", "the request is not signed")),
        ({"signature": ""}, ("unreadable", "the record has no Signature header")),
        ({"signature_input": ""}, ("unreadable", "the record has no Signature-Input header")),
        ({"signature": "g=:"}, ("unreadable", "the Signature header cannot be parsed")),
        ({"signature_input": "g=("}, ("unreadable", "the Signature-Input header cannot be parsed")),
        ({"signature_input": "ä=()"}, ("unreadable", "the Signature-Input header cannot be parsed")),
        ({"signature": "x" * 8193}, ("unreadable", "the Signature header exceeds 8192 bytes")),
        ({"signature_input": "x" * 8193}, ("unreadable", "the Signature-Input header exceeds 8192 bytes")),
        ({"signature_input": 'g=("@authority")'}, ("absent", 'no signature has the tag "web-bot-auth"')),
        (
            {"signature_input": 'g=("@authority");tag="x"'},
            ("absent", 'no signature has the tag "web-bot-auth"'),
        ),
        (
            {"signature_input": 'g="@authority";tag="web-bot-auth"'},
            ("unreadable", 'the Signature-Input "g" is no list of components'),
        ),
        (
            {"signature_input": 'g=(authority);tag="web-bot-auth"'},
            ("unreadable", 'the Signature-Input "g" is no list of components'),
        ),
    ],
)
def test_what_is_no_signature_names_no_key(changes, expected):
    assert verify(change(sign(), **changes)) == verdict(*expected, agent="", keyid="")


@pytest.mark.parametrize(
    "header", ["chatgpt.com", '"http://chatgpt.com"', 'g="https://a.test";type=cimd', "g=", "x" * 8193]
)
def test_an_agent_that_names_no_directory_is_unreadable(header):
    request = change(sign(('"@authority"', '"signature-agent"')), signature_agent=header)

    assert verify(request) == verdict(
        "unreadable", "the Signature-Agent header names no key directory under https", agent=""
    )


@pytest.mark.parametrize("keyid", [None, "", 5, "x" * 129])
def test_a_signature_must_name_its_key(keyid):
    assert verify(sign(keyid=keyid)) == verdict(
        "invalid", 'the signature has no "keyid" of at most 128 characters', keyid=""
    )


def test_a_key_that_the_directory_lacks_is_unknown():
    assert verify_signature(sign(), lambda host: (), AT) == verdict(
        "unknown_key", f"no key {KEY.keyid} in the directory of {HOST}"
    )


def test_a_request_without_an_agent_needs_a_key_known_otherwise():
    request = change(sign(('"@authority"',)), signature_agent="")

    assert verify(request) == verdict(
        "unknown_key", f"no key {KEY.keyid} is known, and the request names no agent", agent=""
    )
    assert verify(request, host="") == verdict("valid", "signed with a known key, naming no agent", agent="")


@pytest.mark.parametrize(
    ("nbf", "exp", "state"),
    [
        (CREATED, CREATED + 300, "valid"),
        (CREATED + 70, None, "valid"),
        (CREATED + 71, None, "unknown_key"),
        (None, CREATED - 50, "valid"),
        (None, CREATED - 51, "unknown_key"),
    ],
)
def test_a_key_counts_while_its_directory_vouches_for_it(nbf, exp, state):
    key = read_jwk(jwk_of(PRIVATE_KEY, nbf=nbf, exp=exp))

    reason = f"the key {KEY.keyid} was not in force at the time of the request"
    assert verify(sign(), key) == (VALID if state == "valid" else verdict(state, reason))


def test_clocks_may_differ_by_the_tolerance():
    early, late = (AT + timedelta(seconds=seconds) for seconds in (-70, 350))

    assert [verify(sign(), at=at) for at in (early, late)] == [VALID, VALID]
    assert [verify(sign(), at=at, tolerance_seconds=59).reason for at in (early, late)] == [
        "created 60 s after the request",
        "expired 60 s before the request",
    ]


def test_the_signature_with_the_tag_is_the_one_verified():
    request = sign()
    mixed = change(
        request,
        signature=f"other=:AAAA:, {request.signature}",
        signature_input=f'other=("content-digest");keyid="x", {request.signature_input}',
    )

    assert verify(mixed) == VALID


def test_of_several_signatures_one_valid_one_is_enough():
    first, second = (
        sign(label="a", private_key=Ed25519PrivateKey.from_private_bytes(bytes(32))),
        sign(label="b"),
    )
    both = change(
        second,
        signature=f"{first.signature}, {second.signature}",
        signature_input=f"{first.signature_input}, {second.signature_input}",
    )

    assert verify(both) == VALID
    assert verify(change(both, host="example.org")) == MISMATCH


def test_a_signature_speaks_for_the_member_that_it_covers():
    header = f'a="https://a.test", g="https://{HOST}"'

    assert verify(change(sign(label="a"), signature_agent=header)) == VALID


def test_of_several_covered_members_a_signature_speaks_for_its_own_label():
    member = '"signature-agent";key="a"'
    covered = ('"@authority"', member, '"signature-agent";key="g"')
    request = sign(covered, values={member: '"https://a.test"'})

    assert verify(change(request, signature_agent=f'a="https://a.test", g="https://{HOST}"')) == VALID


def test_a_signature_as_chatgpt_agent_sends_it_is_valid():
    covered = ('"@authority"', '"@method"', '"@path"', '"signature-agent"')
    request = sign(
        covered,
        label="sig1",
        values={'"signature-agent"': '"https://chatgpt.com"'},
        nonce="_8jb",
        alg="ed25519",
    )

    found = verify(change(request, signature_agent='"https://chatgpt.com"'), host="chatgpt.com")

    assert found == verdict("valid", "signed with a key of chatgpt.com", "chatgpt.com")


def test_a_signature_over_more_components_than_anybody_needs_is_unreadable():
    names = [f'"x-{number}"' for number in range(31)]

    assert verify(sign((*USUAL, *names), values=dict.fromkeys(names, "y"))) == verdict(
        "unreadable", 'the signature "g" covers more than 32 components', agent="", keyid=""
    )


def test_a_long_name_is_cut_in_a_reason():
    name = f'"{"x" * 1000}"'

    assert verify(sign((*USUAL, name), values={name: "y"})).reason == (
        f'the signature covers "{"x" * 78}…, which is not in the record'
    )


seeds = st.binary(min_size=32, max_size=32)
covered_sets = st.sets(st.sampled_from(sorted(LINES)), max_size=len(LINES)).map(
    lambda chosen: sorted({*chosen, '"@authority"', '"signature-agent"'})
)


@given(st.data(), seeds, covered_sets, st.integers(1, 86_400))
def test_what_is_signed_is_valid_until_anything_covered_changes(data, seed, covered, lifetime):
    private_key = Ed25519PrivateKey.from_private_bytes(seed)
    key = read_jwk(jwk_of(private_key))
    request = sign(covered, private_key=private_key, keyid=key.keyid, expires=CREATED + lifetime)
    touched = CHANGES[data.draw(st.sampled_from(covered))]

    assert verify(request, key) == verdict("valid", VALID.reason, keyid=key.keyid)
    assert verify(change(request, **touched), key) == verdict("invalid", MISMATCH.reason, keyid=key.keyid)


FRAGMENTS = """g= ( ) "@authority" "signature-agent" ;key= "g" ;created= 1735689600 ;expires= ;keyid= ;tag=
    "web-bot-auth" :AAAA: , ?1 1.5 @1 * token %"%c3%bc%0a" ;alg= "ed25519" "https://a.test" @99999999999999"""
fragments = st.sampled_from([*FRAGMENTS.split(), f'"{KEY.keyid}"', " ", "\n", "\x00", "ü", "\ud800"])
garbage = st.lists(fragments, max_size=20).map("".join) | st.text(max_size=50)


@given(garbage, garbage, garbage, garbage, garbage)
def test_garbage_never_raises_and_is_never_valid(signature, signature_input, agent, host, path):
    request = LoggedRequest(
        method="GET",
        host=host,
        path=path,
        signature=signature,
        signature_input=signature_input,
        signature_agent=agent,
    )

    assert verify_signature(request, lambda _: (KEY,), AT).state != "valid"


@given(garbage, st.sampled_from([None, "g"]))
def test_garbage_names_no_agent_or_a_host(header, label):
    assert agent_of(header, label) in {None, "a.test"}


@given(garbage)
def test_a_signature_input_with_garbage_among_its_parameters_never_raises(tail):
    request = sign()

    changed = change(request, signature_input=request.signature_input + tail)

    assert verify(changed).state in {"valid", "invalid", "unreadable", "absent", "unknown_key"}
