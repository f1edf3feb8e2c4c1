"""Deliver a batch, whatever the network does: says what to send and how long to wait, does neither."""

import email.utils
from collections.abc import Callable, Generator
from datetime import datetime
from random import Random, SystemRandom

import httpx
import msgspec

from crawlsight.client.counters import Counters
from crawlsight.client.endpoint import Answer, Batch, Endpoint, Post, Verdict, explain, judge, may_be_stored
from crawlsight.errors import InvalidArgumentError, UnauthorizedError

_MOST_RETRY_AFTER_SECONDS = 3600.0


class Pause(msgspec.Struct, frozen=True):
    """A time to wait before the batch is sent again."""

    seconds: float
    reason: str


Steps = Generator[Post | Pause, Answer | None, None]


class Backoff(msgspec.Struct, frozen=True):
    """Waits that double with each attempt, each shortened at random by up to a half.

    Attributes:
        random: The system's by default, which differs between forked processes.
    """

    first_seconds: float = 0.5
    most_seconds: float = 60.0
    random: Random = msgspec.field(default_factory=SystemRandom)

    def seconds(self, attempt: int, answer: Answer) -> float:
        """Tell how long to wait after an attempt (the first is 0), never less than the server asks for."""
        # Above 2**16 every wait is the longest one, and the power would grow without bounds.
        longest = min(self.most_seconds, self.first_seconds * (1 << min(attempt, 16)))
        return max(longest * self.random.uniform(0.5, 1), retry_after_seconds(answer))


def retry_after_seconds(answer: Answer) -> float:
    """Read ``Retry-After``, at most an hour; 0 when there is none or it makes no sense.

    A date is compared with the answer's own ``Date``, so that the clocks need not agree.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        seconds = float(text)
    else:
        until, sent = _read_date(text), _read_date(answer.headers.get("date", ""))
        seconds = (until - sent).total_seconds() if until and sent else 0.0
    return min(max(seconds, 0.0), _MOST_RETRY_AFTER_SECONDS)


def _read_date(text: str) -> datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def deliver(batch: Batch, endpoint: Endpoint, backoff: Backoff, counters: Counters) -> Steps:
    """Go through what it takes to deliver a batch: gives requests and waits, takes the answers.

    Ends when the server has judged every record, and has counted them. What is too large goes in parts.

    Raises:
        UnauthorizedError: The server refuses the key.
        InvalidArgumentError: Something answers that is no such server.
    """
    post = endpoint.request(batch)
    attempt, may_be_repeated = 0, False
    while True:
        answer = yield post
        if answer is None:
            raise TypeError("a request was not answered")
        verdict = judge(answer)
        if verdict is not Verdict.TRY_AGAIN:
            break
        yield Pause(backoff.seconds(attempt, answer), explain(answer))
        counters.retries += 1
        attempt += 1
        may_be_repeated |= may_be_stored(answer)
    if parts := batch.divide(answer):
        for part in parts:
            yield from deliver(part, endpoint, backoff, counters)
        return
    if verdict is Verdict.UNAUTHORIZED:
        raise UnauthorizedError(f"{endpoint.url} refuses the key: {explain(answer)}")
    if verdict is Verdict.MISDIRECTED:
        raise InvalidArgumentError(f"{endpoint.url} takes no logs: {explain(answer)}; is the address right?")
    batch.settle(answer, counters, may_be_repeated=may_be_repeated)


def follow(steps: Steps, post: Callable[[Post], Answer], pause: Callable[[Pause], None]) -> None:
    """Do the steps of a delivery one after another."""
    answer: Answer | None = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return
        if isinstance(step, Post):
            answer = post(step)
        else:
            answer = None
            pause(step)


def post_by(client: httpx.Client) -> Callable[[Post], Answer]:
    """Make what sends requests; what goes wrong on the way is an answer, too."""

    def post(request: Post) -> Answer:
        try:
            found = client.post(request.url, content=request.content, headers=request.headers)
        except httpx.HTTPError as error:
            return no_answer(error)
        return to_answer(found)

    return post


def to_answer(response: httpx.Response) -> Answer:
    """Take over the library's answer."""
    return Answer(response.status_code, dict(response.headers), response.content)


def no_answer(error: httpx.HTTPError) -> Answer:
    """Word a failure on the way as an answer."""
    return Answer(0, trouble=f"{type(error).__name__}: {error}".removesuffix(": "))
