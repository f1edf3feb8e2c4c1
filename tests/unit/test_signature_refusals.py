"""Verifying Web Bot Auth signatures afterwards: every refusal, and no error on garbage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signature_parts import AT, CREATED, KEY, MISMATCH, USUAL, change, sign, verdict, verify

from crawlsight.detect.signatures import LoggedRequest, agent_of, verify_signature


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
