"""Reports on bots: every metric, dimension, filter, order and range, against the visits themselves."""

from datetime import UTC, date, datetime, timedelta

import pytest

from builders import BROWSER, GOOGLEBOT, NOW, log_record
from traffic import expected_rows, send_traffic, since, utc

EVERYTHING = "2020-01-01"
METRICS = [
    "count",
    "citations",
    "indexing",
    "training",
    "agents",
    "errors",
    "verified",
    "crawlers",
    "pages",
    "last_visit",
]
DIMENSIONS = [
    "date",
    "hour",
    "host",
    "path",
    "bot_name",
    "bot_provider",
    "bot_type",
    "purpose",
    "is_ai_crawler",
    "status_code",
    "status_class",
    "method",
    "verification",
    "folder",
    "source",
]
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "America/St_Johns",
    "Pacific/Kiritimati",
]
INTERVALS = ["hour", "day", "week", "month", "quarter", "year", "relative_week"]


@pytest.fixture(scope="module")
def site(shared_app):
    return send_traffic(shared_app)


def ask(app, site, **query):
    """The report's rows, sorted."""
    return sorted(app.rows(site[0], **{"start_date": EVERYTHING, **query}))


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_is_what_the_visits_say(app, site, metric):
    assert ask(app, site, metrics=[metric]) == expected_rows(site[1], metrics=[metric])


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_dimension_groups_as_the_visits_do(app, site, dimension):
    rows = ask(app, site, dimensions=[dimension], metrics=METRICS)

    assert rows == expected_rows(site[1], [dimension], METRICS)
    assert len(rows) > 1 or dimension == "verification"


@pytest.mark.parametrize(
    ("dimensions", "metrics"),
    [
        (["bot_name", "path"], ["count", "last_visit"]),
        (["path", "bot_name"], ["last_visit", "count"]),
        (["date", "bot_type", "status_code"], ["training", "count"]),
        (DIMENSIONS, METRICS),
    ],
)
def test_values_are_positional_in_the_order_of_the_query(app, site, dimensions, metrics):
    answer = app.report(site[0], dimensions=dimensions, metrics=metrics, start_date=EVERYTHING).json()

    rows = sorted((*row["dimensions"], *row["metrics"]) for row in answer["data"])
    assert rows == expected_rows(site[1], dimensions, metrics)
    assert (answer["info"]["query"]["dimensions"], answer["info"]["query"]["metrics"]) == (
        dimensions,
        metrics,
    )


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("zone", ZONES)
def test_dates_are_bucketed_by_interval_in_any_time_zone(app, site, interval, zone):
    rows = ask(app, site, dimensions=["date"], date_interval=interval, timezone=zone)

    first_day = date.fromisoformat(EVERYTHING)
    assert rows == expected_rows(site[1], ["date"], zone=zone, interval=interval, first_day=first_day)


@pytest.mark.parametrize("zone", ZONES)
def test_the_hour_is_an_hour_of_the_time_zone(app, site, zone):
    rows = ask(app, site, dimensions=["hour", "path"], timezone=zone)

    assert rows == expected_rows(site[1], ["hour", "path"], zone=zone)


def test_a_relative_week_begins_on_the_start_date(app, site):
    query = {"dimensions": ["date"], "date_interval": "relative_week", "start_date": "2026-10-07"}

    rows = ask(app, site, **query)

    visits = since(site[1], utc(2026, 10, 7))
    assert rows == expected_rows(visits, ["date"], interval="relative_week", first_day=date(2026, 10, 7))
    assert {date.fromisoformat(row[0]).weekday() for row in rows} == {2}


@pytest.mark.parametrize("interval", [name for name in INTERVALS if name != "quarter"])
def test_the_first_version_counts_days_in_eastern_time(app, site, interval):
    rows = ask(app, site, version=1, dimensions=["date"], date_interval=interval, timezone="Asia/Tokyo")

    first_day = date.fromisoformat(EVERYTHING)
    zone = "America/New_York"
    assert rows == expected_rows(site[1], ["date"], zone=zone, interval=interval, first_day=first_day)


