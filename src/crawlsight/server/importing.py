"""Import uploaded files one after another: pieces are judged beside each other and stored in order."""

import asyncio
import hashlib
import math
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from crawlsight.errors import CrawlsightError, IdempotencyConflictError, UnavailableError
from crawlsight.formats import decode_lines, detect_format, remember_headers
from crawlsight.ingest.lines import FileFormat, LinesWork
from crawlsight.ingest.outcome import Outcome
from crawlsight.ingest.summary import Summary
from crawlsight.ledger import Conflict, Credential, Ledger
from crawlsight.ledger.uploads import LineError, Upload, UploadState
from crawlsight.server.endings import Endings
from crawlsight.server.judging import Judging
from crawlsight.server.keyless import keyless_credential
from crawlsight.server.pieces import AHEAD_BYTES, Piece, PieceReader
from crawlsight.server.receiving import Receiving, forget_parts
from crawlsight.server.storing import commit_of, new_batch
from crawlsight.server.telemetry import log

AUTO = "auto"

_MOST_ERRORS = 100

# Pieces under way; more would only fill the memory.
_DEPTH = 8

_SAVE_EVERY_SECONDS = 0.25

# Files imported while they are received; others wait until they are there.
_MOST_FOLLOWED = 4

# Lines by which those after them are read.
_HEADER_LINE = re.compile(rb"\n(#[^\n]*)")

_LONGEST_DOCUMENT = 32 * 1024 * 1024

_RETRY_SECONDS = 2.0


class _Pending(NamedTuple):
    piece: Piece
    lines: int
    header: bytes
    outcome: asyncio.Task[Outcome]


class _Recognised(NamedTuple):
    """What a file is.

    Attributes:
        known: Where earlier uploads that may have been of the same file ended, with the hash of all before,
            and the headers there.
        first_header: Of a file that begins with its column names.
    """

    format: FileFormat
    known: dict[tuple[int, str], bytes]
    first_header: bytes

    @property
    def farthest(self) -> int:
        """The farthest end of those uploads."""
        return max((position for position, _ in self.known), default=0)


