"""Refreshing key directories: what is kept by host, and how copies are merged."""

import contextlib
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refresh_parts import CATALOGUE, acme, directory, encode, files_knowledge, jwk, refresher

from crawlsight.detect import built_in_knowledge, parse_catalogue
from crawlsight.detect.signing_keys import merge_key_directories, parse_key_directory
from crawlsight.errors import KeyDirectoryError, UnavailableError
from crawlsight.refresh.fetch import Fetched, signature_agents
from crawlsight.refresh.files import KnowledgeFiles

KEYS_URL = "https://{}/.well-known/http-message-signatures-directory"


def bounds(body):
    """When each key of a directory is good: (from, until) by its first byte."""
    return {key.public_key[0]: (key.not_before, key.not_after) for key in parse_key_directory(body)}


@pytest.fixture
def files(tmp_path):
    return KnowledgeFiles(tmp_path / "knowledge")


def test_the_directories_are_those_of_all_signers_each_once():
    agents = signature_agents(built_in_knowledge().catalogue)

    assert agents == sorted(set(agents))
    assert {"chatgpt.com", "agent.bot.goog", "crawler.exa.ai"} <= set(agents)


def test_a_signers_keys_are_kept_by_its_host(files):
    answers = {
        KEYS_URL.format("keys.acme.example"): directory(jwk(1), jwk(2)),
        KEYS_URL.format("keys.acme.example:8443"): directory(jwk(3)),
    }

    found = list(refresher(files, answers).key_directories())

    assert found == [
        Fetched("key_directory", "keys.acme.example", 2, 2, 0, ""),
        Fetched("key_directory", "keys.acme.example:8443", 1, 1, 0, ""),
    ]
    kept = files.load().key_directories
    assert {host: bounds(body) for host, body in kept.items()} == {
        "keys.acme.example": {1: (None, None), 2: (None, None)},
        "keys.acme.example:8443": {3: (None, None)},
    }


def test_an_old_key_stays_beside_the_new_one(files):
    url = KEYS_URL.format("keys.acme.example")
    files.keep_directory("keys.acme.example", directory(jwk(1, nbf=100, exp=200)))

    found, _ = refresher(
        files, {url: directory(jwk(2, nbf=200, exp=300))}, files_knowledge(files)
    ).key_directories()

    assert found == Fetched("key_directory", "keys.acme.example", 2, 1, 0, "")
    assert bounds(files.load().key_directories["keys.acme.example"]) == {1: (100, 200), 2: (200, 300)}


@pytest.mark.parametrize(
    "answer", [b"<html>", b"{}", b"[]", UnavailableError("answers 500")], ids=["page", "{}", "[]", "500"]
)
def test_what_is_no_directory_keeps_the_last_good_copy_and_tells(files, answer):
    files.keep_directory("keys.acme.example", directory(jwk(1)))
    url = KEYS_URL.format("keys.acme.example")

    found, _ = refresher(files, {url: answer}, files_knowledge(files)).key_directories()

    assert msgspec.structs.replace(found, error="") == Fetched(
        "key_directory", "keys.acme.example", 1, 0, 0, ""
    )
    assert found.error
    assert files.load().key_directories == {"keys.acme.example": directory(jwk(1))}


def test_a_kept_directory_that_was_broken_by_hand_is_replaced_and_stops_no_other(files):
    files.keep_directory("keys.acme.example", b"{")
    answers = {
        KEYS_URL.format("keys.acme.example"): directory(jwk(1)),
        KEYS_URL.format("keys.acme.example:8443"): directory(jwk(2)),
    }

    found = list(refresher(files, answers, files_knowledge(files)).key_directories())

    assert found == [
        Fetched("key_directory", "keys.acme.example", 1, 1, 0, ""),
        Fetched("key_directory", "keys.acme.example:8443", 1, 1, 0, ""),
    ]


def test_a_host_whose_keys_cannot_be_kept_is_told(files):
    # A Signature-Agent is read in lower case, so that keys under such a name would never be found.
    knowledge = acme(catalogue=parse_catalogue(CATALOGUE.replace("keys.acme.example", "Keys.Acme.example")))
    answers = {KEYS_URL.format("Keys.Acme.example"): directory(jwk(1))}

    (found, _) = refresher(files, answers, knowledge).key_directories()

    assert (found.entries, found.added) == (0, 0)
    assert found.error


