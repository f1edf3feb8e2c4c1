"""Answers in the words of each vendor, and what makes a delivery the same delivery."""

import json

import pytest
from vendor_wire import body_of, pubsub, request

from crawlsight.feeds import FEEDS, Answer, FeedBatch, Rejected, Reply

GCP = FEEDS["gcp"]


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"firehose"}))
def test_what_was_taken_in_is_a_200_with_its_counters(name):
    reply = FEEDS[name].answer(Answer(request(), 200, at_ms=0, counters={"received_records": 3}))

    assert reply == Reply(
        200, {"content-type": "application/json"}, b'{"status":"accepted","received_records":3}'
    )


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"firehose"}))
def test_a_failure_says_why(name):
    reply = FEEDS[name].answer(Answer(request(), 503, at_ms=0, message="the disk is full"))

    assert reply.status == 503
    assert json.loads(reply.body)["message"] == "the disk is full"


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_a_message_that_will_never_be_readable_is_acknowledged(status):
    reply = GCP.answer(Answer(request(), status, at_ms=0, message="not JSON"))

    assert reply.status == 200
    assert json.loads(reply.body) == {"status": "error", "message": "not JSON", "detail": "not JSON"}


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_message_that_may_be_taken_later_is_not_acknowledged(status):
    assert GCP.answer(Answer(request(), status, at_ms=0)).status == status


def test_a_message_is_known_by_its_id():
    assert GCP.read(pubsub(body_of("gcp.json"), "11834")).dedup_key == "11834"


def test_an_unwrapped_message_is_known_by_its_header():
    batch = GCP.read(request(body_of("gcp.json"), {"x-goog-pubsub-message-id": "11834"}))

    assert batch.records == GCP.read(pubsub(body_of("gcp.json"))).records
    assert batch.dedup_key == "11834"


@pytest.mark.parametrize(
    ("entry", "skipped"),
    [
        (b"", {}),
        (b"hello", {"not a request": 1}),
        (b'{"textPayload":"hello"}', {"not a request": 1}),
        (b'{"httpRequest":{"requestUrl":"https://a.b/","requestMethod":"GET"}}', {"no response": 1}),
    ],
)
def test_a_message_that_is_no_request_is_counted(entry, skipped):
    assert GCP.read(pubsub(entry, "1")) == FeedBatch([], [], skipped, (), 0, "1")


def test_a_message_whose_data_is_not_base64_is_counted():
    body = b'{"message":{"data":"*","messageId":"1"},"subscription":"s"}'

    batch = GCP.read(request(body))

    assert batch.rejected == (Rejected(0, "the message's data is not base64"),)


def test_a_drain_s_delivery_is_known_by_the_ids_of_its_rows():
    read = FEEDS["vercel"].read
    first = read(request(b'[{"id":"1"},{"id":"2"}]'))
    again = read(request(b'{"id":"1"}\n{"id":"2"}\n'))
    other = read(request(b'[{"id":"12"}]'))

    assert first.dedup_key == again.dedup_key != other.dedup_key
    assert read(request(b"[{}]")).dedup_key is None


@pytest.mark.parametrize("name", ["cloudflare_worker", "netlify", "wordpress"])
def test_senders_of_ours_name_their_deliveries(name):
    assert FEEDS[name].read(request(b"[]", {"idempotency-key": "ray-1"})).dedup_key == "ray-1"
    assert FEEDS[name].read(request(b"[]")).dedup_key is None


def test_paths_are_those_that_the_vendors_are_told():
    assert {name: feed.path for name, feed in FEEDS.items()} == {name: f"/v1/logs/{name}" for name in FEEDS}