@pytest.mark.parametrize(
    ("version", "zone", "start", "end"),
    [
        (2, "UTC", utc(2026, 9, 30), utc(2026, 10, 2)),
        (2, "Asia/Kolkata", utc(2026, 9, 29, 18, 30), utc(2026, 10, 1, 18, 30)),
        (2, "America/New_York", utc(2026, 9, 30, 4), utc(2026, 10, 2, 4)),
        (1, "UTC", utc(2026, 9, 30, 4), utc(2026, 10, 2, 4)),
    ],
)
def test_a_day_as_the_end_means_all_of_it_in_the_querys_time_zone(app, site, *, version, zone, start, end):
    rows = app.rows(site[0], version=version, start_date="2026-09-30", end_date="2026-10-01", timezone=zone)

    assert rows == expected_rows(since(site[1], start, end))


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-10-01", "UTC", utc(2026, 10, 1)),
        ("2026-10-01 04:00", "UTC", utc(2026, 10, 1, 4)),
        ("2026-10-01 03:59:59", "UTC", utc(2026, 10, 1, 3, 59, 59)),
        ("2026-10-01T04:00:00Z", "Asia/Tokyo", utc(2026, 10, 1, 4)),
        ("2026-10-01T00:00:00-04:00", "UTC", utc(2026, 10, 1, 4)),
        ("2026-10-01T04:00:00.001Z", "UTC", utc(2026, 10, 1, 4, 0, 0, 1000)),
        ("2026-10-01 00:00", "America/New_York", utc(2026, 10, 1, 4)),
    ],
)
def test_a_range_begins_at_its_start_whatever_the_form(app, site, text, zone, instant):
    rows = app.rows(site[0], start_date=text, timezone=zone)

    assert rows == expected_rows(since(site[1], instant))


def test_without_an_end_the_range_ends_with_the_hour_that_has_begun(app):
    key = app.key("bot")
    ahead = (NOW + timedelta(hours=1)).isoformat()
    app.send(key, [log_record(), log_record(timestamp=ahead)])
    app.load()

    assert app.rows(key) == [(1,)]
    assert app.rows(key, end_date="2026-11-22") == [(2,)]


@pytest.mark.parametrize("start", ["2026-10-01 00:00:00", "2026-10-01 00:00:01"])
@pytest.mark.parametrize("dimensions", [["bot_name"], ["path"], ["date", "status_class"]])
def test_hourly_sums_and_the_visits_themselves_answer_alike(app, site, start, dimensions):
    rows = ask(app, site, start_date=start, dimensions=dimensions, metrics=METRICS)

    visits = since(site[1], datetime.fromisoformat(start).replace(tzinfo=UTC))
    assert rows == expected_rows(visits, dimensions, METRICS)


def test_the_default_order_is_the_first_metric_descending(app, site):
    rows = app.rows(
        site[0], dimensions=["bot_name", "status_code"], metrics=["training", "count"], start_date=EVERYTHING
    )

    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)
    assert rows[0][2] > rows[-1][2]


@pytest.mark.parametrize(
    ("order_by", "sort_key"),
    [
        ({"count": "asc"}, lambda row: row[2]),
        ({"path": "asc", "bot_name": "asc"}, lambda row: (row[0], row[1])),
        ({"bot_name": "asc", "count": "asc"}, lambda row: (row[1], row[2])),
    ],
)
def test_rows_come_in_the_order_asked(app, site, order_by, sort_key):
    query = {"dimensions": ["path", "bot_name"], "start_date": EVERYTHING}

    rising = app.rows(site[0], order_by=order_by, **query)
    falling = app.rows(site[0], order_by=dict.fromkeys(order_by, "desc"), **query)

    assert [sort_key(row) for row in rising] == sorted(sort_key(row) for row in rising)
    assert [sort_key(row) for row in falling] == [sort_key(row) for row in rising][::-1]


def test_pages_do_not_overlap_and_each_tells_the_rows_there_are_in_all(app, site):
    query = {"dimensions": ["path", "bot_name"], "start_date": EVERYTHING}
    whole = app.rows(site[0], **query)

    pages = [
        app.report(site[0], **query, pagination={"limit": 7, "offset": offset}).json()
        for offset in range(0, len(whole), 7)
    ]

    rows = [(*row["dimensions"], *row["metrics"]) for page in pages for row in page["data"]]
    assert rows == whole
    assert {page["info"]["total_rows"] for page in pages} == {len(whole)}


@pytest.mark.parametrize("dimensions", [["path"], ["host", "path"], ["path", "date", "bot_name"]])
@pytest.mark.parametrize("order_by", [{}, {"crawlers": "desc", "path": "asc"}])
def test_a_few_of_many_pages_have_the_numbers_that_all_of_them_would(app, site, dimensions, order_by):
    query = {
        "dimensions": dimensions,
        "metrics": ["count", "crawlers", "errors", "pages"],
        "metric_filters": [{"field": "count", "operator": ">", "value": 1}],
        "order_by": order_by,
        "start_date": EVERYTHING,
    }
    whole = app.rows(site[0], **query)

    few = app.report(site[0], **query, pagination={"limit": 5, "offset": 2}).json()

    assert [(*row["dimensions"], *row["metrics"]) for row in few["data"]] == whole[2:7]
    assert few["info"]["total_rows"] == len(whole)
    assert set(whole) <= set(expected_rows(site[1], dimensions, query["metrics"]))