@pytest.mark.parametrize(
    ("former", "now", "expected"),
    [
        ({"nbf": 100, "exp": 200}, {"nbf": 150, "exp": 300}, (100, 300)),
        ({"nbf": 150, "exp": 300}, {"nbf": 100, "exp": 200}, (100, 300)),
        ({"nbf": 100, "exp": 200}, {}, (None, None)),
        ({}, {"nbf": 100, "exp": 200}, (None, None)),
        ({"nbf": 100}, {"nbf": 200, "exp": 300}, (100, None)),
        ({"nbf": 1_743_465_600_000}, {"nbf": 1_743_465_601}, (1_743_465_600, None)),
        ({"nbf": None, "exp": 200}, {"nbf": 100, "exp": 100.5}, (None, 200)),
    ],
)
def test_a_key_is_good_for_as_long_as_any_copy_said(former, now, expected):
    merged = merge_key_directories(directory(jwk(1, **former)), directory(jwk(1, **now)))

    assert bounds(merged) == {1: expected}


def test_a_key_answers_to_every_name_that_its_directory_gave_it():
    merged = merge_key_directories(directory(jwk(1, kid="summer")), directory(jwk(1, kid="winter")))

    assert {key.kid for key in parse_key_directory(merged)} == {"summer", "winter"}


def test_merging_again_changes_nothing():
    body = directory(jwk(1, nbf=100, exp=200, kid="one"), jwk(2))
    merged = merge_key_directories(None, body)

    assert merge_key_directories(merged, body) == merged
    assert merge_key_directories(merged, merged) == merged


@pytest.mark.parametrize("exp", [253_402_300_799, 253_402_300_799_000, 2**63 - 1])
def test_a_key_for_ever_stays_one_however_often_it_is_merged(exp):
    # The end of the year 9999, in seconds and in milliseconds, and the largest number that most can write.
    merged = body = directory(jwk(1, exp=exp))
    for _ in range(3):
        merged = merge_key_directories(merged, body)

    ((_, last),) = bounds(merged).values()
    assert last is None or last > datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def test_what_is_no_key_is_not_kept():
    merged = merge_key_directories(None, directory(jwk(1), {"kty": "oct", "k": "AA"}, 7, None))

    assert msgspec.json.decode(merged) == {"keys": [jwk(1)]}


@pytest.mark.parametrize(
    "strange",
    [b'"note": 1e400', b'"note": "\\ud800"', b'"note": %b' % (b"[" * 3_000 + b"]" * 3_000)],
    ids=["a number out of range", "half a surrogate pair", "deeply nested"],
)
def test_what_cannot_be_read_beside_a_key_is_refused_or_left_out(strange):
    body = b'{"keys": [%b]}' % (encode(jwk(1))[:-1] + b", " + strange + b"}")

    try:
        merged = merge_key_directories(None, body)
    except KeyDirectoryError:
        return
    assert len(parse_key_directory(merged)) <= 1


key_fields = st.fixed_dictionaries(
    {},
    optional={
        "kty": st.sampled_from(["OKP", "EC", "RSA", "oct"]),
        "crv": st.sampled_from(["Ed25519", "P-256"]),
        "x": st.sampled_from([jwk(1)["x"], jwk(2)["x"], "AA", ""]),
        "kid": st.none() | st.text(max_size=5),
        "use": st.sampled_from(["sig", "enc", None]),
        "nbf": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "exp": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "note": st.integers() | st.text(max_size=5),
    },
)
directories = st.lists(st.builds(lambda given: {**jwk(1), **given}, key_fields), max_size=4).map(encode)


@given(
    directories.map(lambda keys: b'{"keys": %b}' % keys), directories.map(lambda keys: b'{"keys": %b}' % keys)
)
def test_merging_loses_no_key_and_narrows_none(former, now):
    merged = bounds(merge_key_directories(former, now))

    for body in (former, now):
        for key in parse_key_directory(body):
            first, last = merged[key.public_key[0]]
            assert first is None or (key.not_before is not None and first <= key.not_before)
            assert last is None or (key.not_after is not None and last >= key.not_after)


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(encode)
)
def test_garbage_is_merged_or_refused_with_our_error(body):
    with contextlib.suppress(KeyDirectoryError):
        parse_key_directory(merge_key_directories(directory(jwk(1)), body))
