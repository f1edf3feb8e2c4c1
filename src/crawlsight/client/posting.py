"""Post whole files in batches, where there is no door for files; what was posted before is known again.

Records are named by a hash of themselves and of all records before them in the file, and a batch by its first
record. So the same file, in whatever way it is compressed, makes the same batches under the same keys, and a
server that knows keys stores it once.

A file may have grown since it was posted, and then its last batch was shorter. Therefore a batch is always a
whole, a half, a quarter, … of the thousand records in which it lies: the last thousand, not yet full, goes in
the fewest such parts. The server answers 409 when it has another batch under a key, which is a shorter one
with the same beginning; then the batch is halved, until its first part is the one that the server knows.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence

import msgspec

from crawlsight.client.checkpoint import Source, Track
from crawlsight.client.counters import Counters
from crawlsight.client.decompression import Decompressed, decompress
from crawlsight.client.delivery import Backoff, Pause, deliver, follow
from crawlsight.client.endpoint import (
    CONFLICT,
    TOO_LARGE,
    Answer,
    Batch,
    Endpoint,
    Post,
    is_known,
    rejections,
)
from crawlsight.client.files import end_of_lines
from crawlsight.client.reading import LogReader, Reading
from crawlsight.client.timing import Clock
from crawlsight.errors import InvalidArgumentError, MalformedBodyError, UnknownFormatError

_MOST_RECORDS = 1_000
_MOST_LINES = 1_000

# Records of this size stay below what servers take, before and after compression.
_MOST_BYTES = 2 * 1024 * 1024

# As much is read ahead: to tell the format by it, and to find whole lines in it.
_AHEAD_BYTES = 512 * 1024

_MOST_ERRORS = 100

# What is wrong with one file and not with those after it.
_OF_ONE_FILE = (UnknownFormatError, InvalidArgumentError, MalformedBodyError, OSError)


class LineError(msgspec.Struct, frozen=True):
    """Why a line (1-based) was rejected; 0 is a line that the server does not name."""

    line: int
    message: str


class Posted(msgspec.Struct):
    """What became of a file, in the words of an upload.

    ``received = stored_ai_crawler + stored_other + dropped + quarantined + rejected + known`` records, and
    ``lines`` are these and the skipped ones.

    Attributes:
        known_records: Stored by an earlier import.
        stored_other_records: Accepted by a server that does not say what it stored, as Profound.
        errors: The first hundred.
    """

    name: str
    host: str = ""
    state: str = "running"
    format: str = ""
    reason: str = ""
    bytes_total: int = 0
    bytes_read: int = 0
    lines: int = 0
    received_records: int = 0
    stored_ai_crawler_records: int = 0
    stored_other_records: int = 0
    dropped_records: int = 0
    quarantined_records: int = 0
    rejected_records: int = 0
    known_records: int = 0
    skipped_lines: int = 0
    errors: list[LineError] = []
    skipped: dict[str, int] = {}

    def take_reading(self, reading: Reading) -> None:
        """Count the lines that are no records."""
        self.received_records += reading.rejected
        self.rejected_records += reading.rejected
        self.skipped_lines += reading.skipped
        for reason, lines in reading.reasons.items():
            self.skipped[reason] = self.skipped.get(reason, 0) + lines
        self.note(LineError(self.lines + error.line, error.reason) for error in reading.errors)
        self.lines += reading.lines

    def take_counters(self, counters: Counters) -> None:
        """Count records as the server did."""
        untold = counters.accepted - counters.stored - counters.dropped - counters.quarantined
        self.received_records += counters.sent
        self.stored_ai_crawler_records += counters.stored
        self.stored_other_records += untold
        self.dropped_records += counters.dropped
        self.quarantined_records += counters.quarantined
        self.rejected_records += counters.rejected

    def note(self, errors: Iterator[LineError]) -> None:
        """Remember errors, the first ones."""
        self.errors.extend(error for error in errors if len(self.errors) < _MOST_ERRORS)


class Stretch(Batch, frozen=True):
    """Records that follow each other in a file.

    Attributes:
        keys: Of each record the key of a batch that begins with it.
        numbers: Of each record its line.
        posted: What becomes of the file.
    """

    keys: tuple[str, ...]
    numbers: tuple[int, ...]
    posted: Posted

    def part(self, start: int, end: int) -> "Stretch":
        """Give some of the records as a batch of their own."""
        return Stretch(
            self.keys[start],
            self.records[start:end],
            self.keys[start:end],
            self.numbers[start:end],
            self.posted,
        )

    def parts(self) -> Iterator["Stretch"]:
        """Cut it into wholes, halves, quarters, … of a thousand."""
        start = 0
        for size in _sizes(len(self.records), _MOST_RECORDS):
            yield self.part(start, start + size)
            start += size

    def divide(self, answer: Answer) -> Sequence[Batch]:
        """Halve it where it is too large, or where the server knows a shorter one with this beginning."""
        if answer.status not in {TOO_LARGE, CONFLICT} or len(self.records) == 1:
            return ()
        middle = len(self.records) // 2
        return [self.part(0, middle), self.part(middle, len(self.records))]

    def settle(self, answer: Answer, counters: Counters, *, may_be_repeated: bool) -> None:
        """Count what became of the records, those apart that an earlier import had stored."""
        if answer.status == CONFLICT or (is_known(answer) and not may_be_repeated):
            self.posted.received_records += len(self.records)
            self.posted.known_records += len(self.records)
            return
        super().settle(answer, counters, may_be_repeated=may_be_repeated)
        self.posted.note(LineError(self._line(place), message) for place, message in rejections(answer))

    def _line(self, place: int | None) -> int:
        if place is None and len(self.records) == 1:
            place = 0
        return self.numbers[place] if place is not None and place < len(self.numbers) else 0


def _sizes(records: int, span: int) -> Iterator[int]:
    if records == span:
        yield span
    elif records:
        middle = span // 2
        yield from _sizes(min(records, middle), middle)
        yield from _sizes(max(records - middle, 0), span - middle)


class Poster:
    """Posts files one after another.

    Args:
        post: Sends a request.
        say: Prints a line for people: why records wait.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        reader: LogReader,
        post: Callable[[Post], Answer],
        *,
        clock: Clock,
        say: Callable[[str], None],
        backoff: Backoff | None = None,
    ) -> None:
        self._endpoint, self._reader, self._post = endpoint, reader, post
        self._clock, self._say = clock, say
        self._backoff = backoff or Backoff()
        self._reasons: set[str] = set()

    def post_file(
        self, posted: Posted, chunks: Iterator[bytes], show: Callable[[Posted], None] = lambda _: None
    ) -> Posted:
        """Post the file that comes in chunks, and count in *posted* what becomes of it.

        Args:
            posted: With the file's name and size.
            show: Told after each batch how far it is.

        Raises:
            UnauthorizedError, InvalidArgumentError: The server takes no logs, or none with this key.
            NotFoundError, UnavailableError: The chunks could not be had.
        """
        for stretch in _stretches(self._reader, posted, _count_bytes(posted, chunks)):
            for part in stretch.parts():
                counters = Counters()
                follow(deliver(part, self._endpoint, self._backoff, counters), self._post, self._pause)
                posted.take_counters(counters)
                show(posted)
        if posted.state == "running":
            posted.state = "done"
        return posted

    def _pause(self, pause: Pause) -> None:
        # A limit on requests is met every minute; once said is enough.
        if pause.reason not in self._reasons:
            self._reasons.add(pause.reason)
            self._say(f"records wait, and are sent again until they are taken: {pause.reason}")
        end = self._clock.now() + pause.seconds
        while (now := self._clock.now()) < end:
            self._clock.wait(threading.Event(), end - now)


