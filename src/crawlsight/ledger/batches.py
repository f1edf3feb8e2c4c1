"""Store judged batches exactly once: claim, answer, rows, statistics and rejects in one transaction."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, bindparam, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError

from crawlsight.errors import UnavailableError
from crawlsight.ingest.outcome import Outcome
from crawlsight.ledger.commits import GroupCommitter
from crawlsight.ledger.engine import upsert
from crawlsight.ledger.schema import api_keys, batches, dead_letters, outbox, quarantine, source_hours

_HOUR_MS = 3_600_000

# How stale a key's "last used" may be; writing it each time would double the work.
_LAST_USED_STEP_MS = 60_000

_COUNTERS = (
    "requests",
    "duplicates",
    "received_records",
    "accepted_records",
    "stored_records",
    "dropped_records",
    "rejected_records",
    "quarantined_records",
)


class BatchCommit(msgspec.Struct, frozen=True):
    """A judged batch to be stored.

    Attributes:
        idempotency_key: None when the sender gave none; then nothing is deduplicated.
        is_refused: Whether the sender is told that nothing was taken; its key stays free then.
        answer: What the sender is told, encoded; a repetition is told it again.
    """

    project_id: int
    key_id: int
    idempotency_key: str | None
    outcome: Outcome
    is_refused: bool
    answer: bytes
    received_at_ms: int

    @property
    def claims(self) -> bool:
        """Whether the batch takes its key: a refused one leaves it free."""
        return self.idempotency_key is not None and not self.is_refused


class Committed(msgspec.Struct, frozen=True):
    """The batch is stored (or had nothing to store)."""


class Duplicate(msgspec.Struct, frozen=True):
    """The same batch was stored before; *answer* is what its sender got."""

    answer: bytes


class Conflict(msgspec.Struct, frozen=True):
    """The Idempotency-Key belongs to another body."""


Result = Committed | Duplicate | Conflict


class Batches:
    """The batches of a ledger."""

    def __init__(self, engine: Engine, committer: GroupCommitter) -> None:
        self._engine = engine
        self._committer = committer
        self._claim = upsert(engine, batches).on_conflict_do_nothing().returning(batches.c.batch_id)
        self._add = _add_statement(engine)
        self._touched_ms: dict[int, int] = {}

    def store(self, commit: BatchCommit) -> Future[Result]:
        """Store a batch once; the future is done when it is durable."""
        return self._committer.submit(self._store_all, commit)

    def note_use(self, key_id: int, now_ms: int) -> None:
        """Note that a key was used, to the minute, without waiting for it to be written."""
        if self._is_stale(key_id, now_ms):
            self._touched_ms[key_id] = now_ms
            self._committer.submit(_touch_each, {key_id: now_ms})

    def _is_stale(self, key_id: int, now_ms: int) -> bool:
        return now_ms >= self._touched_ms.get(key_id, 0) + _LAST_USED_STEP_MS

    def list_rejected(
        self, project_id: int, limit: int = 100, before_id: int | None = None
    ) -> list[dict[str, Any]]:
        """List a project's newest rejected records, or those before one, as mappings of their columns."""
        statement = (
            select(dead_letters)
            .where(dead_letters.c.project_id == project_id)
            .order_by(dead_letters.c.id.desc())
            .limit(limit)
        )
        if before_id is not None:
            statement = statement.where(dead_letters.c.id < before_id)
        return self._read(statement)

    def list_quarantined(self, project_id: int, limit: int = 100) -> list[dict[str, Any]]:
        """List what was set aside for a project, newest first, without the rows themselves."""
        columns = [column for column in quarantine.c if column.name != "block"]
        statement = (
            select(*columns)
            .where(quarantine.c.project_id == project_id)
            .order_by(quarantine.c.id.desc())
            .limit(limit)
        )
        return self._read(statement)

    def list_source_hours(self, project_id: int, since_ms: int = 0) -> list[dict[str, Any]]:
        """List the hourly counters of a project's keys, newest hour first."""
        statement = (
            select(source_hours)
            .where(source_hours.c.project_id == project_id, source_hours.c.hour_ms >= since_ms)
            .order_by(source_hours.c.hour_ms.desc(), source_hours.c.key_id)
        )
        return self._read(statement)

    def _store_all(self, connection: Connection, commits: Sequence[BatchCommit]) -> list[Result]:
        claimed = self._take_keys(connection, [commit for commit in commits if commit.claims])
        undecided = [
            commit
            for commit in commits
            if commit.idempotency_key is not None and str(commit.outcome.batch_id) not in claimed
        ]
        known = _known(connection, undecided)
        results: list[Result] = []
        fresh: list[BatchCommit] = []
        for commit in commits:
            earlier = known.get((commit.project_id, commit.idempotency_key))
            if earlier is None or str(commit.outcome.batch_id) in claimed:
                fresh.append(commit)
                results.append(Committed())
            elif earlier.body_sha256 == commit.outcome.body_sha256:
                results.append(Duplicate(earlier.answer))
            else:
                results.append(Conflict())
        _insert(connection, outbox, [_outbox_row(commit) for commit in fresh if commit.outcome.block])
        _insert(connection, quarantine, [row for commit in fresh for row in _quarantine_rows(commit)])
        _insert(connection, dead_letters, [row for commit in fresh for row in _dead_letter_rows(commit)])
        self._count(connection, commits, results)
        return results

    def _take_keys(self, connection: Connection, commits: Sequence[BatchCommit]) -> set[str]:
        """Take the keys that are free; of two commits with one key the first wins. Gives their batch ids."""
        if not commits:
            return set()
        rows = [
            {
                "project_id": commit.project_id,
                "idempotency_key": commit.idempotency_key,
                "batch_id": str(commit.outcome.batch_id),
                "body_sha256": commit.outcome.body_sha256,
                "answer": commit.answer,
                "received_at_ms": commit.received_at_ms,
            }
            for commit in commits
        ]
        return set(connection.execute(self._claim, rows).scalars())

    def _count(
        self, connection: Connection, commits: Sequence[BatchCommit], results: Sequence[Result]
    ) -> None:
        rows: dict[tuple[int, int, int], dict[str, int]] = {}
        for commit, result in zip(commits, results, strict=True):
            hour_ms = commit.received_at_ms // _HOUR_MS * _HOUR_MS
            row = rows.setdefault((commit.project_id, commit.key_id, hour_ms), dict.fromkeys(_COUNTERS, 0))
            row["requests"] += 1
            row["last_ingest_at_ms"] = max(row.get("last_ingest_at_ms", 0), commit.received_at_ms)
            if isinstance(result, Committed):
                outcome = commit.outcome
                row["received_records"] += outcome.received
                row["accepted_records"] += outcome.accepted
                row["stored_records"] += outcome.stored
                row["dropped_records"] += outcome.dropped
                row["rejected_records"] += outcome.rejected
                row["quarantined_records"] += outcome.quarantined
            else:
                row["duplicates"] += isinstance(result, Duplicate)
        connection.execute(
            self._add,
            [
                {"project_id": project_id, "key_id": key_id, "hour_ms": hour_ms, **row}
                for (project_id, key_id, hour_ms), row in rows.items()
            ],
        )
        used_ms = {key_id: row["last_ingest_at_ms"] for (_, key_id, _), row in rows.items()}
        stale = {key_id: used for key_id, used in used_ms.items() if self._is_stale(key_id, used)}
        if stale:
            touch(connection, stale)
            self._touched_ms.update(stale)

    def _read(self, statement: Any) -> list[dict[str, Any]]:
        try:
            with self._engine.connect() as connection:
                return [dict(row) for row in connection.execute(statement).mappings()]
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be read; try again shortly") from error


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _known(connection: Connection, commits: Sequence[BatchCommit]) -> dict[tuple[int, str | None], Any]:
    if not commits:
        return {}
    statement = select(
        batches.c.project_id, batches.c.idempotency_key, batches.c.body_sha256, batches.c.answer
    ).where(
        tuple_(batches.c.project_id, batches.c.idempotency_key).in_(
            [(commit.project_id, commit.idempotency_key) for commit in commits]
        )
    )
    return {(row.project_id, row.idempotency_key): row for row in connection.execute(statement)}


