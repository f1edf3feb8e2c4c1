"""What was set aside for hosts that are none of a project's: look, release it exactly once, or discard it."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, Delete, Engine, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from crawlsight.errors import NotFoundError, UnavailableError
from crawlsight.ledger.engine import writing
from crawlsight.ledger.schema import outbox, quarantine

_MOST_HOSTS = 1_000


class QuarantinedHost(msgspec.Struct, frozen=True):
    """What came for a host.

    Attributes:
        records: As they were counted when they came.
        rows: Those of them that the project keeps.
    """

    host: str
    records: int
    rows: int
    first_received_at_ms: int
    last_received_at_ms: int


class Quarantine:
    """The quarantine of a ledger."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def hosts(self, project_id: int) -> list[QuarantinedHost]:
        """List a project's hosts in quarantine, those with most records first, a thousand at most.

        Raises:
            UnavailableError: The ledger cannot be read.
        """
        records = func.sum(quarantine.c.records)
        statement = (
            select(
                quarantine.c.host,
                records,
                func.sum(quarantine.c.rows),
                func.min(quarantine.c.received_at_ms),
                func.max(quarantine.c.received_at_ms),
            )
            .where(quarantine.c.project_id == project_id)
            .group_by(quarantine.c.host)
            .order_by(records.desc(), quarantine.c.host)
            .limit(_MOST_HOSTS)
        )
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(statement).all()
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be read; try again shortly") from error
        return [QuarantinedHost(host, int(count), int(kept), *times) for host, count, kept, *times in rows]

    def release(self, project_id: int, host: str) -> int:
        """Put what was set aside of a host on its way to visits; gives how many visits these are.

        Raises:
            NotFoundError: Nothing is set aside of it.
            UnavailableError: The ledger cannot be written.
        """
        try:
            with writing(self._engine).begin() as connection:
                return release_hosts(connection, project_id, [host], self._clock_ms())
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be written; nothing was released") from error

    def discard(self, project_id: int, host: str) -> int:
        """Delete what was set aside of a host; gives how many records that were.

        Raises:
            NotFoundError: Nothing is set aside of it.
            UnavailableError: The ledger cannot be written.
        """
        statement = _taken(project_id, host).returning(quarantine.c.records)
        try:
            with writing(self._engine).begin() as connection:
                records = connection.execute(statement).scalars().all()
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be written; nothing was discarded") from error
        if not records:
            raise _nothing_of(host)
        return sum(records)


def quarantined_hosts(connection: Connection, project_id: int) -> list[str]:
    """Name every host of which something is set aside."""
    statement = select(quarantine.c.host).where(quarantine.c.project_id == project_id).distinct()
    return list(connection.execute(statement).scalars())


def release_hosts(connection: Connection, project_id: int, hosts: Sequence[str], now_ms: int) -> int:
    """Move blocks of hosts to the outbox in the caller's transaction, so that each goes exactly once.

    Raises:
        NotFoundError: Nothing is set aside of one of them.
    """
    stored = 0
    for host in hosts:
        statement = _taken(project_id, host).returning(quarantine.c.rows, quarantine.c.block)
        taken = connection.execute(statement).all()
        if not taken:
            raise _nothing_of(host)
        # They wait from now on: how long the outbox holds rows is what tells whether loading works.
        waiting = [
            {"rows": row.rows, "block": row.block, "received_at_ms": now_ms} for row in taken if row.rows
        ]
        if waiting:
            connection.execute(outbox.insert(), waiting)
        stored += sum(row["rows"] for row in waiting)
    return stored


def _taken(project_id: int, host: str) -> Delete:
    return delete(quarantine).where(quarantine.c.project_id == project_id, quarantine.c.host == host)


def _nothing_of(host: str) -> NotFoundError:
    return NotFoundError(f"nothing of the host {host[:100]!r} is in quarantine")
