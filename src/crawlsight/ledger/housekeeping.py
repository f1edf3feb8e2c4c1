"""Forget what is past its time: idempotency keys, rejected records, quarantine, statistics, sessions."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from crawlsight.ledger.commits import GroupCommitter
from crawlsight.ledger.projects import DEFAULT_RETENTION_DAYS
from crawlsight.ledger.schema import batches, dead_letters, projects, quarantine, source_hours
from crawlsight.ledger.sessions import forget_ended

_DAY_MS = 86_400_000


def forget_expired(committer: GroupCommitter, now_ms: int, rejected_kept_days: int) -> None:
    """Delete what is older than it may be; keys and quarantine live as long as the project's data."""
    committer.submit(_forget_each, (now_ms, rejected_kept_days)).result()


def _forget_each(connection: Connection, arguments: Sequence[tuple[int, int]]) -> list[None]:
    for now_ms, rejected_kept_days in arguments:
        forget_ended(connection, now_ms)
        rejected_before = now_ms - rejected_kept_days * _DAY_MS
        connection.execute(delete(dead_letters).where(dead_letters.c.received_at_ms < rejected_before))
        retentions = connection.execute(select(projects.c.id, projects.c.retention_days))
        for project_id, retention_days in retentions.all():
            oldest_ms = now_ms - (retention_days or DEFAULT_RETENTION_DAYS) * _DAY_MS
            for table in (batches, quarantine):
                connection.execute(
                    delete(table).where(table.c.project_id == project_id, table.c.received_at_ms < oldest_ms)
                )
            connection.execute(
                delete(source_hours).where(
                    source_hours.c.project_id == project_id, source_hours.c.hour_ms < oldest_ms
                )
            )
    return [None] * len(arguments)
