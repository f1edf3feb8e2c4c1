"""Verifying Web Bot Auth signatures afterwards: what is covered, by which key, and when."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from signature_parts import (
    AT,
    CREATED,
    HOST,
    KEY,
    LINES,
    MISMATCH,
    PRIVATE_KEY,
    USUAL,
    change,
    jwk_of,
    read_jwk,
    sign,
    verdict,
    verify,
)

from crawlsight.detect.signatures import verify_signature

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

VALID = verdict("valid", f"signed with a key of {HOST}")


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
