"""Sessions of people who signed in, and the links that let in once; secrets are stored as hashes alone."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, delete, or_, select, update

from crawlsight.errors import NotFoundError
from crawlsight.ledger.commits import GroupCommitter
from crawlsight.ledger.engine import writing
from crawlsight.ledger.people import invitations, sessions, shares, sign_in_links, users
from crawlsight.ledger.secrets import hash_key
from crawlsight.ledger.users import User, asking, read_user

_DAY_MS = 86_400_000

SESSION_DAYS = 30
_SESSION_MS = SESSION_DAYS * _DAY_MS
_LINK_MS = _DAY_MS

# How stale a session's "last used" may be; writing it each time would make each question a write.
_USED_STEP_MS = 3_600_000

_MOST_TOKEN_CHARS = 100


class SharedWith(msgspec.Struct, frozen=True):
    """A share that somebody came by."""

    id: int
    name: str
    project_id: int


class Session(msgspec.Struct, frozen=True):
    """Somebody who is signed in: a user, or whoever has a share's link.

    Attributes:
        is_by_link: Whether a one-time link let them in, so that the password may be set anew.
    """

    id: int
    user: User | None
    share: SharedWith | None
    is_by_link: bool


_FIND = (
    select(
        sessions.c.id.label("session_id"),
        sessions.c.is_by_link,
        sessions.c.used_at_ms,
        sessions.c.share_id,
        shares.c.name.label("share_name"),
        shares.c.project_id.label("share_project_id"),
        users,
    )
    .select_from(
        sessions.outerjoin(users, users.c.id == sessions.c.user_id).outerjoin(
            shares, shares.c.id == sessions.c.share_id
        )
    )
    .where(sessions.c.sha256 == bindparam("sha256"), sessions.c.expires_at_ms > bindparam("now_ms"))
)


class Sessions:
    """The sessions of a ledger."""

    def __init__(self, engine: Engine, committer: GroupCommitter, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._committer = committer
        self._clock_ms = clock_ms

    def start(self, user_id: int) -> str:
        """Sign a user in; gives the session's token, which is never stored."""
        with asking(writing(self._engine)) as connection:
            return insert_session(connection, self._clock_ms(), user_id=user_id)

    def start_by_link(self, link: str) -> str | None:
        """Sign in by a one-time link; None when it is unknown, used or expired."""
        now_ms = self._clock_ms()
        claim = (
            update(sign_in_links)
            .where(
                sign_in_links.c.sha256 == hash_token(link),
                sign_in_links.c.used_at_ms.is_(None),
                sign_in_links.c.expires_at_ms > now_ms,
            )
            .values(used_at_ms=now_ms)
            .returning(sign_in_links.c.user_id)
        )
        with asking(writing(self._engine)) as connection:
            user_id = connection.execute(claim).scalar()
            if user_id is None:
                return None
            return insert_session(connection, now_ms, user_id=user_id, is_by_link=True)

    def start_by_share(self, link: str) -> str | None:
        """Let somebody in by a share's link; None when there is no such share."""
        with asking(writing(self._engine)) as connection:
            found = select(shares.c.id).where(shares.c.sha256 == hash_token(link))
            share_id = connection.execute(found).scalar()
            if share_id is None:
                return None
            return insert_session(connection, self._clock_ms(), share_id=share_id)

    def find(self, token: str) -> Session | None:
        """Find who has that session; None when it is unknown or over.

        Raises:
            UnavailableError: The ledger cannot be read.
        """
        now_ms = self._clock_ms()
        with asking(self._engine) as connection:
            row = connection.execute(_FIND, {"sha256": hash_token(token), "now_ms": now_ms}).first()
        if row is None:
            return None
        if now_ms >= row.used_at_ms + _USED_STEP_MS:
            self._committer.submit(_touch_each, (row.session_id, now_ms))
        return _read(row)

    def end(self, session_id: int) -> None:
        """Sign out."""
        with asking(writing(self._engine)) as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def create_link(self, user_id: int) -> tuple[str, datetime]:
        """Make a link that signs a user in once; gives its token and when it ends.

        Raises:
            NotFoundError: There is no such user.
        """
        token, now_ms = new_token(), self._clock_ms()
        values = {
            "sha256": hash_token(token),
            "user_id": user_id,
            "created_at_ms": now_ms,
            "expires_at_ms": now_ms + _LINK_MS,
        }
        with asking(writing(self._engine)) as connection:
            if connection.execute(select(users.c.id).where(users.c.id == user_id)).first() is None:
                raise NotFoundError(f"no user has the id {user_id}")
            connection.execute(sign_in_links.insert(), values)
        return token, datetime.fromtimestamp((now_ms + _LINK_MS) / 1000, UTC)


def forget_ended(connection: Connection, now_ms: int) -> None:
    """Delete sessions, links and invitations that are over."""
    connection.execute(delete(sessions).where(sessions.c.expires_at_ms <= now_ms))
    for table in (sign_in_links, invitations):
        is_over = or_(table.c.expires_at_ms <= now_ms, table.c.used_at_ms.is_not(None))
        connection.execute(delete(table).where(is_over))


def new_token() -> str:
    """Make a secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Give the one form of a token that is stored."""
    return hash_key(token) if len(token) <= _MOST_TOKEN_CHARS and token.isascii() else ""


def insert_session(
    connection: Connection,
    now_ms: int,
    *,
    user_id: int | None = None,
    share_id: int | None = None,
    is_by_link: bool = False,
) -> str:
    """Start a session in a transaction; gives its token."""
    token = new_token()
    values = {
        "sha256": hash_token(token),
        "user_id": user_id,
        "share_id": share_id,
        "is_by_link": is_by_link,
        "created_at_ms": now_ms,
        "used_at_ms": now_ms,
        "expires_at_ms": now_ms + _SESSION_MS,
    }
    connection.execute(sessions.insert(), values)
    return token


def _touch_each(connection: Connection, used: Sequence[tuple[int, int]]) -> list[None]:
    for session_id, now_ms in used:
        connection.execute(
            update(sessions)
            .where(sessions.c.id == session_id)
            .values(used_at_ms=now_ms, expires_at_ms=now_ms + _SESSION_MS)
        )
    return [None] * len(used)


def _read(row: Any) -> Session:
    share = None
    if row.share_id is not None:
        share = SharedWith(row.share_id, row.share_name, row.share_project_id)
    user = None if row.id is None else read_user(row)
    return Session(row.session_id, user, share, row.is_by_link)
