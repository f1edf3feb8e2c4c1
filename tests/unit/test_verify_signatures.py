"""Whether a crawler is who it claims to be, by what became of its request's signature."""

import pytest
from verify_parts import (
    BY_NAME,
    CRAWLERS,
    OUTSIDE,
    PREFIXES,
    UNVERIFIABLE,
    VERIFIER,
    Signature,
    claimed,
    contradicted,
    verified,
    verifier_of,
    verify,
)


@pytest.mark.parametrize("ip", ["203.0.113.7", "203.0.113.16", "10.0.0.1", "", "hash"])
@pytest.mark.parametrize("name", ["Signing", "ListedSigning"])
def test_a_valid_signature_of_its_own_agent_verifies_from_anywhere(name, ip):
    found = verify(name, ip, Signature("valid"))

    assert found == verified("signature:agent.acme.example#key-1")


def test_each_of_a_crawlers_agents_may_sign():
    found = verify("ListedSigning", "203.0.113.16", Signature("valid", "old.acme.example", "key-2"))

    assert found == verified("signature:old.acme.example#key-2")


@pytest.mark.parametrize("agent", ["other.example", "acme.example", "", "AGENT.acme.example"])
@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Signing", "203.0.113.7", claimed("")),
        ("ListedSigning", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("ListedSigning", "203.0.113.16", OUTSIDE),
        ("Unproved", "203.0.113.7", UNVERIFIABLE),
        ("RobotsOnly", "203.0.113.7", contradicted("robots-only")),
    ],
)
def test_a_valid_signature_of_another_agent_is_none(name, ip, verdict, agent):
    assert verify(name, ip, Signature("valid", agent)) == verdict


@pytest.mark.parametrize(
    ("name", "ip", "verdict"),
    [
        ("Signing", "203.0.113.7", claimed("bad-signature:the reason")),
        ("Signing", "10.0.0.1", claimed("bad-signature:the reason")),
        ("Signing", "", claimed("bad-signature:the reason")),
        ("Listed", "203.0.113.0", claimed("bad-signature:the reason")),
        ("Unread", "203.0.113.7", claimed("bad-signature:the reason")),
        ("Wandering", "203.0.113.16", claimed("bad-signature:the reason")),
        ("ListedSigning", "203.0.113.7", verified("ip:one@2026-10-01")),
        ("ListedSigning", "203.0.113.16", OUTSIDE),
        ("Unproved", "203.0.113.7", UNVERIFIABLE),
        ("RobotsOnly", "203.0.113.7", contradicted("robots-only")),
    ],
)
def test_an_invalid_signature_is_told_and_contradicts_nothing(name, ip, verdict):
    assert verify(name, ip, Signature("invalid")) == verdict


@pytest.mark.parametrize("state", ["unknown_key", "unreadable", "absent"])
@pytest.mark.parametrize("ip", ["203.0.113.7", "203.0.113.16", "203.0.113.0", "10.0.0.1", ""])
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_signature_that_cannot_be_checked_changes_nothing(name, ip, state):
    assert verify(name, ip, Signature(state)) == verify(name, ip)


@pytest.mark.parametrize("state", ["valid", "invalid", "unknown_key", "unreadable", "absent"])
@pytest.mark.parametrize("agent", ["agent.acme.example", "other.example", ""])
def test_a_crawler_is_named_by_its_agent_when_the_signature_is_valid(state, agent):
    found = VERIFIER.of_signature(Signature(state, agent))

    named = found is not None
    assert named == (state == "valid" and agent == "agent.acme.example")


def test_of_two_crawlers_with_one_agent_the_order_of_the_catalogue_does_not_decide():
    reversed_one, _ = verifier_of(PREFIXES, dict(reversed(CRAWLERS.items())))

    found = [verifier.of_signature(Signature("valid")).name for verifier in (VERIFIER, reversed_one)]

    assert found[0] == found[1]