class Importer:
    """Imports what was uploaded; after a restart it goes on where it was.

    Args:
        folder: Where files wait.
        on_stored: Called after each piece that has rows.

    Attributes:
        endings: Of uploads, by their ids.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        judging: Judging,
        clock: Callable[[], datetime],
        on_stored: Callable[[], None],
    ) -> None:
        self.folder = folder
        self.endings = Endings()
        self._ledger, self._judging, self._clock, self._on_stored = ledger, judging, clock, on_stored
        self._waiting: asyncio.Queue[Upload] = asyncio.Queue()
        self._followed: set[asyncio.Task[None]] = set()
        self._is_running = False

    @property
    def can_follow(self) -> bool:
        """Whether one more file can be imported while it is received."""
        return self._is_running and len(self._followed) < _MOST_FOLLOWED

    def follow(self, upload: Upload, receiving: Receiving) -> None:
        """Import a file while it is received, beside those that are queued; it was noted."""
        task = asyncio.create_task(self.import_one(upload, receiving))
        self._followed.add(task)
        task.add_done_callback(self._followed.discard)

    def add(self, upload: Upload) -> None:
        """Queue a file that was received and noted."""
        self._waiting.put_nowait(upload)

    async def run(self) -> None:
        """Import what an earlier process left, then what comes."""
        await asyncio.to_thread(forget_parts, self.folder)
        for upload in await asyncio.to_thread(self._ledger.uploads.unfinished):
            self.add(upload)
        self._is_running = True
        try:
            while True:
                await self.import_one(await self._waiting.get())
        finally:
            self._is_running = False
            for task in self._followed:
                task.cancel()

    async def run_once(self) -> None:
        """Import what waits now."""
        while not self._waiting.empty():
            await self.import_one(self._waiting.get_nowait())

    async def import_one(self, upload: Upload, receiving: Receiving | None = None) -> None:
        """Import a file to its end, or note why it cannot be."""
        file = receiving or Receiving.whole(self.folder / upload.id)
        while True:
            try:
                await self._import(upload, file)
                upload.state = UploadState.DONE
            except UnavailableError as error:
                log.warning("import_waits", upload=upload.id, error=str(error))
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            except (CrawlsightError, OSError) as error:
                upload.state, upload.reason = UploadState.FAILED, str(error)
            except Exception as error:  # noqa: BLE001 - one bad file must not stop those after it
                log.error("unexpected_error", exc_info=error, upload=upload.id)
                upload.state, upload.reason = UploadState.FAILED, "unexpected failure; see the server's log"
            break
        await asyncio.to_thread(self._ledger.uploads.save, upload)
        self.endings.tell(upload.id)
        file.delete()

    async def _import(self, upload: Upload, file: Receiving) -> None:
        await file.wait_for(AHEAD_BYTES)
        reader = await asyncio.to_thread(file.open)
        try:
            found = await asyncio.to_thread(self._recognise, upload, reader)
            # Where the rest is missing still, nothing can be compared with it.
            await file.wait_for(math.inf if found.format.is_json_document else found.farthest)
            await asyncio.to_thread(self._pass_over, upload, reader, found)
            credential = await asyncio.to_thread(_credential_of, self._ledger, upload)
            await self._store_pieces(upload, _Source(file, reader, found.format), credential)
        finally:
            reader.close()

    def _recognise(self, upload: Upload, reader: PieceReader) -> _Recognised:
        """Find the format, and the uploads that the same file may have been."""
        head = reader.head()
        file_format = msgspec.json.decode(upload.format, type=FileFormat)
        if file_format.name == AUTO:
            found = detect_format(decode_lines(head)[:100])
            upload.reason = found.reason
            file_format = FileFormat(
                found.format.name, "", found.prefix, found.framing == "json", file_format.host
            )
            upload.format = msgspec.json.encode(file_format).decode()
        file_format.resolve()
        told_by = _beginning(head) + b"\0" + file_format.host.encode()
        upload.head_sha256 = hashlib.sha256(told_by).hexdigest()
        known = [upload] if upload.position else self._ledger.uploads.earlier(upload)
        return _Recognised(
            file_format,
            {(found.position, found.prefix_sha256): found.header for found in known},
            head.partition(b"\n")[0] + b"\n" if file_format.name == "csv" else b"",
        )

    def _pass_over(self, upload: Upload, reader: PieceReader, found: _Recognised) -> None:
        """Pass over what was imported before."""
        passed = reader.pass_over(found.known)
        upload.position, upload.prefix_sha256 = passed
        upload.header = found.known.get(passed, b"") or found.first_header
        upload.state = UploadState.RUNNING
        self._ledger.uploads.save(upload)

    async def _store_pieces(self, upload: Upload, source: "_Source", credential: Credential) -> None:
        under_way = _UnderWay(upload, self._ledger)
        line, header = upload.lines + 1, upload.header
        try:
            while True:
                if not source.is_ready:
                    # The rest may be long in coming; until then all that is there is accounted for.
                    await under_way.finish()
                    await under_way.save()
                if (piece := await source.next()) is None:
                    break
                lines = piece.lines.count(b"\n") + (not piece.lines.endswith(b"\n"))
                work = LinesWork(
                    lines=piece.lines,
                    sha256=bytes.fromhex(piece.prefix_sha256),
                    header=header if piece.offset else b"",
                    first_line=line,
                    format=source.format,
                    batch=new_batch(credential, self._clock()),
                )
                line += lines
                header = _with_headers(header, piece.lines)
                outcome = asyncio.create_task(self._judge_and_store(work, credential))
                await under_way.add(_Pending(piece, lines, header, outcome))
        finally:
            # What is stored counts, however this ends: else it would be stored again with the rest.
            await under_way.finish()

    async def _judge_and_store(self, work: LinesWork, credential: Credential) -> Outcome:
        outcome = await self._judging.judge(work)
        summary = Summary.of(outcome, credential.policy.keep)
        # A piece that was stored before a crash, or of an upload that was cut off, comes again, cut alike.
        key = f"upload:{work.sha256.hex()}:{work.format.digest}"
        commit = commit_of(credential, outcome, summary, key, work.batch.now)
        result = await asyncio.wrap_future(self._ledger.batches.store(commit))
        if isinstance(result, Conflict):
            raise IdempotencyConflictError("the file has changed while it was imported")
        if outcome.block:
            self._on_stored()
        return outcome


class _Source:
    """The pieces of a file, each as soon as enough of it is there."""

    def __init__(self, file: Receiving, reader: PieceReader, file_format: FileFormat) -> None:
        self.format = file_format
        self._file, self._reader = file, reader
        self._pieces = reader.whole(_LONGEST_DOCUMENT) if file_format.is_json_document else iter(reader)

    @property
    def is_ready(self) -> bool:
        """Whether the next piece, or the end, is there."""
        return self._file.has(self._reader.read_bytes + AHEAD_BYTES)

    async def next(self) -> Piece | None:
        """Give the next piece; None at the end.

        Raises:
            CrawlsightError: It cannot be read, or will never be there.
        """
        await self._file.wait_for(self._reader.read_bytes + AHEAD_BYTES)
        return await asyncio.to_thread(next, self._pieces, None)


class _UnderWay:
    """The pieces of an upload that are judged and stored, accounted for in their order."""

    def __init__(self, upload: Upload, ledger: Ledger) -> None:
        self._upload, self._ledger = upload, ledger
        self._pending: deque[_Pending] = deque()
        self._save_at = 0.0

    async def add(self, piece: _Pending) -> None:
        """Take one more, and wait until there are not too many."""
        self._pending.append(piece)
        while len(self._pending) >= _DEPTH:
            await self._account_for_first()
        if asyncio.get_running_loop().time() >= self._save_at:
            await self.save()

    async def finish(self) -> None:
        """Wait for all."""
        while self._pending:
            await self._account_for_first()

    async def save(self) -> None:
        """Note how far the upload is accounted for."""
        self._save_at = asyncio.get_running_loop().time() + _SAVE_EVERY_SECONDS
        await asyncio.to_thread(self._ledger.uploads.save, self._upload)

    async def _account_for_first(self) -> None:
        piece = self._pending.popleft()
        try:
            outcome = await piece.outcome
        except BaseException:
            # Those after it come again with it, whatever became of them: an upload has no holes.
            rest = [self._pending.popleft().outcome for _ in range(len(self._pending))]
            await asyncio.gather(*rest, return_exceptions=True)
            raise
        _account(self._upload, piece, outcome)


def _beginning(head: bytes) -> bytes:
    """Give the first line that is no header, and those before it, which all files of a kind share."""
    start, end = 0, head.find(b"\n")
    while end >= 0 and head.startswith(b"#", start):
        start, end = end + 1, head.find(b"\n", end + 1)
    return head[:end] if end >= 0 else head


def _credential_of(ledger: Ledger, upload: Upload) -> Credential:
    """Give the key that a file came with, or what stands for it."""
    if upload.key_id > 0:
        return ledger.keys.credential(upload.key_id)
    return keyless_credential(upload.key_id, ledger.members.project(upload.project_id))


def _with_headers(header: bytes, lines: bytes) -> bytes:
    """Add the header lines of a piece to those before it."""
    # A single character is found many times faster than two, and most logs have none.
    if b"#" not in lines:
        return header
    found = _HEADER_LINE.findall(b"\n" + lines)
    remembered = remember_headers(decode_lines(header), decode_lines(b"\n".join(found)))
    return "".join(f"{line}\n" for line in remembered).encode()


def _account(upload: Upload, done: _Pending, outcome: Outcome) -> None:
    """Add a piece that is stored, and all before it, to what the upload says."""
    upload.lines += done.lines
    upload.received_records += outcome.received
    upload.stored_ai_crawler_records += outcome.stored_ai_crawlers
    upload.stored_other_records += outcome.stored_others
    upload.dropped_records += outcome.dropped
    upload.quarantined_records += outcome.quarantined
    upload.rejected_records += outcome.rejected
    upload.skipped_lines += sum(outcome.skipped.values())
    for reason, count in outcome.skipped.items():
        upload.skipped[reason] = upload.skipped.get(reason, 0) + count
    room = _MOST_ERRORS - len(upload.errors)
    upload.errors.extend(LineError(error.index, error.message) for error in outcome.errors[:room])
    upload.position = done.piece.offset + len(done.piece.lines)
    upload.prefix_sha256 = done.piece.prefix_sha256
    upload.bytes_read = done.piece.read_bytes
    upload.header = done.header
