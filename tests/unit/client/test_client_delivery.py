"""What it takes to deliver a batch, without any network or waiting."""

import gzip
import json
from random import Random

import pytest
from client_parts import ANK, URL

from crawlsight.client.counters import Counters
from crawlsight.client.delivery import Backoff, Pause, deliver, follow, retry_after_seconds
from crawlsight.client.endpoint import Answer, Batch, Endpoint
from crawlsight.errors import InvalidArgumentError, UnauthorizedError

ENDPOINT = Endpoint.of(URL, ANK)
OK = Answer(200, content=b"{}")


class Network:
    """Answers in turn, and by size: batches of more records than *most* are too large."""

    def __init__(self, *answers, most=1_000):
        self.answers, self.most = list(answers), most
        self.keys, self.pauses = [], []

    def post(self, request):
        self.keys.append(request.headers["idempotency-key"])
        if self.answers:
            return self.answers.pop(0)
        return Answer(413) if self.records(request) > self.most else OK

    @staticmethod
    def records(request):
        return len(json.loads(gzip.decompress(request.content))["logs"])

    def pause(self, pause):
        self.pauses.append(pause)

    def deliver(self, records=1):
        counters = Counters()
        batch = Batch("key", tuple(b"%d" % number for number in range(records)))
        backoff = Backoff(first_seconds=1, most_seconds=8, random=Random(1))
        follow(deliver(batch, ENDPOINT, backoff, counters), self.post, self.pause)
        return counters


@pytest.mark.parametrize("status", [0, 408, 425, 429, 500, 502, 503, 504])
def test_a_batch_is_sent_again_under_its_key_until_it_is_taken(status):
    network = Network(*[Answer(status)] * 3)

    counters = network.deliver()

    assert network.keys == ["key"] * 4
    assert counters == Counters(sent=1, accepted=1, batches=1, retries=3)


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_batch_that_is_at_fault_is_sent_once(status):
    network = Network(Answer(status, content=b'{"message": "bad"}'))

    counters = network.deliver(records=3)

    assert network.keys == ["key"]
    assert counters == Counters(sent=3, rejected=3, batches=1, errors=[f"{status} bad"])


def test_waits_double_up_to_the_longest_and_are_shortened_at_random_by_half_at_most():
    network = Network(*[Answer(503)] * 6)

    network.deliver()

    waits = [pause.seconds for pause in network.pauses]
    longest = [1, 2, 4, 8, 8, 8]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))
    assert len(set(waits)) == 6


def test_no_number_of_attempts_is_too_many():
    assert Backoff().seconds(10_000, Answer(503)) <= 60


def test_no_wait_is_shorter_than_the_server_asks_for():
    network = Network(Answer(429, {"retry-after": "37"}))

    network.deliver()

    assert network.pauses == [Pause(37.0, "429")]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "5"}, 5),
        ({"retry-after": "999999"}, 3600),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 30),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 -0000", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0),
    ],
)
def test_retry_after_is_read_in_all_its_forms(headers, seconds):
    assert retry_after_seconds(Answer(429, headers)) == seconds


def test_a_batch_that_is_too_large_is_halved_under_keys_made_from_its_own():
    network = Network(most=3)

    counters = network.deliver(records=10)

    assert network.keys == ["key", "key/0", "key/0/0", "key/0/1", "key/1", "key/1/0", "key/1/1"]
    assert counters == Counters(sent=10, accepted=10, batches=4)


def test_halving_again_makes_the_same_keys():
    first, second = Network(most=1), Network(most=1)

    first.deliver(records=7)
    second.deliver(records=7)

    assert first.keys == second.keys


def test_a_single_record_that_is_too_large_is_rejected():
    network = Network(most=0)

    counters = network.deliver(records=2)

    assert network.keys == ["key", "key/0", "key/1"]
    assert counters == Counters(sent=2, rejected=2, batches=2, errors=["413", "413"])


def test_a_half_is_sent_again_like_a_whole():
    network = Network(Answer(413), OK, Answer(503), OK)

    counters = network.deliver(records=2)

    assert network.keys == ["key", "key/0", "key/1", "key/1"]
    assert counters == Counters(sent=2, accepted=2, batches=2, retries=1)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_delivery(status):
    network = Network(Answer(status, content=b'{"message": "unknown key"}'))

    with pytest.raises(UnauthorizedError, match=f"refuses the key: {status} unknown key") as found:
        network.deliver()

    assert ANK not in str(found.value)


@pytest.mark.parametrize("answer", [Answer(404), Answer(301), Answer(200, content=b"<html>")])
def test_something_that_is_no_such_server_ends_the_delivery(answer):
    with pytest.raises(InvalidArgumentError, match="is the address right"):
        Network(answer).deliver()
