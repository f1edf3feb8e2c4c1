"""Judge a project's stored visits again and write what comes out differently, month by month."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import msgspec
from clickhouse_connect.driver.client import Client

from crawlsight.ingest.reclassification import Classification
from crawlsight.visits import rollups

Classify = Callable[[str, str, Classification], Classification]

# Groups in memory at a time, and those of them that one update changes.
_GROUPS_A_PIECE = 20_000
_CHANGES_AN_UPDATE = 100_000

_REFERRAL = ("referral_source", "referral_type")

_COLUMNS = ", ".join(Classification._fields)

# Visits that were judged alike from the same stored values are judged once.
_GROUP_HASH = (
    "sipHash128(user_agent, ip, toString(bot_name), toString(bot_provider), toString(bot_type),"
    " toString(purpose), is_ai_crawler, toString(verification), verification_evidence)"
)

_MONTHS = (
    "SELECT toYYYYMM(timestamp) AS month, uniq(user_agent, ip) FROM visits"
    " WHERE project_id = {project_id:UInt32} GROUP BY month ORDER BY month"
)

# The pieces are cut by what an update leaves as it is, so that nothing is met twice.
_GROUPS = (
    f"SELECT {_GROUP_HASH} AS group_hash, user_agent, ip, {_COLUMNS}, count() FROM visits"
    " WHERE project_id = {project_id:UInt32} AND toYYYYMM(timestamp) = {month:UInt32}"
    " AND cityHash64(user_agent, ip) % {pieces:UInt32} = {piece:UInt32}"
    f" GROUP BY group_hash, user_agent, ip, {_COLUMNS}"
)


class Identity(msgspec.Struct, frozen=True):
    """Who visits are said to be from, and how surely."""

    bot_name: str
    verification: str


class Change(msgspec.Struct, frozen=True):
    """Visits that turn from one identity to another; to the same where only other columns change."""

    visits: int
    before: Identity = msgspec.field(name="from")
    after: Identity = msgspec.field(name="to")


class Reclassified(msgspec.Struct, frozen=True):
    """What came of judging again.

    Attributes:
        visits: How many were judged.
        changed: How many of them come out differently.
        changes: Most visits first.
    """

    visits: int
    changed: int
    dry_run: bool
    changes: tuple[Change, ...]


class Month(NamedTuple):
    """A month of a project.

    Attributes:
        month: ``202611`` is November of 2026.
        pieces: Into how many its groups are cut.
    """

    project_id: int
    month: int
    pieces: int


class Reclassification:
    """One run over a project's visits.

    Args:
        classify: Judges a user agent and an address as stored, given what is stored of them.
    """

    def __init__(self, client: Client, project_id: int, classify: Classify) -> None:
        self._client = client
        self._project_id = project_id
        self._classify = classify
        self._visits = 0
        self._changes: Counter[tuple[Identity, Identity]] = Counter()

    def months(self) -> list[Month]:
        """List the months that have visits."""
        found = self._client.query(_MONTHS, parameters={"project_id": self._project_id}).result_rows
        return [Month(self._project_id, month, 1 + groups // _GROUPS_A_PIECE) for month, groups in found]

    def judge(self, month: Month) -> None:
        """Judge a month's visits without changing them."""
        for _ in self._changed_groups(month):
            pass

    def apply(self, month: Month) -> None:
        """Judge a month's visits and change them; its rollups then wait to be made anew, if any changed.

        No visits may be loaded from now until the rollups are made.
        """
        changed = self._changed_groups(month)
        is_marked = False
        while changes := list(islice(changed, _CHANGES_AN_UPDATE)):
            if not is_marked:
                rollups.mark(self._client, month.month)
                is_marked = True
            _update(self._client, month, changes)

    def result(self, *, is_dry_run: bool) -> Reclassified:
        """Sum up all months so far."""
        changes = [Change(visits, before, after) for (before, after), visits in self._changes.items()]
        changes.sort(key=_rank)
        return Reclassified(self._visits, self._changes.total(), is_dry_run, tuple(changes))

    def _changed_groups(self, month: Month) -> Iterator[tuple[bytes, Classification]]:
        for piece in range(month.pieces):
            found = self._client.query(_GROUPS, parameters={**month._asdict(), "piece": piece})
            for group_hash, user_agent, ip, *values, visits in found.result_rows:
                current = Classification(*values)
                judged = self._classify(user_agent, ip, current)
                self._visits += visits
                if judged != current:
                    self._changes[_identity(current), _identity(judged)] += visits
                    yield group_hash, judged


def _rank(change: Change) -> tuple[int | str, ...]:
    before, after = change.before, change.after
    return (-change.visits, before.bot_name, before.verification, after.bot_name, after.verification)


def _identity(classification: Classification) -> Identity:
    return Identity(classification.bot_name, classification.verification)


def _update(client: Client, month: Month, changes: list[tuple[bytes, Classification]]) -> None:
    (((database,),)) = client.query("SELECT currentDatabase()").result_rows

    def become(column: str) -> str:
        return f"joinGet('{database}.reclassified_groups', '{column}', {_GROUP_HASH})"

    client.command("TRUNCATE TABLE reclassified_groups")
    client.insert(
        "reclassified_groups",
        [[group_hash, True, *judged] for group_hash, judged in changes],
        column_names=["group_hash", "is_changed", *Classification._fields],
    )
    # Nobody sent a crawler; of a person who was taken for one, the sender was never asked for.
    is_or_was_bot = f"bot_name != '' OR {become('bot_name')} != ''"
    assignments = [
        *(f"{column} = {become(column)}" for column in Classification._fields),
        *(f"{column} = if({is_or_was_bot}, 'none', {column})" for column in _REFERRAL),
    ]
    client.command(
        f"ALTER TABLE visits UPDATE {', '.join(assignments)} IN PARTITION {month.month:d}"
        f" WHERE project_id = {{project_id:UInt32}} AND {become('is_changed')}",
        parameters={"project_id": month.project_id},
        settings={"mutations_sync": 1},
    )
