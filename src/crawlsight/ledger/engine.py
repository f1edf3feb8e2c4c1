"""Open the ledger's database, migrated to the newest schema; one code for SQLite and PostgreSQL."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from crawlsight.errors import UnavailableError

_BUSY_TIMEOUT_MS = 15_000

_WRITES, _ALONE = "crawlsight_writes", "crawlsight_alone"


def open_engine(dsn: str) -> Engine:
    """Connect to the ledger and bring its schema up to date.

    Raises:
        UnavailableError: The database cannot be opened or migrated.
    """
    try:
        if dsn.startswith("sqlite:///"):
            Path(dsn.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(dsn, poolclass=QueuePool, pool_size=8, max_overflow=32)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        _migrate(engine)
    except (SQLAlchemyError, OSError) as error:
        raise UnavailableError(f"the ledger at {_without_password(dsn)} cannot be opened: {error}") from error
    return engine


def writing(engine: Engine) -> Engine:
    """Give the same engine for transactions that write; they take SQLite's lock at once."""
    return engine.execution_options(**{_WRITES: True})


def reading_alone(engine: Engine) -> Engine:
    """Give the same engine for single statements outside any transaction; a connection may be kept."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_ALONE: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def upsert(engine_or_connection: Engine | Connection, table: Table) -> Any:
    """Start an INSERT that can say ``on_conflict_…``; both databases spell it alike."""
    if engine_or_connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's driver would begin transactions at the first write; we say when.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # TRICKY: a deferred transaction that turns into a writer fails at once if another wrote meanwhile.
    options = connection.get_execution_options()
    if options.get(_ALONE):
        return
    writes = options.get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    folder = files("crawlsight.ledger") / "migrations"
    newest = max(script.name[:4] for script in (folder / "versions").iterdir() if script.name.endswith(".py"))
    with writing(engine).begin() as connection:
        if _version(connection) == newest:
            return
        # Every command opens the ledger, and Alembic takes a third of a second and 10 MiB.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """Give the schema's version, the number of the last migration that was run."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def _without_password(dsn: str) -> str:
    return dsn.rpartition("@")[2] if "@" in dsn else dsn
