"""API keys: create, list, revoke, and find the one that a request carries."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, Row, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from crawlsight.errors import InvalidArgumentError, NotFoundError, UnavailableError
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ledger.engine import reading_alone, writing
from crawlsight.ledger.projects import DEFAULT_RETENTION_DAYS, Project, now_ms, read_policy
from crawlsight.ledger.schema import api_keys, projects
from crawlsight.ledger.secrets import KeyStyle, generate_key, hash_key, key_hint

_MOST_NAME_CHARS = 100

# Of requests that come at once only the first asks the database. Another process's revocation is seen
# as soon as its own command has ended.
_FRESH_SECONDS = 0.05
_MOST_RECENT = 1_000

# What a project keeps, and for how many days, when only its first key's style tells.
_DEFAULTS = {
    KeyStyle.ANK: (Keep.CRAWLERS, DEFAULT_RETENTION_DAYS),
    KeyStyle.BOT: (Keep.ALL, 3_650),
}


class Scope(StrEnum):
    """What a key may do; ``admin`` includes the others."""

    INGEST = "logs:ingest"
    REPORTS = "reports:read"
    ADMIN = "admin"


class ApiKey(msgspec.Struct, frozen=True):
    """A key as stored: everything but the secret."""

    id: int
    project: str
    style: KeyStyle
    hint: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class Credential(msgspec.Struct, frozen=True):
    """A good key in use: whose it is and what it may do."""

    key_id: int
    name: str
    style: KeyStyle
    scopes: frozenset[Scope]
    project_name: str
    project_created_at: datetime
    policy: Policy

    @property
    def project(self) -> Project:
        """The one project that the key is for."""
        return Project(self.policy.project_id, self.project_name, self.policy, self.project_created_at)

    def may(self, scope: Scope) -> bool:
        """Tell whether the key has *scope*."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class _Recent(NamedTuple):
    """A key found a moment ago."""

    fresh_until: float
    expires_at_ms: int | None
    credential: Credential


_WITH_PROJECT = select(
    api_keys.c.id,
    api_keys.c.name.label("key_name"),
    api_keys.c.style,
    api_keys.c.scopes,
    api_keys.c.expires_at_ms,
    api_keys.c.revoked_at_ms,
    projects.c.id.label("project_id"),
    projects.c.name.label("project_name"),
    projects.c.created_at_ms,
    projects.c.domains,
    projects.c.keep,
    projects.c.retention_days,
    projects.c.ip_policy,
    projects.c.human_ip_policy,
).join(projects, projects.c.id == api_keys.c.project_id)
_FIND = _WITH_PROJECT.where(api_keys.c.sha256 == bindparam("sha256"))
_FIND_BY_ID = _WITH_PROJECT.where(api_keys.c.id == bindparam("key_id"))


