"""Users: the people who sign in, and their passwords."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from crawlsight.errors import (
    AlreadyExistsError,
    InvalidArgumentError,
    LastOneError,
    NotFoundError,
    UnavailableError,
)
from crawlsight.ledger.engine import writing
from crawlsight.ledger.passwords import hash_password, is_password
from crawlsight.ledger.people import sessions, sign_in_links, users

FIRST_USER = "admin"

_NAME = re.compile(r"\w[\w .@+'-]{0,99}")


class User(msgspec.Struct, frozen=True):
    """A user as stored: everything but the password."""

    id: int
    name: str
    is_admin: bool
    has_password: bool
    created_at: datetime


class Users:
    """The users of a ledger."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def create(self, name: str, *, is_admin: bool = False, password: str | None = None) -> User:
        """Create a user; without a password only a link lets them in.

        Raises:
            AlreadyExistsError: The name is taken, in whatever case.
            InvalidArgumentError: Name or password cannot be.
        """
        values = new_user(name, password, self._clock_ms(), is_admin=is_admin)
        with asking(writing(self._engine)) as connection:
            return insert_user(connection, values)

    def first(self) -> User | None:
        """Give the administrator whom the first start makes; None when somebody has a password already."""
        has_password = select(users.c.id).where(users.c.password.is_not(None)).limit(1)
        with asking(writing(self._engine)) as connection:
            if connection.execute(has_password).first() is not None:
                return None
            found = connection.execute(select(users).where(users.c.name_key == FIRST_USER)).first()
            if found is None:
                return insert_user(connection, new_user(FIRST_USER, None, self._clock_ms(), is_admin=True))
            connection.execute(update(users).where(users.c.id == found.id).values(is_admin=True))
        return msgspec.structs.replace(read_user(found), is_admin=True)

    def list(self) -> list[User]:
        """List all users by name."""
        with asking(self._engine) as connection:
            rows = connection.execute(select(users).order_by(users.c.name_key)).all()
        return [read_user(row) for row in rows]

    def by_name(self, name: str) -> User:
        """Look a user up, in whatever case the name is given.

        Raises:
            NotFoundError: There is none of that name.
        """
        with asking(self._engine) as connection:
            row = connection.execute(select(users).where(users.c.name_key == name_key(name))).first()
        if row is None:
            raise NotFoundError(f"no user is named {name[:100]!r}; see 'crawlsight user list'")
        return read_user(row)

    def sign_in(self, name: str, password: str) -> User | None:
        """Give the user of that name and password; takes as long whatever is wrong."""
        with asking(self._engine) as connection:
            row = connection.execute(select(users).where(users.c.name_key == name_key(name))).first()
        is_right = is_password(password, row.password if row is not None else None)
        return read_user(row) if is_right and row is not None else None

    def set_password(self, user_id: int, password: str, session_id: int | None = None) -> None:
        """Change a password; ends the user's links and sessions, but for the given one.

        Raises:
            InvalidArgumentError: The password is too short or too long.
            NotFoundError: There is no such user.
        """
        stored = hash_password(password)
        with asking(writing(self._engine)) as connection:
            changed = connection.execute(update(users).where(users.c.id == user_id).values(password=stored))
            if not changed.rowcount:
                raise NotFoundError(f"no user has the id {user_id}")
            connection.execute(delete(sign_in_links).where(sign_in_links.c.user_id == user_id))
            is_other = sessions.c.id != (0 if session_id is None else session_id)
            connection.execute(delete(sessions).where(sessions.c.user_id == user_id, is_other))
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(is_by_link=False))

    def delete(self, user_id: int) -> None:
        """Delete a user with all sessions, links and memberships.

        Raises:
            LastOneError: Nobody else is an administrator.
            NotFoundError: There is no such user.
        """
        with asking(writing(self._engine)) as connection:
            admins = connection.execute(
                select(users.c.id).where(users.c.is_admin.is_(True)).with_for_update()
            )
            if admins.scalars().all() == [user_id]:
                raise LastOneError(f"user {user_id} is the last administrator; make another one first")
            if not connection.execute(delete(users).where(users.c.id == user_id)).rowcount:
                raise NotFoundError(f"no user has the id {user_id}")


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """Give a connection inside a transaction.

    Raises:
        UnavailableError: The database fails.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise UnavailableError("the ledger does not answer; try again shortly") from error


def name_key(name: str) -> str:
    """Give the form in which names are compared."""
    # What no database takes is in nobody's name.
    known = name.replace("\0", "\ufffd").encode(errors="replace").decode()
    return unicodedata.normalize("NFKC", known).strip().casefold()[:200]


def new_user(name: str, password: str | None, now_ms: int, *, is_admin: bool = False) -> dict[str, Any]:
    """Make the row of a new user; hashing takes its time, so this is not for a transaction.

    Raises:
        InvalidArgumentError: Name or password cannot be.
    """
    shown = unicodedata.normalize("NFKC", name).strip()
    if not _NAME.fullmatch(shown):
        raise InvalidArgumentError(
            f"user name {name[:100]!r}: use 1-100 letters, digits, spaces or .@+'-_, beginning with a letter"
            " or digit"
        )
    return {
        "name": shown,
        "name_key": name_key(shown),
        "password": None if password is None else hash_password(password),
        "is_admin": is_admin,
        "created_at_ms": now_ms,
    }


def insert_user(connection: Connection, values: dict[str, Any]) -> User:
    """Store a new user.

    Raises:
        AlreadyExistsError: The name is taken.
    """
    try:
        row = connection.execute(insert(users).values(values).returning(users)).one()
    except IntegrityError:
        raise AlreadyExistsError(f"a user named {values['name']!r} exists already") from None
    return read_user(row)


def read_user(row: Row[Any]) -> User:
    """Read a user from a row that has the user's columns."""
    return User(
        id=row.id,
        name=row.name,
        is_admin=row.is_admin,
        has_password=row.password is not None,
        created_at=datetime.fromtimestamp(row.created_at_ms / 1000, UTC),
    )
