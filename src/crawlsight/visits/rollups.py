"""Make the rollups of a month anew from its visits, for when visits were changed after they came."""

from clickhouse_connect.driver.client import Client

ROLLUPS = ("visits_hourly", "visits_daily", "pages_hourly", "pages_weekly", "pages_monthly")

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
    "week": "toStartOfMonth(v.timestamp) + 8 * least(intDiv(toDayOfMonth(v.timestamp) - 1, 8), 3)",
    "month": "toYYYYMM(v.timestamp)",
}

# Of whom a rollup tells, if not of everybody.
_WHO = {"pages_weekly": " AND v.bot_name != ''"}

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
            _rebuild(client, table, month)
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


def _rebuild(client: Client, table: str, month: int) -> None:
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
    # A partition holds the month of every project, so every project's is made anew.
    client.command(
        f"INSERT INTO {table}_rebuilt ({', '.join(names)}) SELECT {values} FROM visits AS v"
        f" WHERE toYYYYMM(v.timestamp) = {{month:UInt32}}{_WHO.get(table, '')} GROUP BY {', '.join(groups)}",
        parameters={"month": month},
        settings=_REBUILD_SETTINGS,
    )
    client.command(f"ALTER TABLE {table} REPLACE PARTITION {month:d} FROM {table}_rebuilt")
    client.command(f"DROP TABLE {table}_rebuilt SYNC")


def _value(name: str) -> str:
    return _SUMS.get(name) or _TIMES.get(name) or f"v.{name}"
