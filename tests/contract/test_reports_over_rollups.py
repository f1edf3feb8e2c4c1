"""Whatever tables answer a query, the numbers are those of the visits: compared with sums made in Python."""

import itertools
import random
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import encode_visits, visit
from crawlsight.reports import Report, answer, read_query

NOW = datetime(2026, 11, 22, 12, 40, tzinfo=UTC)
HOURS = 100 * 24

# Far from the ids of other tests in this process.
_projects = itertools.count(3_700_000_000)

# By name: the operator, and the type.
CRAWLERS = {
    "GPTBot": ("openai", "ai_training"),
    "ChatGPT-User": ("openai", "ai_assistant"),
    "ClaudeBot": ("anthropic", "ai_training"),
    "bingbot": ("microsoft", "index"),
    **{f"Other{number}": (f"operator {number}", "index") for number in range(6)},
}

METRICS = {
    "count": len,
    "errors": lambda found: sum(one["status_code"] >= 400 for one in found),
    "verified": lambda found: sum(one["verification"] == "verified" for one in found),
    "training": lambda found: sum(one["bot_type"] == "ai_training" for one in found),
    "citations": lambda found: sum(one["bot_type"] == "ai_assistant" for one in found),
    "indexing": lambda found: sum(one["bot_type"] == "index" for one in found),
    "agents": lambda found: sum(one["bot_type"] == "ai_agent" for one in found),
    "crawlers": lambda found: len({one["bot_name"] for one in found}),
    "pages": lambda found: len({(one["host"], one["path"]) for one in found}),
    "last_visit": lambda found: _worded(max(one["timestamp"] for one in found)),
}


def _worded(seconds):
    instant = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    return f"{instant.isoformat(timespec='milliseconds')}Z"


def random_visit(chance):
    name = chance.choice(list(CRAWLERS))
    return visit(
        timestamp=(NOW - timedelta(seconds=chance.randrange(HOURS * 3600))).timestamp(),
        host=chance.choice(["a.example", "b.example"]),
        path=chance.choice(["/", "/a", "/a/b", "/c", "/é/ü/ö", "//d"]),
        bot_name=name,
        bot_provider=CRAWLERS[name][0],
        bot_type=CRAWLERS[name][1],
        is_ai_crawler=name != "bingbot",
        verification=chance.choice(["verified", "claimed"]),
        status_code=chance.choice([200, 404]),
    )


class Made(list):
    """Visits that are too many to be printed."""

    def __repr__(self):
        return f"{len(self)} visits"


@pytest.fixture(scope="module")
def site(shared_app):
    """A project's visits of a hundred days, in the store and as they are; the first fifty days have expired
    in part, and a clock ran ahead.
    """
    chance = random.Random(5)
    project_id = next(_projects)
    found = Made({**random_visit(chance), "project_id": project_id} for _ in range(3_000))
    ahead = (NOW + timedelta(hours=20)).timestamp()
    found.append(visit(project_id=project_id, timestamp=ahead, path="/ahead"))
    shared_app.services.visits.insert(str(uuid4()), encode_visits(found))
    return shared_app.services.visits, project_id, found


def expected(found, body, query):
    zone = ZoneInfo(query.timezone)
    groups = defaultdict(list)
    for one in found:
        at = datetime.fromtimestamp(one["timestamp"], UTC)
        if not query.start <= at < query.end:
            continue
        if body["domain"] not in ("*", one["host"]):
            continue
        if any(
            str(one[condition.field]).lower() not in map(str.lower, condition.values)
            for condition in query.filters
        ):
            continue
        values = {
            **one,
            "date": INTERVALS[query.date_interval](at.astimezone(zone).date()).isoformat(),
            "folder": re.match("^(.[^/]*/)?", one["path"])[0] or "/",
        }
        groups[tuple(str(values[name]) for name in query.dimensions)].append(one)
    return {key: [METRICS[name](of) for name in query.metrics] for key, of in groups.items()}


INTERVALS = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}

DIMENSIONS = ["host", "path", "folder", "bot_name", "bot_provider", "status_code", "date"]

