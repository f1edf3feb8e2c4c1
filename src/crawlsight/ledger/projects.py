"""Projects: one site or family of sites, with its policy."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import IntegrityError

from crawlsight.errors import AlreadyExistsError, InvalidArgumentError, NotFoundError
from crawlsight.ingest.fields import normalise_host
from crawlsight.ingest.policy import IpPolicy, Keep, Policy
from crawlsight.ledger.engine import writing
from crawlsight.ledger.schema import projects

DEFAULT_RETENTION_DAYS = 90

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")

# Expiry instants are stored in 32 bits, which end in 2106.
_MOST_RETENTION_DAYS = 20_000


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
        if not _NAME.fullmatch(name):
            raise InvalidArgumentError(
                f"project name {name[:100]!r}: use 1-100 letters, digits, spaces, dots, dashes or underscores"
            )
        if retention_days is not None and not 1 <= retention_days <= _MOST_RETENTION_DAYS:
            raise InvalidArgumentError(
                f"retention of {retention_days} days: it must be between 1 and {_MOST_RETENTION_DAYS}"
            )
        values = {
            "name": name,
            "domains": ",".join(_normal_domain(domain) for domain in domains),
            "keep": keep and keep.value,
            "retention_days": retention_days,
            "ip_policy": ip_policy.value,
            "human_ip_policy": human_ip_policy.value,
            "created_at_ms": self._clock_ms(),
        }
        try:
            with writing(self._engine).begin() as connection:
                connection.execute(projects.insert(), values)
        except IntegrityError:
            raise AlreadyExistsError(f"a project named {name!r} exists already") from None
        return self.by_name(name)

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


def _normal_domain(domain: str) -> str:
    normal = normalise_host(domain.removeprefix("https://").removeprefix("http://").rstrip("/"))
    if not _DOMAIN.fullmatch(normal):
        raise InvalidArgumentError(f"domain {domain[:100]!r}: give a host name such as example.com")
    return normal
