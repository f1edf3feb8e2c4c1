"""The list of unknown bots: user agents that look like one's and match no entry of the catalogue."""

from datetime import timedelta

import pytest

from builders import BROWSER, GPTBOT, NOW, at, log_record
from crawlsight.ledger import Scope

FOO, BAR = "Foobot/1.0 (+https://foo.example)", "bar-fetcher/2.0"


def ask(app, key, **changes):
    body = {"domain": "*", "start_date": "2026-11-01", **changes}
    return app.client.post("/v1/reports/unknown_bots", json=body, headers={"x-api-key": key})


def send(app, key, *records):
    app.send(key, list(records))
    app.load()


@pytest.fixture
def key(app):
    key = app.key("bot")
    send(
        app,
        key,
        log_record(user_agent=FOO, timestamp=at(hours=3), ip="198.51.100.1"),
        log_record(user_agent=FOO, timestamp=at(hours=2), ip="198.51.100.2"),
        log_record(user_agent=FOO, timestamp=at(hours=1), ip="198.51.101.1", host="shop.example.com"),
        log_record(user_agent=BAR, timestamp=at(hours=1)),
        log_record(user_agent=GPTBOT),
        log_record(user_agent=BROWSER),
        log_record(user_agent=None),
    )
    return key


# Two of the addresses are one when they are masked, as people's are.
FOO_ROW = {
    "user_agent": FOO,
    "visits": 3,
    "addresses": 2,
    "first_visit": "2026-11-22T09:00:00.000Z",
    "last_visit": "2026-11-22T11:00:00.000Z",
    "hosts": 2,
}
BAR_ROW = {
    "user_agent": BAR,
    "visits": 1,
    "addresses": 1,
    "first_visit": "2026-11-22T11:00:00.000Z",
    "last_visit": "2026-11-22T11:00:00.000Z",
    "hosts": 1,
}


def test_unknown_bots_are_listed_by_visits(app, key):
    answer = ask(app, key)

    assert answer.status_code == 200
    assert answer.json() == {"info": {"total_rows": 2}, "data": [FOO_ROW, BAR_ROW]}


def test_a_list_is_about_its_domain_and_range(app, key):
    shop = ask(app, key, domain="shop.example.com").json()
    before = ask(app, key, end_date=at(hours=2)).json()
    nothing = ask(app, key, start_date=at(minutes=30)).json()

    one = {"visits": 1, "addresses": 1, "hosts": 1}
    assert shop["data"] == [{**FOO_ROW, **one, "first_visit": FOO_ROW["last_visit"]}]
    assert before["data"] == [{**FOO_ROW, **one, "last_visit": FOO_ROW["first_visit"]}]
    assert nothing == {"info": {"total_rows": 0}, "data": []}


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ({"limit": 1}, [FOO_ROW]),
        ({"limit": 1, "offset": 1}, [BAR_ROW]),
        ({"offset": 2}, []),
    ],
)
def test_a_page_tells_the_rows_there_are_in_all(app, key, page, rows):
    assert ask(app, key, pagination=page).json() == {"info": {"total_rows": 2}, "data": rows}


def test_a_project_sees_its_own_unknown_bots_only(app, key):
    assert ask(app, app.key("bot")).json() == {"info": {"total_rows": 0}, "data": []}


def test_a_project_that_keeps_crawlers_only_has_none(app):
    key = app.key()
    send(app, key, log_record(user_agent=FOO))

    assert ask(app, key).json() == {"info": {"total_rows": 0}, "data": []}


def test_without_an_end_the_list_ends_with_the_hour_that_has_begun(app):
    key = app.key("bot")
    send(app, key, log_record(user_agent=FOO, timestamp=(NOW + timedelta(hours=2)).isoformat()))

    assert ask(app, key).json()["data"] == []
    assert ask(app, key, end_date="2026-11-22").json()["info"] == {"total_rows": 1}


@pytest.mark.parametrize(
    ("changes", "mistakes"),
    [
        ({"domain": 5}, [(["body", "domain"], "string_type")]),
        ({"start_date": "soon"}, [(["body", "start_date"], "datetime_parsing")]),
        ({"pagination": {"limit": 0}}, [(["body", "pagination", "limit"], "greater_than_equal")]),
        ({"pagination": {"limit": 50_001}}, [(["body", "pagination", "limit"], "less_than_equal")]),
        ({"pagination": []}, [(["body", "pagination"], "dict_type")]),
    ],
)
def test_a_wrong_question_is_told_its_mistakes(app, changes, mistakes):
    answer = ask(app, app.key(), **changes)

    assert answer.status_code == 422
    assert [(detail["loc"], detail["type"]) for detail in answer.json()["detail"]] == mistakes


def test_a_key_without_the_scope_is_refused(app):
    assert ask(app, app.key("bot", (Scope.INGEST,))).status_code == 403
