"""Projects: one site or family of sites, with its policy."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from crawlsight.errors import AlreadyExistsError, InvalidArgumentError, NotFoundError
from crawlsight.ingest.fields import normalise_host
from crawlsight.ingest.policy import IpPolicy, Keep, Policy
from crawlsight.ledger.engine import writing
from crawlsight.ledger.quarantine import quarantined_hosts, release_hosts
from crawlsight.ledger.schema import (
    api_keys,
    batches,
    dead_letters,
    deleted_projects,
    projects,
    quarantine,
    source_hours,
    uploads,
)

DEFAULT_RETENTION_DAYS = 90

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")

# Expiry instants are stored in 32 bits, which end in 2106.
_MOST_RETENTION_DAYS = 20_000

_MOST_DOMAINS = 1_000

_WITH_IDS = (projects, deleted_projects)

# What belongs to a project and does not go with its row.
_OWNED = (api_keys, batches, source_hours, dead_letters, quarantine, uploads)


class Project(msgspec.Struct, frozen=True):
    """A project as stored."""

    id: int
    name: str
    policy: Policy
    created_at: datetime


def now_ms() -> int:
    """Read the clock, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Projects:
    """The projects of a ledger."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int] = now_ms) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def create(
        self,
        name: str,
        *,
        domains: tuple[str, ...] = (),
        keep: Keep | None = None,
        retention_days: int | None = None,
        ip_policy: IpPolicy = IpPolicy.KEEP,
        human_ip_policy: IpPolicy = IpPolicy.MASK,
    ) -> Project:
        """Create a project; what it keeps and how long, if not given, its first key's style decides.

        Raises:
            AlreadyExistsError: The name is taken.
            InvalidArgumentError: Name, domain or days cannot be.
        """
        given = {
            "name": name,
            "domains": domains,
            "keep": keep,
            "retention_days": retention_days,
            "ip_policy": ip_policy,
            "human_ip_policy": human_ip_policy,
        }
        values = {**_stored(given), "created_at_ms": self._clock_ms()}
        try:
            with writing(self._engine).begin() as connection:
                if connection.dialect.name == "sqlite":
                    values["id"] = _unused_id(connection)
                connection.execute(projects.insert(), values)
        except IntegrityError:
            raise AlreadyExistsError(f"a project named {name!r} exists already") from None
        return self.by_name(name)

    def change(self, project_id: int, changes: Mapping[str, Any]) -> Project:
        """Change fields of a project; what was set aside for a host that it owns from now on is released.

        Args:
            changes: Values as :meth:`create` takes them, by their names.

        Raises:
            AlreadyExistsError: The name is taken.
            InvalidArgumentError: Name, domain or days cannot be.
            NotFoundError: There is no such project.
        """
        values = _stored(changes)
        try:
            with writing(self._engine).begin() as connection:
                if values:
                    connection.execute(update(projects).where(projects.c.id == project_id).values(values))
                project = _project(connection, project_id)
                if "domains" in changes:
                    self._release_owned(connection, project)
                return project
        except IntegrityError:
            raise AlreadyExistsError(f"a project named {changes['name']!r} exists already") from None

    def add_domain(self, project_id: int, domain: str) -> int:
        """Add a domain, and release what was set aside for it; gives how many visits these are.

        Raises:
            InvalidArgumentError: It cannot be a domain.
            NotFoundError: There is no such project, or nothing is set aside of the domain.
        """
        with writing(self._engine).begin() as connection:
            project = _project(connection, project_id)
            stored = release_hosts(connection, project_id, [domain], self._clock_ms())
            if not project.policy.owns(domain):
                values = _stored({"domains": (*project.policy.domains, domain)})
                connection.execute(update(projects).where(projects.c.id == project_id).values(values))
                project = _project(connection, project_id)
            return stored + self._release_owned(connection, project)

    def _release_owned(self, connection: Connection, project: Project) -> int:
        hosts = [host for host in quarantined_hosts(connection, project.id) if project.policy.owns(host)]
        return release_hosts(connection, project.id, hosts, self._clock_ms())

    def delete(self, project_id: int) -> None:
        """Delete a project with all that the ledger holds of it; visits are :meth:`unpurged` from then on.

        Raises:
            NotFoundError: There is no such project.
        """
        with writing(self._engine).begin() as connection:
            _project(connection, project_id)
            _forget(connection, project_id)
            connection.execute(delete(projects).where(projects.c.id == project_id))
            deleted = {"id": project_id, "deleted_at_ms": self._clock_ms()}
            connection.execute(deleted_projects.insert(), deleted)

    def unpurged(self) -> list[tuple[int, int]]:
        """List deleted projects of which something may still come: ids, and when they were deleted."""
        statement = select(deleted_projects.c.id, deleted_projects.c.deleted_at_ms).where(
            deleted_projects.c.purged_at_ms.is_(None)
        )
        with self._engine.connect() as connection:
            return [(row.id, row.deleted_at_ms) for row in connection.execute(statement)]

    def purge(self, project_id: int, *, is_last: bool) -> None:
        """Delete what came of a deleted project since; *is_last* when nothing can come any more."""
        with writing(self._engine).begin() as connection:
            _forget(connection, project_id)
            if is_last:
                connection.execute(
                    update(deleted_projects)
                    .where(deleted_projects.c.id == project_id)
                    .values(purged_at_ms=self._clock_ms())
                )

    def by_name(self, name: str) -> Project:
        """Look a project up.

        Raises:
            NotFoundError: There is none of that name.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(projects).where(projects.c.name == name)).first()
        if row is None:
            raise NotFoundError(f"no project is named {name!r}; see 'crawlsight project list'")
        return read_project(row)

    def list(self) -> list[Project]:
        """List all projects by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(projects).order_by(projects.c.name)).all()
        return [read_project(row) for row in rows]


def read_project(row: Row[Any]) -> Project:
    """Read a project from its row."""
    return Project(
        id=row.id,
        name=row.name,
        policy=read_policy(row, row.id),
        created_at=datetime.fromtimestamp(row.created_at_ms / 1000, UTC),
    )


def read_policy(row: Any, project_id: int) -> Policy:
    """Read a project's policy from a row that has the project's columns."""
    return Policy(
        project_id=project_id,
        keep=Keep(row.keep or Keep.CRAWLERS),
        retention_days=row.retention_days or DEFAULT_RETENTION_DAYS,
        domains=tuple(row.domains.split(",")) if row.domains else (),
        ip_policy=IpPolicy(row.ip_policy),
        human_ip_policy=IpPolicy(row.human_ip_policy),
    )


def _stored(given: Mapping[str, Any]) -> dict[str, Any]:
    """Put given values in the form of their columns."""
    values = dict(given)
    name, days = values.get("name", "project"), values.get("retention_days")
    if not _NAME.fullmatch(name):
        raise InvalidArgumentError(
            f"project name {name[:100]!r}: use 1-100 letters, digits, spaces, dots, dashes or underscores"
        )
    if days is not None and not 1 <= days <= _MOST_RETENTION_DAYS:
        raise InvalidArgumentError(
            f"retention of {days} days: it must be between 1 and {_MOST_RETENTION_DAYS}"
        )
    if "domains" in values:
        if len(values["domains"]) > _MOST_DOMAINS:
            raise InvalidArgumentError(f"{len(values['domains'])} domains: at most {_MOST_DOMAINS}")
        normal = [_normal_domain(domain) for domain in values["domains"]]
        values["domains"] = ",".join(dict.fromkeys(normal))
    for column in ("keep", "ip_policy", "human_ip_policy"):
        if values.get(column) is not None:
            values[column] = values[column].value
    return values


def _project(connection: Connection, project_id: int) -> Project:
    row = connection.execute(select(projects).where(projects.c.id == project_id)).first()
    if row is None:
        raise NotFoundError(f"no project has the id {project_id}")
    return read_project(row)


def _unused_id(connection: Connection) -> int:
    # TRICKY: SQLite gives the id of a deleted row again if it was the highest.
    highest = [connection.execute(select(func.max(table.c.id))).scalar() for table in _WITH_IDS]
    return 1 + max(found or 0 for found in highest)


def _forget(connection: Connection, project_id: int) -> None:
    for table in _OWNED:
        connection.execute(delete(table).where(table.c.project_id == project_id))


def _normal_domain(domain: str) -> str:
    normal = normalise_host(domain.removeprefix("https://").removeprefix("http://").rstrip("/"))
    if not _DOMAIN.fullmatch(normal):
        raise InvalidArgumentError(f"domain {domain[:100]!r}: give a host name such as example.com")
    return normal
