"""Import uploaded files one after another: pieces are judged beside each other and stored in order."""

import asyncio
import hashlib
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
from crawlsight.server.pieces import Piece, PieceReader
from crawlsight.server.storing import commit_of, new_batch
from crawlsight.server.telemetry import log

AUTO = "auto"

_MOST_ERRORS = 100

# Pieces under way; more would only fill the memory.
_DEPTH = 8

_SAVE_EVERY = 64

# Lines by which those after them are read.
_HEADER_LINE = re.compile(rb"\n(#[^\n]*)")

_LONGEST_DOCUMENT = 32 * 1024 * 1024

_RETRY_SECONDS = 2.0


class _Pending(NamedTuple):
    piece: Piece
    lines: int
    header: bytes
    outcome: asyncio.Task[Outcome]


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

    def add(self, upload: Upload) -> None:
        """Queue a file that was received and noted."""
        self._waiting.put_nowait(upload)

    async def run(self) -> None:
        """Import what an earlier process left, then what comes."""
        for upload in await asyncio.to_thread(self._ledger.uploads.unfinished):
            self.add(upload)
        while True:
            await self.import_one(await self._waiting.get())

    async def run_once(self) -> None:
        """Import what waits now."""
        while not self._waiting.empty():
            await self.import_one(self._waiting.get_nowait())

    async def import_one(self, upload: Upload) -> None:
        """Import a file to its end, or note why it cannot be."""
        path = self.folder / upload.id
        while True:
            try:
                await self._import(upload, path)
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
        path.unlink(missing_ok=True)

    async def _import(self, upload: Upload, path: Path) -> None:
        reader = await asyncio.to_thread(PieceReader, path)
        try:
            file_format = await asyncio.to_thread(self._prepare, upload, reader)
            credential = await asyncio.to_thread(_credential_of, self._ledger, upload)
            await self._store_pieces(upload, reader, file_format, credential)
        finally:
            reader.close()

    def _prepare(self, upload: Upload, reader: PieceReader) -> FileFormat:
        """Find the format, and pass over what was imported before."""
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
        headers = {(found.position, found.prefix_sha256): found.header for found in known}
        passed = reader.pass_over(headers)
        upload.position, upload.prefix_sha256 = passed
        upload.header = headers.get(passed, b"")
        if file_format.name == "csv" and not upload.header:
            upload.header = head.partition(b"\n")[0] + b"\n"
        upload.state = UploadState.RUNNING
        self._ledger.uploads.save(upload)
        return file_format

    async def _store_pieces(
        self, upload: Upload, reader: PieceReader, file_format: FileFormat, credential: Credential
    ) -> None:
        pending: deque[_Pending] = deque()
        pieces = reader.whole(_LONGEST_DOCUMENT) if file_format.is_json_document else iter(reader)
        line, header, count = upload.lines + 1, upload.header, 0
        while True:
            piece = await asyncio.to_thread(next, pieces, None)
            if piece is not None:
                lines = piece.lines.count(b"\n") + (not piece.lines.endswith(b"\n"))
                work = LinesWork(
                    lines=piece.lines,
                    sha256=bytes.fromhex(piece.prefix_sha256),
                    header=header if piece.offset else b"",
                    first_line=line,
                    format=file_format,
                    batch=new_batch(credential, self._clock()),
                )
                line += lines
                header = _with_headers(header, piece.lines)
                task = asyncio.create_task(self._judge_and_store(upload, piece.offset, work, credential))
                pending.append(_Pending(piece, lines, header, task))
            while pending and (piece is None or len(pending) >= _DEPTH):
                _account(upload, pending[0], await pending[0].outcome)
                pending.popleft()
                count += 1
                if count % _SAVE_EVERY == 0:
                    await asyncio.to_thread(self._ledger.uploads.save, upload)
            if piece is None:
                return

    async def _judge_and_store(
        self, upload: Upload, offset: int, work: LinesWork, credential: Credential
    ) -> Outcome:
        outcome = await self._judging.judge(work)
        summary = Summary.of(outcome, credential.policy.keep)
        # A piece that was stored just before a crash comes again, cut alike.
        key = f"upload:{upload.id}:{offset}"
        commit = commit_of(credential, outcome, summary, key, work.batch.now)
        result = await asyncio.wrap_future(self._ledger.batches.store(commit))
        if isinstance(result, Conflict):
            raise IdempotencyConflictError("the file has changed while it was imported")
        if outcome.block:
            self._on_stored()
        return outcome


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