def _outbox_row(commit: BatchCommit) -> dict[str, Any]:
    return {
        "rows": commit.outcome.stored,
        "block": commit.outcome.block,
        "received_at_ms": commit.received_at_ms,
    }


def _quarantine_rows(commit: BatchCommit) -> list[dict[str, Any]]:
    return [
        {
            "project_id": commit.project_id,
            "key_id": commit.key_id,
            # PostgreSQL's text has no NUL.
            "host": found.host.replace("\0", "")[:255],
            "records": found.records,
            "rows": found.rows,
            "block": found.block,
            "received_at_ms": commit.received_at_ms,
        }
        for found in commit.outcome.quarantine
    ]


def _dead_letter_rows(commit: BatchCommit) -> list[dict[str, Any]]:
    return [
        {
            "project_id": commit.project_id,
            "key_id": commit.key_id,
            "batch_id": str(commit.outcome.batch_id),
            "record_index": rejected.error.index,
            "field": rejected.error.field,
            "message": rejected.error.message,
            "record": msgspec.json.encode(rejected.values).decode(),
            "received_at_ms": commit.received_at_ms,
        }
        for rejected in commit.outcome.review
    ]


def _add_statement(engine: Engine) -> Any:
    """Build the statement that adds to an hour's counters; building it costs more than running it."""
    statement = upsert(engine, source_hours)
    added = {name: source_hours.c[name] + statement.excluded[name] for name in _COUNTERS}
    return statement.on_conflict_do_update(
        index_elements=["project_id", "key_id", "hour_ms"],
        set_={**added, "last_ingest_at_ms": statement.excluded.last_ingest_at_ms},
    )


def _touch_each(connection: Connection, used_ms: Sequence[dict[int, int]]) -> list[None]:
    for used in used_ms:
        touch(connection, used)
    return [None] * len(used_ms)


_TOUCH = (
    update(api_keys)
    .where(
        api_keys.c.id == bindparam("key_id"),
        (api_keys.c.last_used_at_ms.is_(None)) | (api_keys.c.last_used_at_ms <= bindparam("stale_ms")),
    )
    .values(last_used_at_ms=bindparam("used_ms"))
)


def touch(connection: Connection, used_ms: dict[int, int]) -> None:
    """Note when keys were last used, to the minute; *used_ms* is by key id."""
    connection.execute(
        _TOUCH,
        [
            {"key_id": key_id, "used_ms": used, "stale_ms": used - _LAST_USED_STEP_MS}
            for key_id, used in used_ms.items()
        ],
    )
