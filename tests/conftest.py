"""Fixtures that several kinds of tests share."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from litestar.testing import TestClient

from builders import NOW
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import KeyStyle, Scope
from crawlsight.record import VISIT_COLUMNS
from crawlsight.server.app import create_app
from crawlsight.server.services import Services, open_services
from crawlsight.settings import Settings
from crawlsight.visits.rollups import ROLLUPS

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

_names = itertools.count()


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, delta: timedelta) -> None:
        self.now += delta


@dataclass
class App:
    """A whole server in this process, over real embedded stores, with a clock of its own."""

    client: TestClient[Any]
    services: Services
    clock: Clock
    keys: dict[str, str] = field(default_factory=dict)

    def project(self, keep: Keep | None = None, domains: tuple[str, ...] = (), **policy: Any) -> str:
        """Create a project of a new name."""
        name = f"project-{next(_names)}"
        self.services.ledger.projects.create(name, keep=keep, domains=domains, **policy)
        return name

    def key(
        self,
        style: str = "ank",
        scopes: tuple[Scope, ...] = (Scope.INGEST, Scope.REPORTS),
        project: str | None = None,
        **options: Any,
    ) -> str:
        """Create a key, by default in a project of its own."""
        ledger = self.services.ledger
        found = ledger.projects.by_name(project or self.project())
        return ledger.keys.create(found, style=KeyStyle(style), scopes=scopes, **options)[1]

    def send(self, key: str, body: Any, idempotency_key: str | None = "auto", **headers: str) -> Any:
        """POST a batch; header names have ``_`` for ``-``; *body* is JSON unless it is bytes."""
        name = "x-ansehn-api-key" if key.startswith("ank_") else "x-api-key"
        sent = {name: key, "content-type": "application/json"}
        if idempotency_key == "auto" and key.startswith("ank_"):
            idempotency_key = f"batch-{next(_names)}"
        if idempotency_key not in (None, "auto"):
            sent["idempotency-key"] = idempotency_key
        sent.update({header.replace("_", "-"): value for header, value in headers.items()})
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.client.post("/v1/logs/custom", headers=sent, **content)

    def load(self) -> None:
        """Move everything that was stored into visits, now."""
        self.services.loader.run_once()

    def report(self, key: str, kind: str = "bots", version: int = 2, **query: Any) -> Any:
        """Ask a report; the defaults ask for all of the project's visits of the last year."""
        body = {
            "domain": "*",
            "metrics": ["count"] if kind == "bots" else ["visits"],
            "start_date": (self.clock.now - timedelta(days=365)).isoformat(),
            **query,
        }
        return self.client.post(f"/v{version}/reports/{kind}", json=body, headers={"x-api-key": key})

    def rows(self, key: str, kind: str = "bots", **query: Any) -> list[tuple[Any, ...]]:
        """Ask a report and give its rows, dimensions first."""
        answer = self.report(key, kind, **query)
        assert answer.status_code == 200, answer.text
        return [(*row["dimensions"], *row["metrics"]) for row in answer.json()["data"]]

    def project_id(self, key: str) -> int:
        """Tell the id of a key's project."""
        found = self.services.ledger.keys.find(key)
        assert found is not None
        return found.policy.project_id

    def visits(self, key: str) -> list[dict[str, Any]]:
        """Load what waits and give the visits of a key's project in order of time; instants are aware UTC."""
        self.load()
        columns = ", ".join(VISIT_COLUMNS)
        rows = self.services.visits.select(
            f"SELECT {columns} FROM visits WHERE project_id = {{project_id:UInt32}}",
            {"project_id": self.project_id(key)},
        )
        found = [dict(zip(VISIT_COLUMNS, map(_aware, row), strict=True)) for row in rows]
        return sorted(found, key=lambda visit: (visit["timestamp"], str(visit["visit_id"])))

    def rejected(self, key: str) -> list[dict[str, Any]]:
        """Give the dead letters of a key's project, newest first."""
        return self.services.ledger.batches.list_rejected(self.project_id(key), limit=10_000)

    def quarantined(self, key: str) -> list[dict[str, Any]]:
        """Give what was set aside of a key's project, newest first."""
        return self.services.ledger.batches.list_quarantined(self.project_id(key), limit=10_000)


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # The embedded engine opens one directory per process, so all tests in this process share it.
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def shared_app(data_directory: Path) -> Iterator[App]:
    clock = Clock()
    services = open_services(Settings(data=data_directory, reports_requests_per_hour=1_000_000), clock)
    # Visits of the tests' day expire some day; the engine knows only its own clock.
    services.visits._client().command("SYSTEM STOP TTL MERGES")
    # Tests load by hand, so the loader's thread is not started: the client is used without its lifespan.
    yield App(TestClient(create_app(services)), services, clock)
    services.close()


@pytest.fixture(scope="module")
def emptied_store(shared_app: App) -> None:
    """Drop what other tests have loaded: updates take long over hundreds of tiny parts."""
    for table in ("visits", *ROLLUPS):
        shared_app.services.visits._client().command(f"TRUNCATE TABLE {table}")


@pytest.fixture
def app(shared_app: App) -> Iterator[App]:
    """A server whose clock is back at NOW; projects and keys are new in each test."""
    shared_app.clock.now = NOW
    yield shared_app
    shared_app.clock.now = NOW


@pytest.fixture
def open_app(shared_app: App, data_directory: Path) -> Iterator[Callable[..., App]]:
    """Open one more server over the same stores (or others), with settings of its own."""
    shared_app.clock.now = NOW
    opened: list[Services] = []

    def open_one(**changes: Any) -> App:
        services = open_services(Settings(data=data_directory, **changes), shared_app.clock)
        opened.append(services)
        return App(TestClient(create_app(services)), services, shared_app.clock)

    yield open_one
    for services in opened:
        services.close()
    shared_app.clock.now = NOW
