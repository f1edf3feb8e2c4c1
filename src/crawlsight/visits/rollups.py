"""Make the rollups of a month anew from its visits, for when visits were changed after they came."""

from datetime import UTC, datetime, timedelta

from clickhouse_connect.driver.client import Client

_PAGE_SUMS = ("page_sums_daily", "page_sums_weekly", "page_sums_monthly")

ROLLUPS = ("visits_hourly", "visits_daily", "pages_hourly", "pages_monthly", *_PAGE_SUMS)

# The same as the views of schema/*.sql; every other column is grouped by.
_SUMS = {
    "visits": "count()",
    "citations": "countIf(v.bot_type = 'ai_assistant')",
    "indexing": "countIf(v.bot_type = 'index')",
    "training": "countIf(v.bot_type = 'ai_training')",
    "agents": "countIf(v.bot_type = 'ai_agent')",
    "errors": "countIf(v.status_code >= 400)",
    "verified": "countIf(v.verification = 'verified')",
    "crawlers": "groupUniqArray(cityHash64(v.bot_name))",
    "last_visit": "max(v.timestamp)",
    "expires_at": "max(v.expires_at)",
}

_TIMES = {
    "hour": "toStartOfHour(v.timestamp)",
    "day": "toDate(v.timestamp)",
    "week": "toMonday(v.timestamp)",
    "month": "toYYYYMM(v.timestamp)",
}

# Of whom a rollup tells, if not of everybody.
_WHO = dict.fromkeys(_PAGE_SUMS, " AND v.bot_name != ''")

_INSTANT = "toDateTime64({{{}:Float64}}, 3, 'UTC')"

_REBUILD_SETTINGS = {
    "insert_deduplicate": 0,
    # In the order of the table a group is over when its hour is, so few are in memory at a time.
    "optimize_aggregation_in_order": 1,
    "max_bytes_before_external_group_by": 512 * 1024 * 1024,
}


def mark(client: Client, month: int) -> None:
    """Note durably that the rollups of *month* (``202611``) are to be made anew."""
    client.insert("rollup_rebuilds", [[month]], column_names=["month"])


def finish_marked(client: Client, *, is_cut_short: bool = True) -> None:
    """Make all marked rollups anew and take the marks away; does nothing when there are none.

    No visits may be loaded meanwhile, else they could be missing from the rollups.

    Args:
        is_cut_short: Whether an update of visits may be under way still.
    """
    months = client.query("SELECT DISTINCT month FROM rollup_rebuilds ORDER BY month").result_rows
    if not months:
        return
    if is_cut_short:
        # It would go on by itself at any time, later than the rebuild.
        client.command(
            "KILL MUTATION WHERE database = currentDatabase() AND table = 'visits' AND NOT is_done"
            " AND position(command, 'reclassified_groups') > 0 SYNC"
        )
    for (month,) in months:
        if is_cut_short:
            _wait_for_updates(client, month)
        for table in ROLLUPS:
            for partition in _partitions(table, month):
                _rebuild(client, table, partition)
        client.command(f"ALTER TABLE rollup_rebuilds DROP PARTITION {month:d}")
    client.command("TRUNCATE TABLE reclassified_groups")


def _wait_for_updates(client: Client, month: int) -> None:
    """Wait until the parts of a month are as they will be.

    TRICKY: a killed update of a part may still end and count; this one, of nothing, comes after it.
    """
    client.command(
        f"ALTER TABLE visits UPDATE bot_name = bot_name IN PARTITION {month:d} WHERE 0",
        settings={"mutations_sync": 1},
    )


def _partitions(table: str, month: int) -> list[int]:
    """Name the partitions of a rollup that have visits of a month: a week is in that of its Monday."""
    first = datetime(month // 100, month % 100, 1, tzinfo=UTC)
    begins = [_monday(first), first] if table == "page_sums_weekly" else [first]
    return sorted({begin.year * 100 + begin.month for begin in begins})


def _span(table: str, partition: int) -> tuple[datetime, datetime]:
    """Give the first instant of a rollup's partition, and the one after it."""
    first = datetime(partition // 100, partition % 100, 1, tzinfo=UTC)
    following = (first + timedelta(days=31)).replace(day=1)
    if table != "page_sums_weekly":
        return first, following
    # The Monday on the first of the month, or after it.
    return _monday(first + timedelta(days=6)), _monday(following + timedelta(days=6))


def _monday(day: datetime) -> datetime:
    return day - timedelta(days=day.weekday())


def _rebuild(client: Client, table: str, partition: int) -> None:
    begin, end = _span(table, partition)
    columns = client.query(
        "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}"
        " AND default_kind = '' ORDER BY position",
        parameters={"table": table},
    ).result_rows
    names = [name for (name,) in columns]
    groups = [name for name in names if name not in _SUMS]
    values = ", ".join(f"{_value(name)} AS {name}" for name in names)
    client.command(f"DROP TABLE IF EXISTS {table}_rebuilt SYNC")
    client.command(f"CREATE TABLE {table}_rebuilt AS {table}")
    # A partition holds every project's, so every project's is made anew.
    client.command(
        f"INSERT INTO {table}_rebuilt ({', '.join(names)}) SELECT {values} FROM visits AS v"
        f" WHERE v.timestamp >= {_INSTANT.format('begin')} AND v.timestamp < {_INSTANT.format('end')}"
        f"{_WHO.get(table, '')} GROUP BY {', '.join(groups)}",
        parameters={"begin": begin.timestamp(), "end": end.timestamp()},
        settings=_REBUILD_SETTINGS,
    )
    if client.query(f"SELECT 1 FROM {table}_rebuilt LIMIT 1").result_rows:
        client.command(f"ALTER TABLE {table} REPLACE PARTITION {partition:d} FROM {table}_rebuilt")
    else:
        # The engine refuses to replace by nothing.
        client.command(f"ALTER TABLE {table} DROP PARTITION {partition:d}")
    client.command(f"DROP TABLE {table}_rebuilt SYNC")


def _value(name: str) -> str:
    return _SUMS.get(name) or _TIMES.get(name) or f"v.{name}"
