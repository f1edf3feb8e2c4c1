"""The outbox: rows that are durable here and on their way to visits, handed over block by block."""

import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from crawlsight.errors import UnavailableError
from crawlsight.ledger.commits import GroupCommitter
from crawlsight.ledger.schema import outbox

# Blocks are claimed by id, in one statement; SQLite takes no more names than this in one.
_MOST_BATCHES = 10_000


class Load(msgspec.Struct, frozen=True):
    """A block to be loaded: the same id always means the same rows in the same order.

    Attributes:
        blocks: Compressed rows, one per batch.
    """

    load_id: str
    rows: int
    blocks: tuple[bytes, ...]


class Backlog(msgspec.Struct, frozen=True):
    """What waits in the outbox.

    Attributes:
        oldest_ms: When the oldest batch was received, epoch milliseconds; None when nothing waits.
    """

    batches: int
    rows: int
    oldest_ms: int | None


class Outbox:
    """The outbox of a ledger."""

    def __init__(self, engine: Engine, committer: GroupCommitter) -> None:
        self._engine = engine
        self._committer = committer

    def unfinished(self) -> list[str]:
        """List the loads that were claimed and not marked loaded, oldest first."""
        statement = (
            select(outbox.c.load_id)
            .where(outbox.c.load_id.is_not(None))
            .group_by(outbox.c.load_id)
            .order_by(func.min(outbox.c.id))
        )
        with self._engine.connect() as connection:
            return list(connection.execute(statement).scalars())

    def claim(self, most_rows: int) -> str | None:
        """Make the oldest waiting batches one load of about *most_rows*; None when nothing waits.

        A claim is durable before it is given, so a load that was begun is repeated as it was.
        """
        return self._committer.submit(_claim_each, most_rows).result()

    def read(self, load_id: str) -> Load:
        """Read a claimed load."""
        statement = (
            select(outbox.c.rows, outbox.c.block).where(outbox.c.load_id == load_id).order_by(outbox.c.id)
        )
        with self._engine.connect() as connection:
            found = connection.execute(statement).all()
        return Load(load_id, sum(row.rows for row in found), tuple(row.block for row in found))

    def finish(self, load_id: str) -> None:
        """Forget a load that visits holds durably."""
        self._committer.submit(_finish_each, load_id).result()

    def backlog(self) -> Backlog:
        """Count what waits.

        Raises:
            UnavailableError: The ledger cannot be read.
        """
        statement = select(
            func.count(), func.coalesce(func.sum(outbox.c.rows), 0), func.min(outbox.c.received_at_ms)
        )
        try:
            with self._engine.connect() as connection:
                batches, rows, oldest_ms = connection.execute(statement).one()
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be read") from error
        return Backlog(batches, int(rows), oldest_ms)


def _claim_each(connection: Connection, limits: Sequence[int]) -> list[str | None]:
    return [_claim(connection, most_rows) for most_rows in limits]


def _claim(connection: Connection, most_rows: int) -> str | None:
    waiting = connection.execute(
        select(outbox.c.id, outbox.c.rows)
        .where(outbox.c.load_id.is_(None))
        .order_by(outbox.c.id)
        .limit(_MOST_BATCHES)
        .with_for_update(skip_locked=True)
    )
    ids: list[int] = []
    rows = 0
    for row in waiting:
        ids.append(row.id)
        rows += row.rows
        if rows >= most_rows:
            break
    if not ids:
        return None
    load_id = str(uuid.uuid4())
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(load_id=load_id))
    return load_id


def _finish_each(connection: Connection, load_ids: Sequence[str]) -> list[None]:
    connection.execute(delete(outbox).where(outbox.c.load_id.in_(load_ids)))
    return [None] * len(load_ids)
