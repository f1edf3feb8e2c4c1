"""The ledger: what must never be lost, in SQLite or PostgreSQL."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from crawlsight.ledger.batches import BatchCommit, Batches, Committed, Conflict, Duplicate
from crawlsight.ledger.commits import GroupCommitter
from crawlsight.ledger.engine import open_engine
from crawlsight.ledger.flow import Flow, FlowState, Hour, judge_flow, received_by_hour
from crawlsight.ledger.housekeeping import forget_expired
from crawlsight.ledger.invitations import Invitation, Invitations, Share, Shares
from crawlsight.ledger.keys import ApiKey, Credential, Keys, Scope
from crawlsight.ledger.members import Member, Members, Membership, Role
from crawlsight.ledger.outbox import Backlog, Outbox
from crawlsight.ledger.projects import Project, Projects, now_ms
from crawlsight.ledger.quarantine import Quarantine
from crawlsight.ledger.secrets import KeyStyle, key_style
from crawlsight.ledger.sessions import Session, Sessions
from crawlsight.ledger.standing import Standing
from crawlsight.ledger.uploads import Upload, Uploads, UploadState
from crawlsight.ledger.users import User, Users

__all__ = [
    "ApiKey",
    "Backlog",
    "BatchCommit",
    "Committed",
    "Conflict",
    "Credential",
    "Duplicate",
    "Flow",
    "FlowState",
    "Hour",
    "Invitation",
    "KeyStyle",
    "Ledger",
    "Member",
    "Membership",
    "Project",
    "Role",
    "Scope",
    "Session",
    "Share",
    "Upload",
    "UploadState",
    "User",
    "judge_flow",
    "key_style",
    "received_by_hour",
]


class Ledger:
    """A ledger, opened and migrated, with its writer running."""

    def __init__(self, dsn: str, clock_ms: Callable[[], int] = now_ms) -> None:
        self._clock_ms = clock_ms
        self._engine = open_engine(dsn)
        self._committer = GroupCommitter(self._engine)
        self.projects = Projects(self._engine, clock_ms)
        self.keys = Keys(self._engine, clock_ms)
        self.batches = Batches(self._engine, self._committer)
        self.standing = Standing(self._engine)
        self.quarantine = Quarantine(self._engine, clock_ms)
        self.outbox = Outbox(self._engine, self._committer)
        self.uploads = Uploads(self._engine, clock_ms)
        self.users = Users(self._engine, clock_ms)
        self.sessions = Sessions(self._engine, self._committer, clock_ms)
        self.members = Members(self._engine, clock_ms)
        self.invitations = Invitations(self._engine, clock_ms)
        self.shares = Shares(self._engine, clock_ms)

    def check_writable(self) -> None:
        """Make sure that a transaction can be committed.

        Raises:
            UnavailableError: It cannot.
        """
        self._committer.submit(_write_nothing, None).result()

    def note_use(self, key_id: int) -> None:
        """Note that a key was used now, without waiting for it to be written."""
        self.batches.note_use(key_id, self._clock_ms())

    def forget_expired(self, now_ms: int, rejected_kept_days: int) -> None:
        """Delete what is past its time."""
        forget_expired(self._committer, now_ms, rejected_kept_days)

    def close(self) -> None:
        """Commit what was submitted and close."""
        self._committer.close()
        self.keys.close()
        self._engine.dispose()


def _write_nothing(_: Connection, arguments: Sequence[None]) -> Sequence[None]:
    return arguments
