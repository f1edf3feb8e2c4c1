"""The visits store: ClickHouse, embedded in the process or a server, through one client."""

import os
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver import options
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from crawlsight.errors import InvalidArgumentError, UnavailableError
from crawlsight.record import VISIT_COLUMNS
from crawlsight.visits import rollups
from crawlsight.visits.names import PageNames
from crawlsight.visits.reclassify import Classify, Month, Reclassification, Reclassified
from crawlsight.visits.remembered import Remembered

_EMBEDDED = "chdb://"

# A block must always split into the same parts, or its deduplication token would not fit them.
_INSERT_SETTINGS = {
    "insert_deduplicate": 1,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "input_format_parallel_parsing": 0,
    "max_insert_threads": 1,
    "max_threads": 1,
    "max_partitions_per_insert_block": 0,
    # The views have grouped the rows already; merging the result again would change nothing.
    "optimize_on_insert": 0,
    # Rows that an older version left in the outbox lack the newest columns; those get their defaults.
    "input_format_json_compact_allow_variable_number_of_columns": 1,
}

_CANNOT_COMPILE_REGEXP = 427

_MOST_QUERY_SECONDS = 60

# Unless told otherwise, the engine's allocator keeps freed memory for ten seconds, when a load is over in a
# tenth, and in four arenas for each core.
_ALLOCATOR = "dirty_decay_ms:100,muzzy_decay_ms:0,narenas:2"

_CORES = os.cpu_count() or 1

# The client imports pandas to see whether a value is a frame, which takes a second and 33 MiB; none is here.
options.pd = options.pd_time_test = None