def test_a_page_beyond_the_last_is_empty_and_still_tells_the_rows_there_are_in_all(app, site):
    query = {"dimensions": ["path"], "start_date": EVERYTHING}
    whole = app.rows(site[0], **query)

    beyond = app.report(site[0], **query, pagination={"limit": 5, "offset": len(whole)}).json()

    assert (beyond["data"], beyond["info"]["total_rows"]) == ([], len(whole))


def test_a_page_beyond_the_one_row_without_dimensions_is_empty(app, site):
    beyond = app.report(site[0], start_date=EVERYTHING, pagination={"limit": 5, "offset": 1}).json()

    assert (beyond["data"], beyond["info"]["total_rows"]) == ([], 1)


def test_10_000_rows_are_given_unless_up_to_50_000_are_asked_for(app):
    key = app.key("bot")
    for batch in range(11):
        app.send(key, [log_record(path=f"/{batch}/{n}") for n in range(1000)])
    app.load()

    answers = [
        app.report(key, dimensions=["path"], **page).json()
        for page in ({}, {"pagination": {"limit": 50_000}})
    ]

    assert [len(answer["data"]) for answer in answers] == [10_000, 11_000]
    assert [answer["info"]["total_rows"] for answer in answers] == [11_000, 11_000]


@pytest.mark.parametrize(
    ("domain", "hosts"),
    [
        ("example.com", {"example.com"}),
        ("EXAMPLE.com", {"example.com"}),
        ("shop.example.com", {"shop.example.com"}),
        ("*", {"example.com", "shop.example.com"}),
        ("www.example.com", set()),
    ],
)
def test_a_domain_is_an_exact_host(app, site, domain, hosts):
    rows = ask(app, site, domain=domain, dimensions=["host"])

    assert rows == expected_rows([visit for visit in site[1] if visit["host"] in hosts], ["host"])


def test_without_dimensions_there_is_one_row_even_of_nothing(app):
    answer = app.report(app.key(), metrics=["count", "training", "last_visit"])

    assert answer.json()["info"]["total_rows"] == 1
    assert answer.json()["data"] == [{"metrics": [0, 0, ""], "dimensions": []}]


def test_the_answer_has_info_with_the_query_and_data(app):
    key = app.key(name="edge")
    app.send(key, [log_record(), log_record(user_agent=GOOGLEBOT), log_record(user_agent=BROWSER)])
    app.load()
    query = {
        "domain": "example.com",
        "metrics": ["last_visit", "count"],
        "dimensions": ["bot_type", "date"],
        "start_date": "2026-11-01",
    }

    answer = app.client.post("/v2/reports/bots", json=query, headers={"x-api-key": key})

    assert answer.json() == {
        "info": {"total_rows": 1, "query": query},
        "data": [{"metrics": ["2026-11-22T11:59:00.000Z", 1], "dimensions": ["ai_training", "2026-11-22"]}],
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_a_range_may_begin_where_profounds_time_begins(app, site, zone):
    assert ask(app, site, start_date="2000-01-01", timezone=zone) == expected_rows(site[1])


def test_a_project_sees_its_own_visits_only(app, site):
    key = app.key()
    app.send(key, [log_record(host="example.com")])
    app.load()

    assert app.rows(key, start_date=EVERYTHING) == [(1,)]
    assert app.rows(site[0], start_date=EVERYTHING) == expected_rows(site[1])


def test_domains_lists_the_listed_domains_and_every_host_that_was_seen(app):
    key = app.key(project=app.project(domains=("example.com", "never-seen.org")))
    free = app.key()
    for host in ("www.example.com", "example.com"):
        app.send(key, [log_record(host=host)])
        app.send(free, [log_record(host=host)] * 2)
    app.load()

    listed, seen = (
        app.client.get("/v1/org/domains", headers={"x-api-key": found}).json() for found in (key, free)
    )

    assert [domain["name"] for domain in listed] == ["example.com", "never-seen.org", "www.example.com"]
    assert sorted(domain["name"] for domain in seen) == ["example.com", "www.example.com"]
    for domain in [*listed, *seen]:
        assert list(domain) == ["created_at", "id", "name", "organization"]
        assert list(domain["organization"]) == ["id", "name"]
        assert datetime.fromisoformat(domain["created_at"]) == NOW
    assert len({domain["id"] for domain in [*listed, *seen]}) == 5
