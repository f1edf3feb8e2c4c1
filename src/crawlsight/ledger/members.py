"""Members of projects, and their roles."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, select

from crawlsight.errors import LastOneError, NotFoundError
from crawlsight.ledger.engine import upsert, writing
from crawlsight.ledger.people import members, users
from crawlsight.ledger.projects import Project, read_project
from crawlsight.ledger.schema import projects
from crawlsight.ledger.sessions import Session
from crawlsight.ledger.users import asking

_MOST_NAME_CHARS = 100

# Longer numbers are no ids in any database.
_MOST_ID_DIGITS = 9


class Role(StrEnum):
    """What a member may do, each including those before it."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"


class Membership(msgspec.Struct, frozen=True):
    """A project that somebody may see, and as what."""

    project: Project
    role: Role


class Member(msgspec.Struct, frozen=True):
    """A user's role in a project."""

    user_id: int
    name: str
    role: Role


class Members:
    """Who may do what in which project."""

    def __init__(self, engine: Engine, clock_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._clock_ms = clock_ms

    def memberships(self, session: Session) -> list[Membership]:
        """List the projects that somebody may see, by name; administrators own all."""
        statement = _reachable(session).order_by(projects.c.name)
        with asking(self._engine) as connection:
            return [_read_membership(row, session) for row in connection.execute(statement)]

    def membership(self, session: Session, wanted: str) -> Membership:
        """Find a project of somebody's by its id or its name; an id comes first.

        Raises:
            NotFoundError: There is none that they may know of.
        """
        is_id = wanted.isascii() and wanted.isdigit() and len(wanted) <= _MOST_ID_DIGITS
        statement = _reachable(session)
        by_id = statement.where(projects.c.id == int(wanted)) if is_id else None
        by_name = statement.where(projects.c.name == wanted[:_MOST_NAME_CHARS].replace("\0", ""))
        with asking(self._engine) as connection:
            for found in (by_id, by_name):
                row = None if found is None else connection.execute(found).first()
                if row is not None:
                    return _read_membership(row, session)
        raise NotFoundError(f"you have no project {wanted[:_MOST_NAME_CHARS]!r}")

    def project(self, project_id: int) -> Project:
        """Give a project, whoever asks.

        Raises:
            NotFoundError: There is none of that id.
        """
        with asking(self._engine) as connection:
            row = connection.execute(select(projects).where(projects.c.id == project_id)).first()
        if row is None:
            raise NotFoundError(f"no project has the id {project_id}")
        return read_project(row)

    def list(self, project_id: int) -> list[Member]:
        """List a project's members by name."""
        with asking(self._engine) as connection:
            rows = connection.execute(_members_of(project_id).order_by(users.c.name_key))
            return [Member(row.id, row.name, Role(row.role)) for row in rows]

    def put(self, project_id: int, user_id: int, role: Role) -> Member:
        """Make a user a member, or give a member another role.

        Raises:
            LastOneError: Nobody else owns the project.
            NotFoundError: There is no such user.
        """
        with asking(writing(self._engine)) as connection:
            if connection.execute(select(users.c.id).where(users.c.id == user_id)).first() is None:
                raise NotFoundError(f"no user has the id {user_id}")
            if role is not Role.OWNER:
                _keep_an_owner(connection, project_id, user_id)
            put_member(connection, project_id, user_id, role, self._clock_ms())
            return _one(connection, project_id, user_id)

    def change(self, project_id: int, user_id: int, role: Role) -> Member:
        """Give a member another role.

        Raises:
            LastOneError: Nobody else owns the project.
            NotFoundError: The project has no such member.
        """
        with asking(writing(self._engine)) as connection:
            _one(connection, project_id, user_id)
            if role is not Role.OWNER:
                _keep_an_owner(connection, project_id, user_id)
            put_member(connection, project_id, user_id, role, self._clock_ms())
            return _one(connection, project_id, user_id)

    def remove(self, project_id: int, user_id: int) -> None:
        """End a membership.

        Raises:
            LastOneError: Nobody else owns the project.
            NotFoundError: The project has no such member.
        """
        with asking(writing(self._engine)) as connection:
            _one(connection, project_id, user_id)
            _keep_an_owner(connection, project_id, user_id)
            connection.execute(
                delete(members).where(members.c.project_id == project_id, members.c.user_id == user_id)
            )


def _reachable(session: Session) -> Any:
    if session.share is not None:
        return select(projects).where(projects.c.id == session.share.project_id)
    if session.user is None:
        return select(projects).where(projects.c.id.is_(None))
    if session.user.is_admin:
        return select(projects)
    of_user = (members.c.project_id == projects.c.id) & (members.c.user_id == session.user.id)
    return select(projects, members.c.role).join(members, of_user)


def _read_membership(row: Any, session: Session) -> Membership:
    if session.share is not None:
        return Membership(read_project(row), Role.VIEWER)
    is_admin = session.user is not None and session.user.is_admin
    return Membership(read_project(row), Role.OWNER if is_admin else Role(row.role))


def _members_of(project_id: int) -> Any:
    joined = members.join(users, users.c.id == members.c.user_id)
    return (
        select(users.c.id, users.c.name, members.c.role)
        .select_from(joined)
        .where(members.c.project_id == project_id)
    )


def _one(connection: Connection, project_id: int, user_id: int) -> Member:
    row = connection.execute(_members_of(project_id).where(users.c.id == user_id)).first()
    if row is None:
        raise NotFoundError(f"the project has no member with the id {user_id}")
    return Member(row.id, row.name, Role(row.role))


def put_member(connection: Connection, project_id: int, user_id: int, role: Role, now_ms: int) -> None:
    """Store a role in a transaction."""
    values = {"project_id": project_id, "user_id": user_id, "role": role.value, "created_at_ms": now_ms}
    statement = upsert(connection, members).values(values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["project_id", "user_id"], set_={"role": role.value})
    )


def _keep_an_owner(connection: Connection, project_id: int, user_id: int) -> None:
    # Locked, so that two owners cannot go at once.
    owners = connection.execute(
        select(members.c.user_id)
        .where(members.c.project_id == project_id, members.c.role == Role.OWNER.value)
        .with_for_update()
    )
    if owners.scalars().all() == [user_id]:
        raise LastOneError("this is the project's last owner; make somebody else an owner first")
