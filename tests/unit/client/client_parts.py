"""What tests of the client share: clocks that they move themselves, and a server that answers as told."""

import asyncio
import gzip
import json
import threading
from dataclasses import dataclass, field

import httpx

from builders import log_record

ANK, BOT = "ank_" + "a" * 32, "bot_00000000-0000-4000-8000-000000000000"
URL = "http://logs.example"


def records(count):
    return [log_record(path=f"/{number}") for number in range(count)]


class JumpingClock:
    """A clock on which every wait is over at once."""

    def __init__(self):
        self.time = 1_000.0
        self.waits = []

    def now(self):
        return self.time

    def wait(self, until, seconds):
        if seconds is None:
            # Nothing is due: only a record or the end can change that.
            until.wait(10)
            return
        self.waits.append(seconds)
        self.time += seconds


class AsyncJumpingClock(JumpingClock):
    async def wait(self, until, seconds):
        if seconds is None:
            await asyncio.wait_for(until.wait(), 10)
            return
        self.waits.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


class StandingClock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.time = 1_000.0
        self.is_waited_for = threading.Event()
        self.waited_seconds = None
        self._waitable = None

    def now(self):
        return self.time

    def wait(self, until, seconds):
        self._waitable = until
        self.waited_seconds = seconds
        self.is_waited_for.set()
        until.wait(10)

    def move(self, seconds):
        """Move on once somebody waits."""
        assert self.is_waited_for.wait(10)
        with self._waitable:
            self.is_waited_for.clear()
            self.time += seconds
            self._waitable.notify_all()


def answer_ansehn(sent, **changes):
    """An answer of the Ansehn dialect to so many records."""
    values = {
        "status": "accepted",
        "received_records": sent,
        "accepted_records": sent,
        "stored_ai_crawler_records": sent,
        "dropped_non_crawler_records": 0,
        "rejected_records": 0,
        "quarantined_records": 0,
        "errors": [],
    }
    return httpx.Response(200, json={**values, **changes})


def answer_profound(sent, errors=()):
    message = f"Processing {sent - len(errors)} log entries"
    return httpx.Response(
        200, json={"status": "accepted", "message": message, "first_visit_id": None, "errors": list(errors)}
    )


@dataclass
class Server:
    """Answers as told, one answer a request, then with success; remembers what came."""

    answers: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    answered: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, request):
        with self.answered:
            self.requests.append(request)
            answer = self.answers.pop(0) if self.answers else None
            self.answered.notify_all()
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        sent = len(self.sent(-1))
        return answer_profound(sent) if "x-api-key" in request.headers else answer_ansehn(sent)

    def body(self, number):
        return json.loads(gzip.decompress(self.requests[number].content))

    def sent(self, number):
        """The records of a request."""
        body = self.body(number)
        return body["logs"] if isinstance(body, dict) else body

    def keys(self):
        return [request.headers["idempotency-key"] for request in self.requests]

    def wait_for_requests(self, count):
        with self.answered:
            assert self.answered.wait_for(lambda: len(self.requests) >= count, 10)

    @property
    def transport(self):
        return httpx.MockTransport(self)
