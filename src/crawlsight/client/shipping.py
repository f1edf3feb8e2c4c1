"""Ship log files: read, send, remember, so that a line is stored once whatever crashes."""

import threading
from collections.abc import Callable, Sequence

import msgspec

from crawlsight.client.checkpoint import Pending, StateDirectory, batch_key, digest
from crawlsight.client.counters import Counters
from crawlsight.client.delivery import Backoff, Pause, deliver, follow
from crawlsight.client.endpoint import Answer, Batch, Endpoint, Post
from crawlsight.client.reading import LogReader, Reading
from crawlsight.client.tail import Chunk, Follower
from crawlsight.client.timing import Clock

# A thousand records of this size stay below what the API takes, before and after compression.
_MOST_BATCH_BYTES = 2 * 1024 * 1024
_HEAD_BYTES = 256 * 1024

_POLL_SECONDS = 0.25
_STATUS_SECONDS = 60.0
_MOST_WARNINGS = 10
_SHOWN_ERRORS = 3


class _StoppedError(Exception):
    """The shipper was told to stop while a batch waited to be sent again."""


class Lines(msgspec.Struct):
    """How many lines were read, and what they were; each counts once they are acknowledged."""

    read: int = 0
    parsed: int = 0
    rejected: int = 0
    skipped: int = 0