class VisitStore:
    """Visits. Safe to use from several threads.

    The first use opens the store and brings its schema up to date, so that a server whose ClickHouse
    is away can start and take logs in meanwhile.

    Args:
        dsn: ``chdb:///path`` for the embedded engine, which one process at a time can own, or
            ``clickhouse://user:password@host:port/database``.

    Attributes:
        page_names: What of these was asked for before.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._local = threading.local()
        self._clients: list[Client] = []
        self._lock = threading.Lock()
        self._questions = 0
        self._is_current = False
        # Rollups are made anew from visits, so nothing may come into either meanwhile.
        self._writing = threading.Lock()
        self._is_half_loaded = False
        self._is_half_reclassified = False
        self._is_embedded = dsn.startswith(_EMBEDDED)
        self._remembered = Remembered()
        self.page_names = PageNames()

    def open(self) -> None:
        """Open the store now, bring its schema up to date and finish what a crash left half done.

        Raises:
            UnavailableError: It cannot be reached; the next use tries again.
        """
        self.check()

    def insert(self, block_id: str, rows: bytes | Generator[bytes, None, None]) -> None:
        """Load a block durably, all of it or nothing; loading the same block again does nothing.

        Args:
            rows: JSON arrays, one a line, values in the order of ``VISIT_COLUMNS``; cut anywhere.

        Raises:
            UnavailableError: The block may or may not be stored; loading it again is safe.
        """
        with self._writing:
            try:
                client = self._client()
                self._finish_reclassifying(client)
                self._is_half_loaded = True
                client.raw_insert(
                    "incoming_visits",
                    VISIT_COLUMNS,
                    insert_block=rows,
                    fmt="JSONCompactEachRow",
                    settings={**_INSERT_SETTINGS, "insert_deduplication_token": block_id},
                )
                self._is_half_loaded = False
            except (ClickHouseError, OSError) as error:
                raise UnavailableError(f"visits cannot be written: {error}") from error
            finally:
                self._remembered.forget()

    def reclassify(self, project_id: int, classify: Classify, *, is_dry_run: bool) -> Reclassified:
        """Judge a project's visits again, a month at a time; loading waits while a month is changed.

        Args:
            classify: Judges a user agent and an address as stored, given what is stored of them.
            is_dry_run: Only say what would change.

        Raises:
            UnavailableError: Some months are done and the others are as they were; doing it again is safe.
        """
        try:
            client = self._client()
            run = Reclassification(client, project_id, classify)
            for month in run.months():
                if is_dry_run:
                    run.judge(month)
                else:
                    self._apply(client, run, month)
        except (ClickHouseError, OSError) as error:
            raise UnavailableError(f"visits cannot be judged again: {error}") from error
        return run.result(is_dry_run=is_dry_run)

    def delete_project(self, project_id: int) -> None:
        """Delete all visits of a project, from the disk and from the rollups; loading waits meanwhile.

        Raises:
            UnavailableError: Some may be left; doing it again is safe.
        """
        with self._writing:
            try:
                client = self._client()
                for table in ("visits", *rollups.ROLLUPS):
                    rows = client.query(
                        f"SELECT 1 FROM {table} WHERE project_id = {{project_id:UInt32}} LIMIT 1",  # noqa: S608
                        parameters={"project_id": project_id},
                    )
                    if rows.result_rows:
                        client.command(
                            f"ALTER TABLE {table} DELETE WHERE project_id = {{project_id:UInt32}}",
                            parameters={"project_id": project_id},
                            settings={"mutations_sync": 1},
                        )
            except (ClickHouseError, OSError) as error:
                raise UnavailableError(f"visits cannot be deleted: {error}") from error
            finally:
                self._remembered.forget()

    def select(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a query with bound parameters and give its rows.

        Raises:
            InvalidArgumentError: A regular expression in the parameters is none.
            UnavailableError: The store cannot be reached or gave up.
        """
        settings = {"max_execution_time": _MOST_QUERY_SECONDS}
        try:
            with self._asking() as questions:
                if self._is_embedded:
                    # Many questions on a core each are done sooner than one after the other on all.
                    settings["max_threads"] = _CORES if questions <= _CORES else 1
                    # Threads that stop filling their own tables and put their rows in one take longer.
                    settings["enable_adaptive_aggregator"] = 0
                found = self._client().query(sql, parameters=dict(parameters), settings=settings)
        except (ClickHouseError, OSError) as error:
            if getattr(error, "code", None) == _CANNOT_COMPILE_REGEXP:
                raise InvalidArgumentError(
                    "the value of a 'matches' filter is not a regular expression"
                ) from None
            raise UnavailableError(f"visits cannot be read: {error}") from error
        return [tuple(row) for row in found.result_rows]

    def recall(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Do :meth:`select`, or give its answer again if no visits have changed since; not to be altered.

        Raises:
            InvalidArgumentError: A regular expression in the parameters is none.
            UnavailableError: The store cannot be reached or gave up.
        """
        if not self._is_embedded:
            # Others load into a server's visits, and do not tell.
            return self.select(sql, parameters)
        question = f"{sql}\n{sorted(parameters.items())}"
        return self._remembered.ask(question, lambda: self.select(sql, parameters))

    def check(self) -> None:
        """Make sure that the store answers.

        Raises:
            UnavailableError: It does not.
        """
        self.select("SELECT 1", {})

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients:
                client.close()
            self._clients.clear()

    @contextmanager
    def _asking(self) -> Iterator[int]:
        """Give how many questions are being asked, this one among them."""
        with self._lock:
            self._questions += 1
            questions = self._questions
        try:
            yield questions
        finally:
            with self._lock:
                self._questions -= 1

    def _apply(self, client: Client, run: Reclassification, month: Month) -> None:
        with self._writing:
            if self._is_half_loaded:
                # Rollups made of half a block would get the whole block when it is loaded again.
                raise UnavailableError("a block is half loaded; try again when the loader works")
            self._finish_reclassifying(client)
            self._is_half_reclassified = True
            is_cut_short = True
            try:
                run.apply(month)
                is_cut_short = False
            finally:
                try:
                    self._finish_reclassifying(client, is_cut_short=is_cut_short)
                finally:
                    self._remembered.forget()

    def _finish_reclassifying(self, client: Client, *, is_cut_short: bool = True) -> None:
        if self._is_half_reclassified:
            rollups.finish_marked(client, is_cut_short=is_cut_short)
            self._is_half_reclassified = False

    def _client(self) -> Client:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            with self._lock:
                client = _connect(self._dsn)
                if not self._is_current:
                    _migrate(client)
                    rollups.finish_marked(client)
                    self._is_current = True
                self._clients.append(client)
            self._local.client = client
        return client


def _connect(dsn: str) -> Client:
    if dsn.startswith(_EMBEDDED):
        # Read when the engine is loaded, which is now.
        os.environ.setdefault("JE_MALLOC_CONF", _ALLOCATOR)
        Path(dsn.removeprefix(_EMBEDDED)).mkdir(parents=True, exist_ok=True)
        return clickhouse_connect.get_client(dsn=dsn)
    # A server refuses two queries at once in one session.
    return clickhouse_connect.get_client(dsn=dsn, autogenerate_session_id=False)


def _migrate(client: Client) -> None:
    client.command(
        "CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied_at DateTime DEFAULT now())"
        " ENGINE = MergeTree ORDER BY version"
    )
    applied = {row[0] for row in client.query("SELECT version FROM schema_versions").result_rows}
    for version, script in _migrations():
        if version in applied:
            continue
        for statement in _statements(script):
            client.command(statement)
        client.insert("schema_versions", [[version]], column_names=["version"])


def _migrations() -> list[tuple[int, str]]:
    folder = files("crawlsight.visits") / "schema"
    scripts = sorted(
        (script for script in folder.iterdir() if script.name.endswith(".sql")), key=lambda s: s.name
    )
    return [(int(script.name.partition("_")[0]), script.read_text(encoding="utf-8")) for script in scripts]


def _statements(script: str) -> list[str]:
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [statement for statement in (part.strip() for part in "\n".join(lines).split(";")) if statement]
