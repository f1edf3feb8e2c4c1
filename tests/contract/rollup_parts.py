"""What rollups must say, told by the visits themselves."""

DIMENSIONS = (
    "host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source,"
    " referral_type, method, status_code, source"
)

# By rollup: its time of a visit, and its other dimensions.
ROLLUPS = {
    "visits_hourly": ("toStartOfHour(v.timestamp) AS hour", DIMENSIONS),
    "visits_daily": ("toDate(v.timestamp) AS day", DIMENSIONS),
    "pages_hourly": ("toStartOfHour(v.timestamp) AS hour", f"path, {DIMENSIONS}"),
    "pages_monthly": ("toYYYYMM(v.timestamp) AS month", f"path, {DIMENSIONS}"),
}

TABLES = ("visits", *ROLLUPS)

SUMS = "toUInt64(sum(visits)), max(last_visit), max(expires_at)"
_VISIT_SUMS = "count(), max(v.timestamp), max(v.expires_at)"


def from_rollup(visits, project, table):
    """The rows of a rollup, merged."""
    time, dimensions = ROLLUPS[table]
    columns = f"{time.split()[-1]}, {dimensions}"
    return _sums(visits, project, table, columns, SUMS, table)


def from_visits(visits, project, table):
    """The rows that the rollup should have."""
    time, dimensions = ROLLUPS[table]
    return _sums(visits, project, table, f"{time}, {dimensions}", _VISIT_SUMS, "visits AS v")


def _sums(visits, project, table, columns, sums, source):
    time, dimensions = ROLLUPS[table]
    groups = f"{time.split()[-1]}, {dimensions}"
    return visits.select(
        f"SELECT {columns}, {sums} FROM {source} WHERE project_id = {{project_id:UInt32}}"
        f" GROUP BY {groups} ORDER BY {groups}",
        project,
    )