bodies = st.fixed_dictionaries(
    {
        "domain": st.sampled_from(["*", "*", "a.example"]),
        "metrics": st.lists(st.sampled_from(list(METRICS)), min_size=1, unique=True),
        "dimensions": st.one_of(
            st.just(["host", "path"]),
            st.just(["path"]),
            st.just(["date", "host", "path"]),
            st.sampled_from([["folder"], ["date", "folder"]]),
            st.just(["bot_name"]),
            st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True),
        ),
        "start_date": st.one_of(
            st.dates(NOW.date() - timedelta(days=110), NOW.date()).map(str),
            st.sampled_from(["2026-09-01", "2026-10-01", "2026-08-01", "2026-11-22 03:00"]),
        ),
        "date_interval": st.sampled_from(list(INTERVALS)),
        "timezone": st.sampled_from(["UTC", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
        "filters": st.one_of(
            st.just([]),
            st.just([{"field": "bot_name", "operator": "is", "value": "GPTBot"}]),
            st.just([{"field": "path", "operator": "in", "value": ["/", "/a"]}]),
            st.sampled_from(["true", "false", ["true", "false"], "neither"]).map(
                lambda value: [{"field": "is_ai_crawler", "operator": "is", "value": value}]
            ),
        ),
        "pagination": st.sampled_from([{"limit": 1_000}, {"limit": 5_000}]),
    },
    optional={"end_date": st.dates(NOW.date() - timedelta(days=60), NOW.date()).map(str)},
)


@settings(max_examples=150, deadline=None)
@given(body=bodies)
def test_every_way_to_ask_gives_the_numbers_of_the_visits(site, body):
    visits, project_id, found = site
    if body.get("end_date", "9") < body["start_date"]:
        del body["end_date"]
    query = read_query(body, Report.BOTS, 2, NOW)

    given_rows = answer(visits, query, project_id)

    rows = {tuple(row["dimensions"]): row["metrics"] for row in given_rows["data"]}
    wanted = expected(found, body, query)
    if not wanted and not query.dimensions:
        wanted = {(): ["" if name == "last_visit" else 0 for name in query.metrics]}
    assert rows == (wanted if len(wanted) <= query.limit else {key: wanted[key] for key in rows})
    assert len(rows) == min(len(wanted), query.limit)
    assert given_rows["info"]["total_rows"] == len(wanted)


@pytest.mark.parametrize("limit", [1, 3, 5])
def test_few_of_many_pages_are_the_first_by_the_metric_and_come_with_everything_else(site, limit):
    visits, project_id, found = site
    body = {
        "domain": "*",
        "metrics": ["count", "crawlers", "errors", "last_visit"],
        "dimensions": ["host", "path"],
        "start_date": "2026-09-05",
    }
    wanted = expected(found, body, read_query(body, Report.BOTS, 2, NOW))

    pages = []
    for offset in range(0, len(wanted), limit):
        query = read_query({**body, "pagination": {"limit": limit, "offset": offset}}, Report.BOTS, 2, NOW)
        given_rows = answer(visits, query, project_id)
        assert given_rows["info"]["total_rows"] == len(wanted)
        pages += [(tuple(row["dimensions"]), row["metrics"]) for row in given_rows["data"]]

    assert dict(pages) == wanted
    assert [row[0] for _, row in pages] == sorted((row[0] for row in wanted.values()), reverse=True)


def test_pages_of_a_month_that_has_expired_in_part_are_those_that_are_left(site):
    """Sums by month keep what sums by hour have lost; such a month is asked by the hour."""
    visits, _, _ = site
    project_id = next(_projects)
    gone = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    days = {day: datetime(2026, 10, day, 12, tzinfo=UTC).timestamp() for day in (1, 20)}
    block = [
        visit(project_id=project_id, timestamp=days[1], path="/gone", expires_at=gone),
        visit(project_id=project_id, timestamp=days[20], path="/kept"),
    ]
    visits.insert(str(uuid4()), encode_visits(block))
    client = visits._client()
    client.command("SYSTEM START TTL MERGES")
    client.command("OPTIMIZE TABLE pages_hourly FINAL")
    client.command("SYSTEM STOP TTL MERGES")
    body = {"domain": "*", "metrics": ["count"], "dimensions": ["path"], "start_date": "2026-09-01"}

    found = answer(visits, read_query(body, Report.BOTS, 2, NOW), project_id)

    assert found["data"] == [{"metrics": [1], "dimensions": ["/kept"]}]