class Shipper:
    """Sends the lines of files in batches, one at a time: the files themselves are the buffer.

    The range of a batch is written down before it is sent, and again when it is acknowledged. After a crash
    the same range is sent under the same key, so a server that knows the key stores it once.

    Args:
        post: Sends a request.
        stop: Set to end the run; what is on its way is finished.
        say: Prints a line for people.
        batch_seconds: How long the first line of a batch waits for others.
    """

    def __init__(
        self,
        followers: Sequence[Follower],
        directory: StateDirectory,
        reader: LogReader,
        endpoint: Endpoint,
        post: Callable[[Post], Answer],
        *,
        clock: Clock,
        stop: threading.Event,
        say: Callable[[str], None],
        backoff: Backoff | None = None,
        batch_records: int = 1_000,
        batch_seconds: float = 5.0,
    ) -> None:
        self.lines = Lines()
        self.counters = Counters()
        self._followers = followers
        self._directory = directory
        self._reader = reader
        self._endpoint = endpoint
        self._post = post
        self._clock = clock
        self._stop = stop
        self._say = say
        self._backoff = backoff or Backoff()
        self._batch_records = batch_records
        self._batch_seconds = batch_seconds
        self._waiting_since: dict[Follower, float] = {}
        self._warnings = 0
        self._is_in_trouble = False

    def run(self, *, once: bool = False) -> None:
        """Ship until told to stop, or with *once* until all that is there now has been shipped.

        Raises:
            UnauthorizedError, InvalidArgumentError, UnknownFormatError, UnavailableError: It makes no sense
                to go on; all that was not acknowledged is sent by the next run.
        """
        said_at = self._clock.now()
        try:
            for follower in self._followers:
                follower.look()
            # From here on it is known what was there before us.
            self._directory.save()
            paths = ", ".join(str(follower.path) for follower in self._followers)
            self._say(f"follows {paths}, sends to {self._endpoint.url}")
            for follower in self._followers:
                self._send_again(follower)
            while not self._stop.is_set():
                has_sent = [self._ship_next(follower, once=once) for follower in self._followers]
                if self._clock.now() - said_at >= _STATUS_SECONDS:
                    said_at = self._clock.now()
                    self._say(self.status())
                if any(has_sent):
                    continue
                if once:
                    return
                self._clock.wait(self._stop, _POLL_SECONDS)
        except _StoppedError:
            return
        finally:
            for follower in self._followers:
                follower.close()

    def status(self) -> str:
        """Say in one line what was done."""
        lines, sent = self.lines, self.counters
        told = f", {sent.stored:,} stored, {sent.dropped:,} dropped" if self._endpoint.is_ansehn else ""
        quarantined = f", {sent.quarantined:,} quarantined" if sent.quarantined else ""
        return (
            f"{lines.read:,} lines: {lines.parsed:,} parsed, {lines.rejected:,} rejected, {lines.skipped:,}"
            f" skipped; {sent.sent:,} records sent in {sent.batches:,} batches: {sent.accepted:,} accepted"
            f"{told}{quarantined}, {sent.rejected:,} rejected; {sent.retries:,} retries"
        )

    def _ship_next(self, follower: Follower, *, once: bool) -> bool:
        """Send the next batch of a path if it is due; tells whether there was one."""
        follower.look()
        if self._stop.is_set():
            return False
        chunk = follower.read(self._batch_records, _MOST_BATCH_BYTES, is_last=once)
        if chunk is None:
            self._waiting_since.pop(follower, None)
            return False
        since = self._waiting_since.setdefault(follower, self._clock.now())
        has_waited = self._clock.now() - since >= self._batch_seconds
        if not (once or chunk.is_full or chunk.is_rotated or has_waited):
            return False
        is_last = (once or chunk.is_rotated) and not chunk.is_full
        reading = self._read(follower, chunk, is_last=is_last)
        if reading is None and chunk.is_full:
            reading = self._read(follower, chunk, is_last=True)
        if reading is None:
            return False
        del self._waiting_since[follower]
        chunk = msgspec.structs.replace(chunk, content=reading.content)
        if reading.records:
            self._plan_and_send(follower, chunk, reading)
        self._acknowledge(follower, chunk, reading)
        return True

    def _plan_and_send(self, follower: Follower, chunk: Chunk, reading: Reading) -> None:
        state, source = self._directory.state, follower.source(chunk.number)
        content_digest = digest(chunk.content)
        key = batch_key(state.shipper, source, chunk.start, chunk.end, content_digest)
        follower.track.pending = Pending(chunk.number, chunk.start, chunk.end, key, content_digest)
        self._directory.save()
        self._send(Batch(key, reading.records))

    def _send_again(self, follower: Follower) -> None:
        """Send the batch that was on its way when the last run ended."""
        pending = follower.track.pending
        if pending is None:
            return
        chunk = follower.read_again(pending)
        reading = self._read(follower, chunk, is_last=True) if chunk is not None else None
        if chunk is None or reading is None:
            # Its lines are gone, or were changed: then they are other lines, to be sent under another key.
            self._say(f"{follower.path}: a batch that was on its way when the last run ended is gone")
            follower.track.pending = None
            return
        if reading.records:
            self._send(Batch(pending.key, reading.records))
        self._acknowledge(follower, chunk, reading)

    def _read(self, follower: Follower, chunk: Chunk, *, is_last: bool) -> Reading | None:
        def read_head() -> bytes:
            return follower.read_head(chunk.number, _HEAD_BYTES)

        source = follower.source(chunk.number)
        return self._reader.read(follower.track, source, chunk.content, read_head, is_last=is_last)

    def _send(self, batch: Batch) -> None:
        rejected = self.counters.rejected
        steps = deliver(batch, self._endpoint, self._backoff, self.counters)
        follow(steps, self._post, self._pause)
        if self._is_in_trouble:
            self._say("the server takes lines again")
        self._is_in_trouble = False
        if self.counters.rejected > rejected:
            shown = "; ".join(self.counters.errors[-1:])
            self._warn(f"the server rejected {self.counters.rejected - rejected} records, as: {shown}")

    def _pause(self, pause: Pause) -> None:
        if not self._is_in_trouble:
            self._say(f"lines wait, and are sent again until they are taken: {pause.reason}")
        self._is_in_trouble = True
        end = self._clock.now() + pause.seconds
        while (now := self._clock.now()) < end:
            if self._stop.is_set():
                raise _StoppedError
            self._clock.wait(self._stop, end - now)
        if self._stop.is_set():
            raise _StoppedError

    def _acknowledge(self, follower: Follower, chunk: Chunk, reading: Reading) -> None:
        follower.advance(chunk, reading.headers)
        follower.track.pending = None
        self._directory.save()
        self.lines.read += reading.lines
        self.lines.parsed += len(reading.records)
        self.lines.rejected += reading.rejected
        self.lines.skipped += reading.skipped
        for error in reading.errors[:_SHOWN_ERRORS]:
            self._warn(f"{follower.path}, after byte {chunk.start}: {error.reason}")

    def _warn(self, text: str) -> None:
        """Say what is wrong with lines, the first times."""
        self._warnings += 1
        if self._warnings <= _MOST_WARNINGS:
            self._say(text)
