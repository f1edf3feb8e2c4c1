"""Reports on people whom somebody sent."""

from datetime import date

import pytest

from builders import BROWSER, GPTBOT, at, log_record
from traffic import expected_rows, send_traffic, since, utc

EVERYTHING = "2020-01-01"
METRICS = ["visits", "pages", "last_visit"]
DIMENSIONS = [
    "date",
    "hour",
    "host",
    "path",
    "referral_source",
    "referral_type",
    "status_code",
    "status_class",
    "method",
    "verification",
    "folder",
    "source",
]


@pytest.fixture(scope="module")
def site(shared_app):
    return send_traffic(shared_app)


def ask(app, site, **query):
    """The report's rows, sorted."""
    return sorted(app.rows(site[0], "referrals", **{"start_date": EVERYTHING, **query}))


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_dimension_groups_as_the_human_visits_do(app, site, dimension):
    rows = ask(app, site, dimensions=[dimension], metrics=METRICS)

    assert rows == expected_rows(site[1], [dimension], METRICS, "referrals")
    assert len(rows) > 1 or dimension == "verification"


@pytest.mark.parametrize("metrics", [["visits"], ["last_visit"], ["last_visit", "visits"]])
def test_a_metric_is_what_the_human_visits_say(app, site, metrics):
    assert ask(app, site, metrics=metrics) == expected_rows(site[1], metrics=metrics, kind="referrals")


