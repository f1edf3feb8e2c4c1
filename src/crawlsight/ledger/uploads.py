"""Uploaded log files: what each is, how far it has come, and what became of its lines."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Engine, Row, select, update

from crawlsight.errors import NotFoundError
from crawlsight.ledger.engine import writing
from crawlsight.ledger.schema import uploads


class UploadState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class LineError(msgspec.Struct, frozen=True):
    """Why a line (1-based) was rejected."""

    line: int
    message: str


class Upload(msgspec.Struct, kw_only=True):
    """An uploaded file.

    ``received = stored_ai_crawler + stored_other + dropped + quarantined + rejected`` records, and
    ``lines`` are these and the skipped ones.

    Attributes:
        format: The format's name, or the template that was given.
        reason: Why that format; of a failed file, what was wrong.
        bytes_total: Size of the file as it was sent.
        bytes_read: How much of that was read.
        position: Bytes, decompressed, up to which every line is accounted for, here or by an earlier
            upload of the same file.
        head_sha256: Of the lines up to the first that is no header, and the host given; equal for a file and
            what it has grown to.
        prefix_sha256: Of all bytes before *position*.
        header: Lines that name the columns of those from *position* on.
        fingerprint: The sender's word for the content, to ask later whether that was imported; may be empty.
        skipped: Lines that are no requests, by reason.
        errors: The first hundred.
    """

    id: str
    project_id: int
    key_id: int
    name: str
    state: UploadState = UploadState.WAITING
    format: str = ""
    reason: str = ""
    host: str = ""
    bytes_total: int = 0
    bytes_read: int = 0
    lines: int = 0
    received_records: int = 0
    stored_ai_crawler_records: int = 0
    stored_other_records: int = 0
    dropped_records: int = 0
    quarantined_records: int = 0
    rejected_records: int = 0
    skipped_lines: int = 0
    position: int = 0
    head_sha256: str = ""
    prefix_sha256: str = ""
    header: bytes = b""
    fingerprint: str = ""
    errors: list[LineError] = []
    skipped: dict[str, int] = {}
    created_at_ms: int = 0
    updated_at_ms: int = 0


_JSON_COLUMNS = {"errors": list[LineError], "skipped": dict[str, int]}


class Uploads:
    """The uploads of a ledger."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def add(self, upload: Upload) -> None:
        """Note a file that was received."""
        upload.created_at_ms = upload.updated_at_ms = self._clock_ms()
        with writing(self._engine).begin() as connection:
            connection.execute(uploads.insert(), _values(upload))

    def save(self, upload: Upload) -> None:
        """Note how far a file has come."""
        upload.updated_at_ms = self._clock_ms()
        with writing(self._engine).begin() as connection:
            connection.execute(update(uploads).where(uploads.c.id == upload.id).values(_values(upload)))

    def get(self, project_id: int, upload_id: str) -> Upload:
        """Give a project's upload.

        Raises:
            NotFoundError: It has none of that id.
        """
        statement = select(uploads).where(uploads.c.id == upload_id, uploads.c.project_id == project_id)
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotFoundError(f"there is no upload {upload_id[:40]!r}")
        return _read(row)

    def unfinished(self) -> list[Upload]:
        """List what an earlier process left, oldest first."""
        states = [UploadState.WAITING.value, UploadState.RUNNING.value]
        return self._read_all(
            select(uploads).where(uploads.c.state.in_(states)).order_by(uploads.c.created_at_ms)
        )

    def earlier(self, upload: Upload) -> list[Upload]:
        """List uploads that the same file may have been, longest first.

        One of which no line was taken does not count: it may have been read in the wrong format.
        """
        return self._read_all(
            select(uploads)
            .where(
                uploads.c.project_id == upload.project_id,
                uploads.c.head_sha256 == upload.head_sha256,
                uploads.c.id != upload.id,
                uploads.c.position > 0,
                (uploads.c.lines == 0) | (uploads.c.received_records > uploads.c.rejected_records),
            )
            .order_by(uploads.c.position.desc())
        )

    def imported(self, project_id: int, fingerprints: Sequence[str]) -> list[Upload]:
        """List the project's uploads of these fingerprints that came to their end."""
        return self._read_all(
            select(uploads).where(
                uploads.c.project_id == project_id,
                uploads.c.fingerprint.in_(fingerprints),
                uploads.c.state == UploadState.DONE.value,
            )
        )

    def _read_all(self, statement: Any) -> list[Upload]:
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(statement)]

    def list(self, project_id: int, limit: int = 100) -> list[Upload]:
        """List a project's uploads, newest first."""
        statement = (
            select(uploads)
            .where(uploads.c.project_id == project_id)
            .order_by(uploads.c.created_at_ms.desc(), uploads.c.id.desc())
            .limit(limit)
        )
        return self._read_all(statement)


def _values(upload: Upload) -> dict[str, Any]:
    values = msgspec.structs.asdict(upload)
    for name in _JSON_COLUMNS:
        values[name] = msgspec.json.encode(values[name]).decode()
    values["state"] = upload.state.value
    return values


def _read(row: Row[Any]) -> Upload:
    values = dict(row._mapping)  # noqa: SLF001 - the public name of it
    for name, kind in _JSON_COLUMNS.items():
        values[name] = msgspec.json.decode(values[name], type=kind)
    values["state"] = UploadState(values["state"])
    return Upload(**values)
