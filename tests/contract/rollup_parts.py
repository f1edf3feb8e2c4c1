"""What rollups must say, told by the visits themselves."""

DIMENSIONS = (
    "host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source,"
    " referral_type, method, status_code, source"
)

# Which tell of bots alone, and of pages by kind of visit.
PAGE_SUMS = {"page_sums_daily", "page_sums_weekly", "page_sums_monthly"}

# By rollup: its time of a visit, and its other dimensions.
ROLLUPS = {
    "visits_hourly": ("toStartOfHour(v.timestamp) AS hour", DIMENSIONS),
    "visits_daily": ("toDate(v.timestamp) AS day", DIMENSIONS),
    "pages_hourly": ("toStartOfHour(v.timestamp) AS hour", f"path, {DIMENSIONS}"),
    "page_sums_daily": ("toDate(v.timestamp) AS day", "host, path, is_ai_crawler"),
    "page_sums_weekly": ("toMonday(v.timestamp) AS week", "host, path, is_ai_crawler"),
    "page_sums_monthly": ("toYYYYMM(v.timestamp) AS month", "host, path, is_ai_crawler"),
    "pages_monthly": ("toYYYYMM(v.timestamp) AS month", f"path, {DIMENSIONS}"),
}

TABLES = ("visits", *ROLLUPS)

SUMS = "toUInt64(sum(visits)), max(last_visit), max(expires_at)"
_VISIT_SUMS = "count(), max(v.timestamp), max(v.expires_at)"

# What these have of a page's visits besides.
_KINDS = {
    "citations": "v.bot_type = 'ai_assistant'",
    "indexing": "v.bot_type = 'index'",
    "training": "v.bot_type = 'ai_training'",
    "agents": "v.bot_type = 'ai_agent'",
    "errors": "v.status_code >= 400",
    "verified": "v.verification = 'verified'",
}
_PAGE_SUMS = ", ".join(
    [*(f"toUInt64(sum({name}))" for name in _KINDS), "arraySort(groupUniqArrayArray(crawlers))"]
)
_PAGE_VISIT_SUMS = ", ".join(
    [
        *(f"countIf({condition})" for condition in _KINDS.values()),
        "arraySort(groupUniqArray(cityHash64(v.bot_name)))",
    ]
)


def from_rollup(visits, project, table):
    """The rows of a rollup, merged."""
    time, dimensions = ROLLUPS[table]
    columns = f"{time.split()[-1]}, {dimensions}"
    sums = f"{SUMS}, {_PAGE_SUMS}" if table in PAGE_SUMS else SUMS
    return _sums(visits, project, table, columns, sums, f"{table} WHERE 1")


def from_visits(visits, project, table):
    """The rows that the rollup should have."""
    time, dimensions = ROLLUPS[table]
    is_sum = table in PAGE_SUMS
    sums = f"{_VISIT_SUMS}, {_PAGE_VISIT_SUMS}" if is_sum else _VISIT_SUMS
    who = "bot_name != ''" if is_sum else "1"
    return _sums(visits, project, table, f"{time}, {dimensions}", sums, f"visits AS v WHERE {who}")


def _sums(visits, project, table, columns, sums, source):
    time, dimensions = ROLLUPS[table]
    groups = f"{time.split()[-1]}, {dimensions}"
    return visits.select(
        f"SELECT {columns}, {sums} FROM {source} AND project_id = {{project_id:UInt32}}"
        f" GROUP BY {groups} ORDER BY {groups}",
        project,
    )