@pytest.mark.parametrize("interval", ["hour", "day", "week", "month", "quarter", "year", "relative_week"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_dates_are_bucketed_by_interval_in_any_time_zone(app, site, interval, zone):
    rows = ask(app, site, dimensions=["date"], date_interval=interval, timezone=zone)

    first_day = date.fromisoformat(EVERYTHING)
    expected = expected_rows(
        site[1], ["date"], kind="referrals", zone=zone, interval=interval, first_day=first_day
    )
    assert rows == expected


def test_the_first_version_counts_days_in_eastern_time(app, site):
    rows = ask(app, site, version=1, dimensions=["date", "referral_source"])

    zone = "America/New_York"
    assert rows == expected_rows(site[1], ["date", "referral_source"], kind="referrals", zone=zone)


@pytest.mark.parametrize(
    ("operator", "value", "keeps"),
    [
        ("is", "openai", lambda source: source == "openai"),
        ("not_is", "openai", lambda source: source != "openai"),
        ("in", ["openai", "perplexity"], lambda source: source in {"openai", "perplexity"}),
        ("not_in", ["openai", "perplexity"], lambda source: source not in {"openai", "perplexity"}),
        ("contains", "plex", lambda source: "plex" in source),
        ("contains_case_insensitive", "PLEX", lambda source: "plex" in source),
        ("not_contains", "plex", lambda source: "plex" not in source),
        ("not_contains_case_insensitive", "PLEX", lambda source: "plex" not in source),
        ("matches", "^(openai|other)$", lambda source: source in {"openai", "other"}),
    ],
)
def test_a_filter_keeps_what_its_operator_says(app, site, operator, value, keeps):
    filters = [{"field": "referral_source", "operator": operator, "value": value}]

    rows = ask(app, site, filters=filters, dimensions=["referral_source"])

    visits = [visit for visit in site[1] if keeps(visit["referral_source"])]
    assert rows == expected_rows(visits, ["referral_source"], kind="referrals")


@pytest.mark.parametrize(
    "field", ["path", "referral_source", "referral_type", "status_code", "folder", "source"]
)
def test_a_filter_on_a_value_of_its_own_keeps_that_group(app, site, field):
    for value, visits in ask(app, site, dimensions=[field]):
        filters = [{"field": field, "operator": "is", "value": value}]
        assert ask(app, site, filters=filters) == [(visits,)]


def test_a_day_as_the_end_means_all_of_it(app, site):
    rows = ask(app, site, start_date="2026-09-30", end_date="2026-10-01")

    visits = since(site[1], utc(2026, 9, 30), utc(2026, 10, 2))
    assert rows == expected_rows(visits, kind="referrals")


def test_pages_order_and_metric_filters_work_as_for_bots(app, site):
    query = {"dimensions": ["path"], "order_by": {"path": "desc"}, "start_date": EVERYTHING}
    whole = expected_rows(site[1], ["path"], ["visits"], "referrals")
    least = sorted(row[1] for row in whole)[2]
    filters = [{"field": "visits", "operator": ">=", "value": least}]

    answer = app.report(
        site[0], "referrals", **query, metric_filters=filters, pagination={"limit": 2, "offset": 1}
    ).json()

    rows = [row for row in reversed(whole) if row[1] >= least]
    assert [(*row["dimensions"], *row["metrics"]) for row in answer["data"]] == rows[1:3]
    assert answer["info"]["total_rows"] == len(rows)


ATTRIBUTIONS = [
    ({"referer": "https://chatgpt.com/"}, "openai", "referer"),
    ({"referrer": "https://chatgpt.com/"}, "openai", "referer"),
    ({"referer": "https://www.perplexity.ai/search?q=x"}, "perplexity", "referer"),
    ({"referer": "https://gemini.google.com/"}, "gemini", "referer"),
    ({"path": "/?utm_source=chatgpt.com"}, "openai", "utm"),
    ({"query_params": {"utm_source": "chatgpt.com"}}, "openai", "utm"),
    ({"path": "/?referrer=grok.com"}, "grok", "utm"),
    ({"referer": "https://example.com/about"}, "internal", "internal"),
    ({"referer": "https://notchatgpt.com/"}, "other", "referer"),
    ({"referer": "https://news.example/chatgpt.com"}, "other", "referer"),
    ({}, "none", "none"),
    ({"referer": "-"}, "none", "none"),
]


@pytest.mark.parametrize(("changes", "source", "kind"), ATTRIBUTIONS, ids=str)
def test_a_human_visit_is_attributed_to_who_sent_it(app, changes, source, kind):
    key = app.key("bot")
    app.send(key, [log_record(user_agent=BROWSER, **changes)])
    app.load()

    rows = app.rows(key, "referrals", dimensions=["referral_source", "referral_type"])

    assert rows == [(source, kind, 1)]


def test_a_bot_is_in_the_bots_report_and_a_person_in_the_referrals_report_never_both(app):
    key = app.key("bot")
    referer = "https://chatgpt.com/"
    app.send(key, [log_record(user_agent=agent, referer=referer) for agent in (GPTBOT, GPTBOT, BROWSER)])
    app.load()

    assert (app.rows(key), app.rows(key, "referrals")) == ([(2,)], [(1,)])


TAGGED_PAGE = "https://example.com/?utm_source=chatgpt.com"


@pytest.fixture
def tagged(app):
    """The key of a project with a visit that ChatGPT sent, three requests of its page, and another visit."""
    key = app.key("bot")
    requests = [
        {"timestamp": at(minutes=9), "path": "/?utm_source=chatgpt.com"},
        *({"timestamp": at(minutes=5), "path": f"/{i}.png", "referer": TAGGED_PAGE} for i in range(3)),
        {"timestamp": at(minutes=7), "path": "/about", "referer": "https://www.perplexity.ai/"},
    ]
    app.send(key, [log_record(user_agent=BROWSER, **changes) for changes in requests])
    app.load()
    return key


def test_visits_leave_out_what_a_tagged_page_refers_to_and_tagged_requests_count_it(app, tagged):
    metrics = ["visits", "tagged_requests"]

    assert app.rows(tagged, "referrals", metrics=metrics) == [(2, 3)]
    assert sorted(app.rows(tagged, "referrals", metrics=metrics, dimensions=["referral_source"])) == [
        ("openai", 1, 3),
        ("perplexity", 1, 0),
    ]
    assert sorted(app.rows(tagged, "referrals", metrics=metrics, dimensions=["referral_type"])) == [
        ("referer", 1, 0),
        ("referer-utm", 0, 3),
        ("utm", 1, 0),
    ]


@pytest.mark.parametrize("dimension", ["path", "host", "hour", "date"])
def test_they_agree_whether_they_come_from_the_visits_or_from_a_rollup(app, tagged, dimension):
    rows = app.rows(tagged, "referrals", metrics=["visits", "tagged_requests"], dimensions=[dimension])

    assert tuple(map(sum, zip(*(row[1:] for row in rows), strict=True))) == (2, 3)


def test_they_agree_within_part_of_an_hour(app, tagged):
    query = {"start_date": at(minutes=8), "end_date": at(minutes=4)}

    rows = app.rows(tagged, "referrals", metrics=["visits", "tagged_requests"], **query)

    assert rows == [(1, 3)]


def test_groups_can_be_filtered_and_ordered_by_tagged_requests(app, tagged):
    query = {
        "metrics": ["tagged_requests"],
        "dimensions": ["referral_source"],
        "metric_filters": [{"field": "tagged_requests", "operator": ">", "value": 0}],
        "order_by": {"tagged_requests": "desc"},
    }

    assert app.rows(tagged, "referrals", **query) == [("openai", 3)]


def test_the_first_version_counts_visits_alike_and_knows_no_tagged_requests(app, tagged):
    refused = app.report(tagged, "referrals", 1, metrics=["tagged_requests"])

    assert app.rows(tagged, "referrals", version=1, metrics=["visits"]) == [(2,)]
    assert refused.status_code == 422
    assert "tagged_requests" in refused.text


def test_bots_that_carry_the_tag_are_in_neither(app):
    key = app.key("bot")
    app.send(
        key,
        [
            log_record(user_agent=GPTBOT, path="/?utm_source=chatgpt.com"),
            log_record(user_agent=GPTBOT, referer=TAGGED_PAGE),
        ],
    )
    app.load()

    metrics = ["visits", "tagged_requests"]
    assert app.rows(key, "referrals", metrics=metrics) == [(0, 0)]
    assert app.rows(key) == [(2,)]
