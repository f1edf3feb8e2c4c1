"""Verifying Web Bot Auth signatures afterwards: the published vectors."""

import json
from base64 import b64decode
from pathlib import Path

import msgspec
import pytest
from signature_parts import MISMATCH, change, read_jwk, verify

from crawlsight.detect.signatures import (
    PUBLISHED_TEST_KEYS,
    DirectoryKey,
    LoggedRequest,
    SignatureVerdict,
    agent_of,
    parse_key_directory,
)
from crawlsight.detect.signing_keys import is_signed_with

VECTORS = json.loads((Path(__file__).parent / "signature_vectors.json").read_text())
CENTURY = 4_000_000_000


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
