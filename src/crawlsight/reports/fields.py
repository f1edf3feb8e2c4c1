"""What reports can say: metrics, dimensions and filters, as data."""

from enum import StrEnum

import msgspec

from crawlsight.record import BY_REFERER_UTM


class Report(StrEnum):
    """The two reports: what bots read, and people whom somebody sent."""

    BOTS = "bots"
    REFERRALS = "referrals"


class Metric(msgspec.Struct, frozen=True):
    """A number per group.

    Attributes:
        sql: Over a rollup, whose columns ``visits`` and ``last_visit`` are partial aggregates.
        page_sql: Over sums of pages, where what is counted is a column each; if it differs.
        raw_sql: Over the visits themselves.
        since_version: First version of the report that knows it.
        needs_path: Whether only a rollup with paths, or the visits, can tell.
        is_costly: Whether a group keeps more than a number while it is summed up.
    """

    sql: str
    raw_sql: str
    since_version: int = 1
    needs_path: bool = False
    is_costly: bool = False
    page_sql: str = ""


class Dimension(msgspec.Struct, frozen=True):
    """Something to group or filter by.

    Attributes:
        sql: Its value as text.
        needs_path: Whether only the rollup with paths, or the visits, can tell.
        filters: Whether it may be filtered by.
    """

    sql: str
    since_version: int = 1
    needs_path: bool = False
    filters: bool = True


def _count_where(condition: str, since_version: int = 1, page_sql: str = "") -> Metric:
    return Metric(f"sumIf(visits, {condition})", f"countIf({condition})", since_version, page_sql=page_sql)


# Visits of a kind, by the metric that counts them.
KINDS: dict[str, str] = {
    "citations": "bot_type = 'ai_assistant'",
    "indexing": "bot_type = 'index'",
    "training": "bot_type = 'ai_training'",
    "agents": "bot_type = 'ai_agent'",
    "errors": "status_code >= 400",
    "verified": "verification = 'verified'",
}

_KINDS_OF_VERSION_1 = frozenset({"citations", "indexing", "training"})

_LAST_VISIT = Metric("max(last_visit)", "max(timestamp)")

# Counted by the hash of both, which takes a third of the time.
_PAGES = Metric(
    "uniqExact(path_hash)",
    "uniqExact(cityHash64(host, path))",
    since_version=2,
    needs_path=True,
    is_costly=True,
)

# By hashes, too: a hash is made once for each name, where names would be written out for each row.
_CRAWLERS = Metric(
    "uniqExact(cityHash64(bot_name))",
    "uniqExact(cityHash64(bot_name))",
    since_version=2,
    is_costly=True,
    page_sql="uniqExactArray(crawlers)",
)

METRICS: dict[Report, dict[str, Metric]] = {
    Report.BOTS: {
        "count": Metric("sum(visits)", "count()"),
        **{
            name: _count_where(condition, 1 if name in _KINDS_OF_VERSION_1 else 2, f"sum({name})")
            for name, condition in KINDS.items()
        },
        "crawlers": _CRAWLERS,
        "pages": _PAGES,
        "last_visit": _LAST_VISIT,
    },
    Report.REFERRALS: {
        "visits": _count_where(f"referral_type != '{BY_REFERER_UTM}'"),
        "tagged_requests": _count_where(f"referral_type = '{BY_REFERER_UTM}'", 2),
        "pages": _PAGES,
        "last_visit": _LAST_VISIT,
    },
}

# The first folder of a path, "/" for pages at the top: "/blog/a" and "/blog/b" are both in "/blog/". Each
# function takes one column, so that it is computed once for each path and not for each row.
FOLDER = "replaceRegexpOne(extract(path, '(?s)^.[^/]*/'), '^$', '/')"

_IS_AI_CRAWLER = "if(is_ai_crawler, 'true', 'false')"

_COMMON: dict[str, Dimension] = {
    "date": Dimension("", filters=False),
    "hour": Dimension("", since_version=2, filters=False),
    "host": Dimension("host"),
    "path": Dimension("path", needs_path=True),
    "folder": Dimension(FOLDER, needs_path=True),
    "status_code": Dimension("toString(status_code)"),
    "status_class": Dimension("concat(toString(intDiv(status_code, 100)), 'xx')"),
    "method": Dimension("method"),
    "verification": Dimension("verification"),
    "source": Dimension("source"),
}

DIMENSIONS: dict[Report, dict[str, Dimension]] = {
    Report.BOTS: {
        **_COMMON,
        "bot_name": Dimension("bot_name"),
        "bot_provider": Dimension("bot_provider"),
        "bot_type": Dimension("bot_type", since_version=2),
        "purpose": Dimension("purpose", since_version=2),
        "is_ai_crawler": Dimension(_IS_AI_CRAWLER, since_version=2),
    },
    Report.REFERRALS: {
        **_COMMON,
        "referral_source": Dimension("referral_source"),
        "referral_type": Dimension("referral_type", since_version=2),
    },
}

# A filter's operator, as a condition on the field's text and the bound value.
OPERATORS: dict[str, str] = {
    "is": "{field} = {value}",
    "not_is": "{field} != {value}",
    "in": "{field} IN {value}",
    "not_in": "{field} NOT IN {value}",
    "contains": "position({field}, {value}) > 0",
    "not_contains": "position({field}, {value}) = 0",
    "contains_case_insensitive": "positionCaseInsensitiveUTF8({field}, {value}) > 0",
    "not_contains_case_insensitive": "positionCaseInsensitiveUTF8({field}, {value}) = 0",
    "matches": "match({field}, {value})",
}

# What "is" means to a field whose text is not stored, by value; no row has any other. These are conditions on
# the column itself, so that the engine reads by its order and makes no row's text for comparing.
EQUALITIES: dict[str, dict[str, str]] = {
    _IS_AI_CRAWLER: {"true": "is_ai_crawler", "false": "NOT is_ai_crawler"}
}

LIST_OPERATORS = frozenset({"in", "not_in"})
NEGATIVE_OPERATORS = frozenset({"not_is", "not_in", "not_contains", "not_contains_case_insensitive"})

METRIC_OPERATORS: dict[str, str] = {
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
    "=": "=",
    "==": "=",
    "!=": "!=",
}

INTERVALS: dict[str, int] = {
    "hour": 1,
    "day": 1,
    "week": 1,
    "month": 1,
    "year": 1,
    "relative_week": 1,
    "quarter": 2,
}


def metrics_of(report: Report, version: int) -> list[str]:
    """Name the metrics that a version of a report knows."""
    return [name for name, metric in METRICS[report].items() if metric.since_version <= version]


def dimensions_of(report: Report, version: int) -> list[str]:
    """Name the dimensions that a version of a report knows."""
    return [name for name, found in DIMENSIONS[report].items() if found.since_version <= version]


def filters_of(report: Report, version: int) -> list[str]:
    """Name the fields that a version of a report can filter by."""
    known = DIMENSIONS[report]
    return [name for name in dimensions_of(report, version) if known[name].filters]