def _count_bytes(posted: Posted, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        posted.bytes_read += len(chunk)
        yield chunk


def _stretches(reader: LogReader, posted: Posted, chunks: Iterator[bytes]) -> Iterator[Stretch]:
    """Read a file into stretches, each full but the last; what is wrong with the file ends them."""
    pending = _Pending(posted)
    try:
        for reading in _readings(reader, posted, _LineCutter(decompress(chunks))):
            first_line = posted.lines
            posted.take_reading(reading)
            for record, number in zip(reading.records, reading.numbers, strict=True):
                if pending.is_full_with(record):
                    yield pending.take()
                pending.add(record, first_line + number)
    except _OF_ONE_FILE as error:
        posted.state, posted.reason = "failed", str(error)
    if pending.records:
        yield pending.take()


def _readings(reader: LogReader, posted: Posted, lines: "_LineCutter") -> Iterator[Reading]:
    track, source = Track(), Source(number=1, device=0, inode=0)
    head = lines.head()
    while True:
        content, is_last = lines.peek()
        # Only the first lines tell the format; headers after them are remembered from batch to batch.
        read_head = (lambda: b"") if source.offset else (lambda: head)
        # Of an empty file only the reader can say what is wrong with it.
        if not content and source.offset:
            return
        reading = reader.read(track, source, content, read_head, is_last=is_last)
        if reading is None:
            reading = reader.read(track, source, content, read_head, is_last=True)
        posted.format = reader.format_name(track)
        if reading is None or not content:
            return
        lines.pass_over(len(reading.content))
        source.offset += len(reading.content)
        source.headers = reading.headers
        yield reading


class _LineCutter:
    """Cuts what is read into whole lines, never more of it in memory than a batch and a head."""

    def __init__(self, stream: Decompressed) -> None:
        self._stream = stream
        self._ahead = b""
        self._is_at_end = False

    def head(self) -> bytes:
        """Give the first whole lines, without passing over them."""
        self._fill()
        end = self._ahead.rfind(b"\n") + 1
        return self._ahead if self._is_at_end else self._ahead[:end]

    def peek(self) -> tuple[bytes, bool]:
        """Give the next lines, and tell whether they are the last; a line too long for memory is cut."""
        self._fill()
        end = end_of_lines(self._ahead, _MOST_LINES)
        if self._is_at_end and self._ahead.count(b"\n", 0, end) < _MOST_LINES:
            end = len(self._ahead)
        content = self._ahead[: end or len(self._ahead)]
        return content, self._is_at_end and len(content) == len(self._ahead)

    def pass_over(self, size: int) -> None:
        """Go on after so many bytes."""
        self._ahead = self._ahead[size:]

    def _fill(self) -> None:
        while len(self._ahead) < _AHEAD_BYTES and not self._is_at_end:
            chunk = self._stream.read(_AHEAD_BYTES)
            self._is_at_end = not chunk
            self._ahead += chunk


class _Pending:
    """Records that wait until there are enough of them."""

    def __init__(self, posted: Posted) -> None:
        self.records: list[bytes] = []
        self._posted = posted
        self._keys: list[str] = []
        self._numbers: list[int] = []
        self._bytes = 0
        self._digest = hashlib.blake2b(digest_size=16)

    def is_full_with(self, record: bytes) -> bool:
        """Tell whether the record belongs into the next stretch."""
        if not self.records:
            return False
        return len(self.records) == _MOST_RECORDS or self._bytes + len(record) > _MOST_BYTES

    def add(self, record: bytes, number: int) -> None:
        self._digest.update(b"\n" + record)
        self.records.append(record)
        self._keys.append(f"crawlsight-import-{self._digest.hexdigest()}")
        self._numbers.append(number)
        self._bytes += len(record)

    def take(self) -> Stretch:
        keys, records, numbers = tuple(self._keys), tuple(self.records), tuple(self._numbers)
        self._keys, self.records, self._numbers, self._bytes = [], [], [], 0
        return Stretch(keys[0], records, keys, numbers, self._posted)