class Keys:
    """The keys of a ledger."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int] = now_ms) -> None:
        self._engine = engine
        self._clock_ms = clock_ms
        self._reader = reading_alone(engine)
        self._idle: deque[Connection] = deque()
        self._recent: dict[str, _Recent] = {}

    def create(
        self,
        project: Project,
        *,
        style: KeyStyle = KeyStyle.ANK,
        scopes: Iterable[Scope] = (Scope.INGEST,),
        name: str = "",
        expires_at: datetime | None = None,
    ) -> tuple[int, str]:
        """Create a key and give its id and its text, which is shown this once and never stored.

        Raises:
            InvalidArgumentError: The name is too long, or the key would be expired already.
        """
        if len(name) > _MOST_NAME_CHARS or not name.isprintable():
            raise InvalidArgumentError(
                f"key name of {len(name)} characters: at most {_MOST_NAME_CHARS}, and printable ones"
            )
        expires_at_ms = None if expires_at is None else int(expires_at.timestamp() * 1000)
        if expires_at_ms is not None and expires_at_ms <= self._clock_ms():
            raise InvalidArgumentError(f"expiry {expires_at} is in the past")
        key = generate_key(style)
        values = {
            "project_id": project.id,
            "style": style.value,
            "sha256": hash_key(key),
            "hint": key_hint(key),
            "name": name or f"{style.value} key",
            "scopes": " ".join(sorted(scope.value for scope in scopes)),
            "created_at_ms": self._clock_ms(),
            "expires_at_ms": expires_at_ms,
        }
        with writing(self._engine).begin() as connection:
            created = connection.execute(api_keys.insert().returning(api_keys.c.id), values).scalar_one()
            keep, days = _DEFAULTS[style]
            for column, default in ((projects.c.keep, keep.value), (projects.c.retention_days, days)):
                connection.execute(
                    update(projects)
                    .where(projects.c.id == project.id, column.is_(None))
                    .values({column: default})
                )
        return created, key

    def list(self, project_id: int | None = None) -> list[ApiKey]:
        """List all keys, or a project's, revoked and expired ones too, oldest first."""
        statement = (
            select(api_keys, projects.c.name.label("project"))
            .join(projects, projects.c.id == api_keys.c.project_id)
            .order_by(api_keys.c.id)
        )
        if project_id is not None:
            statement = statement.where(projects.c.id == project_id)
        with self._engine.connect() as connection:
            return [_read_key(row) for row in connection.execute(statement)]

    def revoke(self, key_id: int, project_id: int | None = None) -> None:
        """Revoke a key, or only a project's, from the next request on; a revoked one stays as it is.

        Raises:
            NotFoundError: There is no key of that id.
        """
        known = select(api_keys.c.id).where(api_keys.c.id == key_id)
        if project_id is not None:
            known = known.where(api_keys.c.project_id == project_id)
        statement = (
            update(api_keys)
            .where(api_keys.c.id == key_id, api_keys.c.revoked_at_ms.is_(None))
            .values(revoked_at_ms=self._clock_ms())
        )
        with writing(self._engine).begin() as connection:
            if connection.execute(known).first() is None:
                raise NotFoundError(f"no key has the id {key_id}; see 'crawlsight key list'")
            connection.execute(statement)
        self._recent.clear()

    def forget_recent(self) -> None:
        """Look every key up anew, after its project has changed."""
        self._recent.clear()

    def find(self, key: str) -> Credential | None:
        """Find the live key of that text; None when it is unknown, revoked or expired.

        Raises:
            UnavailableError: The ledger cannot be read.
        """
        sha256 = hash_key(key)
        recent = self._recent.get(sha256)
        if recent is None or recent.fresh_until < time.monotonic():
            recent = self._look_up(sha256)
        if recent is None or (recent.expires_at_ms is not None and recent.expires_at_ms <= self._clock_ms()):
            return None
        return recent.credential

    def credential(self, key_id: int) -> Credential:
        """Give what a key is for, by its id; it may be revoked or expired by now.

        Raises:
            NotFoundError: There is no key of that id.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_FIND_BY_ID, {"key_id": key_id}).first()
        if row is None:
            raise NotFoundError(f"no key has the id {key_id}; see 'crawlsight key list'")
        return _read_credential(row)

    def _look_up(self, sha256: str) -> "_Recent | None":
        fresh_until = time.monotonic() + _FRESH_SECONDS
        row = self._find_row(sha256)
        if row is None or row.revoked_at_ms is not None:
            return None
        credential = _read_credential(row)
        if len(self._recent) >= _MOST_RECENT:
            self._recent.clear()
        self._recent[sha256] = recent = _Recent(fresh_until, row.expires_at_ms, credential)
        return recent

    def _find_row(self, sha256: str) -> Any:
        try:
            return self._ask_row(sha256)
        except SQLAlchemyError:
            # The kept connections may have died since; a new one tells whether the ledger did.
            self.close()
        try:
            return self._ask_row(sha256)
        except SQLAlchemyError as error:
            raise UnavailableError("the ledger cannot be read; try again shortly") from error

    def _ask_row(self, sha256: str) -> Any:
        # A connection is kept, because taking one from the pool each time costs three look-ups.
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._reader.connect()
        try:
            row = connection.execute(_FIND, {"sha256": sha256}).first()
        except SQLAlchemyError:
            connection.close()
            raise
        self._idle.append(connection)
        return row

    def close(self) -> None:
        """Give back the connections that :meth:`find` kept."""
        while self._idle:
            self._idle.pop().close()


def _read_credential(row: Any) -> Credential:
    return Credential(
        key_id=row.id,
        name=row.key_name,
        style=KeyStyle(row.style),
        scopes=frozenset(Scope(scope) for scope in row.scopes.split()),
        project_name=row.project_name,
        project_created_at=datetime.fromtimestamp(row.created_at_ms / 1000, UTC),
        policy=read_policy(row, row.project_id),
    )


def _read_key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        project=row.project,
        style=KeyStyle(row.style),
        hint=row.hint,
        name=row.name,
        scopes=tuple(Scope(scope) for scope in row.scopes.split()),
        created_at=datetime.fromtimestamp(row.created_at_ms / 1000, UTC),
        expires_at=_instant(row.expires_at_ms),
        revoked_at=_instant(row.revoked_at_ms),
        last_used_at=_instant(row.last_used_at_ms),
    )


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
