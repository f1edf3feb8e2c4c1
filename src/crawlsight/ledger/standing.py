"""How a project's sources stand: since when they send, and why records of theirs are rejected."""

from typing import Any

import msgspec
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from crawlsight.errors import UnavailableError
from crawlsight.ledger.schema import dead_letters, source_hours

_MOST_REASONS = 100


class SourceSpan(msgspec.Struct, frozen=True):
    """From when till when a key has sent.

    Attributes:
        first_hour_ms: The first hour that is remembered.
    """

    key_id: int
    first_hour_ms: int
    last_ingest_at_ms: int


class Reason(msgspec.Struct, frozen=True):
    """Why records were rejected, as far as they are kept for review."""

    key_id: int
    field: str
    message: str
    records: int


class Standing:
    """What the ledger knows of its sources."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def spans(self, project_id: int) -> list[SourceSpan]:
        """List every key that has sent to a project; of deleted ones, too.

        Raises:
            UnavailableError: The ledger cannot be read.
        """
        statement = (
            select(
                source_hours.c.key_id,
                func.min(source_hours.c.hour_ms),
                func.max(source_hours.c.last_ingest_at_ms),
            )
            .where(source_hours.c.project_id == project_id)
            .group_by(source_hours.c.key_id)
            .order_by(source_hours.c.key_id)
        )
        return [SourceSpan(*row) for row in self._read(statement)]

    def reasons(self, project_id: int, since_ms: int) -> list[Reason]:
        """List why records were rejected since an instant, most frequent first, a hundred at most.

        Raises:
            UnavailableError: The ledger cannot be read.
        """
        columns = (dead_letters.c.key_id, dead_letters.c.field, dead_letters.c.message)
        records = func.count()
        statement = (
            select(*columns, records)
            .where(dead_letters.c.project_id == project_id, dead_letters.c.received_at_ms >= since_ms)
            .group_by(*columns)
            .order_by(records.desc(), *columns)
            .limit(_MOST_REASONS)
        )
        return [Reason(*row) for row in self._read(statement)]

    def _read(self, statement: Select[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._engine.connect() as connection:
                return [tuple(row) for row in connection.execute(statement)]
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be read; try again shortly") from error
