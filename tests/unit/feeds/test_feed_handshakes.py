"""What a vendor asks before it sends logs."""

import gzip
import hashlib
import hmac

import pytest
from vendor_wire import body_of, request

from crawlsight.feeds import ANY_SERVICE, CHALLENGE_PATH, FEEDS, Answer, FeedBatch, Reply, challenge

VERCEL = FEEDS["vercel"]


def test_fastly_finds_the_digests_of_the_services_that_may_send():
    digest = hashlib.sha256(b"SU1Z0isxPaozGVKXdv0eY").hexdigest()

    reply = challenge(["SU1Z0isxPaozGVKXdv0eY", ANY_SERVICE])

    assert CHALLENGE_PATH == "/.well-known/fastly/logging/challenge"
    assert reply == Reply(200, {"content-type": "text/plain"}, f"{digest}\n*\n".encode())


@pytest.mark.parametrize("pack", [gzip.compress, bytes], ids=["gzip", "plain"])
def test_the_file_that_tests_a_logpush_job_is_a_batch_without_records(pack):
    batch = FEEDS["cloudflare_logpush"].read(request(pack(b'{"content":"tests"}')))

    assert batch == FeedBatch([], [], {"test probe": 1}, (), 0)


@pytest.mark.parametrize(
    "probe",
    [
        request(b"", {"x-vercel-verify": "d394968241b1d8d5"}),
        request(b"\n", verify="d394968241b1d8d5"),
    ],
    ids=["header", "url"],
)
def test_vercel_s_probe_needs_no_key_and_gets_its_code_back(probe):
    reply = VERCEL.greet(probe)

    assert reply == Reply(200, {"content-type": "text/plain", "x-vercel-verify": "d394968241b1d8d5"}, b"")


def test_a_drain_with_rows_is_not_greeted():
    assert VERCEL.greet(request(body_of("vercel.json"), {"x-vercel-verify": "a"})) is None


@pytest.mark.parametrize("code", ["", "a b", "a\r\nset-cookie: x", "a" * 201, "ä"])
def test_a_code_that_is_no_code_is_not_sent_back(code):
    assert "x-vercel-verify" not in VERCEL.greet(request(b"", {"x-vercel-verify": code}, verify=code)).headers


def test_every_answer_to_vercel_repeats_the_code():
    drain = request(b"[]", verify="d394968241b1d8d5")

    answers = [VERCEL.answer(Answer(drain, status, at_ms=0)) for status in (200, 401, 503)]

    assert [(reply.status, reply.headers["x-vercel-verify"]) for reply in answers] == [
        (200, "d394968241b1d8d5"),
        (401, "d394968241b1d8d5"),
        (503, "d394968241b1d8d5"),
    ]


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"vercel"}))
def test_no_other_feed_answers_without_a_key(name):
    assert FEEDS[name].greet(request()) is None


def test_a_drain_signed_with_the_secret_is_told_from_all_others():
    body = body_of("vercel.json")
    signature = hmac.new(b"secret", body, hashlib.sha1).hexdigest()
    is_good = VERCEL.has_good_signature

    assert is_good(request(body, {"x-vercel-signature": signature}), "secret")
    assert not is_good(request(body, {"x-vercel-signature": signature}), "other")
    assert not is_good(request(body + b" ", {"x-vercel-signature": signature}), "secret")
    assert not is_good(request(body, {"x-vercel-signature": "ä"}), "secret")
    assert not is_good(request(body), "secret")
