"""Requests in both dialects, and what answers mean."""

import gzip
import json

import pytest
from client_parts import ANK, BOT

from crawlsight.client.counters import Counters
from crawlsight.client.endpoint import Answer, Batch, Endpoint, Verdict, count, explain, judge
from crawlsight.errors import InvalidArgumentError

BATCH = Batch("key-1", (b'{"a":1}', b'{"a":2}'))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://x.example", "https://x.example/v1/logs/custom"),
        ("https://x.example/", "https://x.example/v1/logs/custom"),
        ("http://x.example:8000/logs", "http://x.example:8000/logs/v1/logs/custom"),
        ("https://x.example/v1/logs/custom", "https://x.example/v1/logs/custom"),
        ("https://x.example/v1/logs/wordpress", "https://x.example/v1/logs/wordpress"),
    ],
)
def test_the_path_of_the_api_is_added_to_an_address_without_it(given, expected):
    assert Endpoint.of(given, ANK).url == expected


@pytest.mark.parametrize(
    "url", ["x.example", "ftp://x.example", "http://", "http://x:port", "https://x/?a=1"]
)
def test_an_address_that_cannot_be_is_an_error(url):
    with pytest.raises(InvalidArgumentError, match="address"):
        Endpoint.of(url, ANK)


@pytest.mark.parametrize("key", ["", "ank_", "sk_123", "ank_a b", "ank_ä"])
def test_a_key_that_cannot_be_is_an_error_that_does_not_repeat_it(key):
    with pytest.raises(InvalidArgumentError) as found:
        Endpoint.of("https://x.example", key)

    assert not key or key not in str(found.value).replace("ank_ ", "")


def test_white_space_around_a_key_as_files_have_it_is_no_matter():
    assert Endpoint.of("https://x.example", f"{ANK}\n").key == ANK


def test_an_ank_key_makes_a_request_as_ansehn_wants_it():
    post = Endpoint.of("https://x.example", ANK).request(BATCH)

    assert json.loads(gzip.decompress(post.content)) == {"logs": [{"a": 1}, {"a": 2}]}
    assert {name: post.headers[name] for name in post.headers if name != "user-agent"} == {
        "x-ansehn-api-key": ANK,
        "content-type": "application/json",
        "content-encoding": "gzip",
        "idempotency-key": "key-1",
    }


def test_a_bot_key_makes_a_request_as_profound_wants_it():
    post = Endpoint.of("https://x.example", BOT).request(BATCH)

    assert json.loads(gzip.decompress(post.content)) == [{"a": 1}, {"a": 2}]
    assert post.headers["x-api-key"] == BOT
    assert "x-ansehn-api-key" not in post.headers


def test_the_same_batch_always_makes_the_same_bytes():
    endpoint = Endpoint.of("https://x.example", ANK)

    assert endpoint.request(BATCH) == endpoint.request(BATCH)


@pytest.mark.parametrize(
    ("verdict", "statuses"),
    [
        (Verdict.TRY_AGAIN, [0, 408, 425, 429, 500, 502, 503, 504, 599]),
        (Verdict.REFUSED, [400, 409, 422]),
        (Verdict.TOO_LARGE, [413]),
        (Verdict.UNAUTHORIZED, [401, 403]),
        (Verdict.MISDIRECTED, [301, 302, 308, 404, 405, 410, 415, 418]),
        (Verdict.DELIVERED, [200, 201, 202, 204]),
    ],
)
def test_each_status_has_its_meaning(verdict, statuses):
    assert {judge(Answer(status)) for status in statuses} == {verdict}


def test_a_page_in_place_of_a_receipt_is_no_delivery():
    assert judge(Answer(200, content=b"<html>Sign in to the Wi-Fi</html>")) is Verdict.MISDIRECTED
    assert judge(Answer(200, content=b'{"status": "accepted"}')) is Verdict.DELIVERED


def test_an_answer_is_explained_by_the_servers_own_words():
    assert explain(Answer(422, content=b'{"message": "all wrong"}')) == "422 all wrong"
    assert explain(Answer(500, content=b'{"detail": "oh"}')) == "500 oh"
    assert explain(Answer(502, content=b"<html>")) == "502"
    assert explain(Answer(0, trouble="ConnectError: refused")) == "no answer (ConnectError: refused)"


def test_ansehns_counters_are_taken_over():
    counters = Counters()
    content = {
        "received_records": 9,
        "accepted_records": 7,
        "stored_ai_crawler_records": 2,
        "stored_other_records": 1,
        "dropped_non_crawler_records": 3,
        "quarantined_records": 1,
        "rejected_records": 2,
        "errors": [{"index": 0, "field": "ip", "message": "ip is required"}],
    }

    count(Answer(200, content=json.dumps(content).encode()), Batch("k", (b"{}",) * 9), counters)

    assert counters == Counters(
        sent=9,
        accepted=7,
        stored=3,
        dropped=3,
        quarantined=1,
        rejected=2,
        batches=1,
        errors=["ip is required"],
    )


def test_profounds_message_and_errors_are_counted():
    counters = Counters()
    content = {
        "status": "accepted",
        "message": "Processing 1 log entries",
        "errors": ["Invalid log format: x"],
    }

    count(Answer(200, content=json.dumps(content).encode()), BATCH, counters)

    assert counters == Counters(sent=2, accepted=1, rejected=1, batches=1, errors=["Invalid log format: x"])


@pytest.mark.parametrize("content", [b"", b"{}", b'{"message": 5, "errors": 7}'])
def test_an_answer_that_says_nothing_of_records_accepts_them_all(content):
    counters = Counters()

    count(Answer(200, content=content), BATCH, counters)

    assert counters == Counters(sent=2, accepted=2, batches=1)


def test_of_a_refused_batch_all_records_are_rejected_for_its_reason():
    counters = Counters()

    count(Answer(400, content=b'{"message": "no list"}'), BATCH, counters)

    assert counters == Counters(sent=2, rejected=2, batches=1, errors=["400 no list"])


def test_only_the_first_ten_errors_are_kept():
    counters = Counters()

    for number in range(12):
        counters.reject(1, [f"error {number}"])

    assert counters.rejected == 12
    assert counters.errors == [f"error {number}" for number in range(10)]
