"""Links into a project: invitations that make somebody a member once, and shares that anybody may follow."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, select, update

from crawlsight.errors import InvalidArgumentError, NotFoundError
from crawlsight.ledger.engine import writing
from crawlsight.ledger.members import Role, put_member
from crawlsight.ledger.people import invitations, members, shares
from crawlsight.ledger.sessions import hash_token, insert_session, new_token
from crawlsight.ledger.users import asking, insert_user, new_user

_INVITATION_MS = 7 * 86_400_000
_MOST_NAME_CHARS = 100

_RANKS = {role: rank for rank, role in enumerate(Role)}


class Invitation(msgspec.Struct, frozen=True):
    """An invitation that nobody has accepted yet."""

    id: int
    role: Role
    created_at: datetime
    expires_at: datetime


class Share(msgspec.Struct, frozen=True):
    """A link by which anybody may read a project."""

    id: int
    name: str
    created_at: datetime


class Invitations:
    """Links that make somebody a member, once."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def create(self, project_id: int, role: Role) -> tuple[Invitation, str]:
        """Invite somebody; gives the token, which is never stored."""
        token, now_ms = new_token(), self._clock_ms()
        values = {
            "project_id": project_id,
            "role": role.value,
            "sha256": hash_token(token),
            "created_at_ms": now_ms,
            "expires_at_ms": now_ms + _INVITATION_MS,
        }
        with asking(writing(self._engine)) as connection:
            row = connection.execute(invitations.insert().values(values).returning(invitations)).one()
        return _read_invitation(row), token

    def list(self, project_id: int) -> list[Invitation]:
        """List the invitations that can still be accepted, oldest first."""
        statement = (
            select(invitations)
            .where(invitations.c.project_id == project_id, *self._is_open())
            .order_by(invitations.c.id)
        )
        with asking(self._engine) as connection:
            return [_read_invitation(row) for row in connection.execute(statement)]

    def delete(self, project_id: int, invitation_id: int) -> None:
        """Withdraw an invitation.

        Raises:
            NotFoundError: The project has none of that id.
        """
        _delete_of(self._engine, invitations, project_id, invitation_id, "invitation")

    def accept(self, token: str, user_id: int) -> None:
        """Make a user a member; nobody loses a greater role by it.

        Raises:
            NotFoundError: The invitation is unknown, used or expired.
        """
        with asking(writing(self._engine)) as connection:
            self._join(connection, token, user_id)

    def accept_as_new(self, token: str, name: str, password: str) -> str:
        """Make a user and a member of them, and sign them in; gives the session's token.

        Raises:
            AlreadyExistsError: The name is taken.
            InvalidArgumentError: Name or password cannot be.
            NotFoundError: The invitation is unknown, used or expired.
        """
        values = new_user(name, password, self._clock_ms())
        with asking(writing(self._engine)) as connection:
            # Whoever has no invitation must not learn which names there are.
            self._claim(connection, token, is_checked_only=True)
            user = insert_user(connection, values)
            self._join(connection, token, user.id)
            return insert_session(connection, self._clock_ms(), user_id=user.id)

    def _join(self, connection: Connection, token: str, user_id: int) -> None:
        project_id, role = self._claim(connection, token)
        current = connection.execute(
            select(members.c.role).where(members.c.project_id == project_id, members.c.user_id == user_id)
        ).scalar()
        if current is None or _RANKS[Role(current)] < _RANKS[role]:
            put_member(connection, project_id, user_id, role, self._clock_ms())

    def _claim(
        self, connection: Connection, token: str, *, is_checked_only: bool = False
    ) -> tuple[int, Role]:
        is_it = (invitations.c.sha256 == hash_token(token), *self._is_open())
        columns = (invitations.c.project_id, invitations.c.role)
        if is_checked_only:
            row = connection.execute(select(*columns).where(*is_it)).first()
        else:
            claim = update(invitations).where(*is_it).values(used_at_ms=self._clock_ms())
            row = connection.execute(claim.returning(*columns)).first()
        if row is None:
            raise NotFoundError("the invitation is unknown, used or expired; ask for a new one")
        return row.project_id, Role(row.role)

    def _is_open(self) -> tuple[Any, Any]:
        return invitations.c.used_at_ms.is_(None), invitations.c.expires_at_ms > self._clock_ms()


class Shares:
    """Links by which anybody may read a project."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def create(self, project_id: int, name: str) -> tuple[Share, str]:
        """Share a project; gives the token, which is never stored.

        Raises:
            InvalidArgumentError: The name cannot be.
        """
        name = name.strip()
        if not (1 <= len(name) <= _MOST_NAME_CHARS and name.isprintable()):
            raise InvalidArgumentError(
                f"share name {name[:_MOST_NAME_CHARS]!r}: use 1-{_MOST_NAME_CHARS} printable characters"
            )
        token = new_token()
        values = {
            "project_id": project_id,
            "name": name,
            "sha256": hash_token(token),
            "created_at_ms": self._clock_ms(),
        }
        with asking(writing(self._engine)) as connection:
            row = connection.execute(shares.insert().values(values).returning(shares)).one()
        return _read_share(row), token

    def list(self, project_id: int) -> list[Share]:
        """List a project's shares, oldest first."""
        statement = select(shares).where(shares.c.project_id == project_id).order_by(shares.c.id)
        with asking(self._engine) as connection:
            return [_read_share(row) for row in connection.execute(statement)]

    def delete(self, project_id: int, share_id: int) -> None:
        """End a share and all sessions that came by it.

        Raises:
            NotFoundError: The project has none of that id.
        """
        _delete_of(self._engine, shares, project_id, share_id, "share")


def _delete_of(engine: Engine, table: Any, project_id: int, row_id: int, what: str) -> None:
    is_it = (table.c.project_id == project_id, table.c.id == row_id)
    with asking(writing(engine)) as connection:
        if not connection.execute(delete(table).where(*is_it)).rowcount:
            raise NotFoundError(f"the project has no {what} with the id {row_id}")


def _read_invitation(row: Any) -> Invitation:
    return Invitation(
        row.id,
        Role(row.role),
        datetime.fromtimestamp(row.created_at_ms / 1000, UTC),
        datetime.fromtimestamp(row.expires_at_ms / 1000, UTC),
    )


def _read_share(row: Any) -> Share:
    return Share(row.id, row.name, datetime.fromtimestamp(row.created_at_ms / 1000, UTC))
