"""Single visits over HTTP: newest first, every one once over all pages, and those that come."""

import random
from datetime import timedelta

import pytest

from builders import BROWSER, GPTBOT, NOW, log_record
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import Scope
from people import Browser, new_project

EVERYTHING = "2020-01-01"


def ask(app, key, **query):
    """Ask for visits of a year."""
    project = app.project_id(key)
    body = {"start_date": EVERYTHING, **query}
    return app.client.post(f"/v1/projects/{project}/logs", json=body, headers={"x-api-key": key})


def page(app, key, **query):
    answer = ask(app, key, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def paths(found):
    return [visit["path"] for visit in found["visits"]]


def send(app, key, *changes):
    app.send(key, [log_record(**found) for found in changes])
    app.load()


@pytest.fixture
def key(app):
    return app.key("bot", project=app.project(keep=Keep.ALL))


def test_a_visit_is_shown_with_all_that_is_stored_of_it(app):
    key = app.key("bot", name="edge", project=app.project(keep=Keep.ALL))
    send(app, key, {"path": "/a?x=1", "bytes_sent": 12, "duration_ms": 3.5, "referer": "https://a.example/"})
    (stored,) = app.visits(key)

    found = page(app, key)

    (visit,) = found["visits"]
    assert visit == {
        "visit_id": str(stored["visit_id"]),
        "timestamp": "2026-11-22T11:59:00.000Z",
        "received_at": "2026-11-22T12:00:00.000Z",
        "source": "edge",
        "host": "example.com",
        "path": "/a",
        "query_params": {"x": "1"},
        "method": "GET",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": GPTBOT,
        "referer": "https://a.example/",
        "bytes_sent": 12,
        "duration_ms": 3.5,
        "bot_name": "GPTBot",
        "bot_provider": "openai",
        "bot_type": "ai_training",
        "purpose": "training",
        "is_ai_crawler": True,
        "verification": stored["verification"],
        "verification_evidence": stored["verification_evidence"],
        "referral_source": "none",
        "referral_type": "none",
    }
    assert found["next"] is None


@pytest.mark.parametrize("limit", [1, 3, 7, 500])
def test_the_pages_have_every_visit_once_newest_first(app, key, limit):
    chance = random.Random(limit)
    ago = [chance.choice([0, 0, 1, 60, 3_600, 90_000, 4_000_000, 30_000_000]) for _ in range(40)]
    send(
        app,
        key,
        *({"timestamp": (NOW - timedelta(seconds=s)).isoformat(), "path": f"/{s}"} for s in ago),
    )

    found, before = [], None
    while True:
        answer = page(app, key, limit=limit, before=before)
        found += answer["visits"]
        assert len(answer["visits"]) <= limit
        before = answer["next"]
        if before is None:
            break

    assert paths({"visits": found}) == [f"/{s}" for s in sorted(ago)]
    assert len({visit["visit_id"] for visit in found}) == 40


def test_visits_that_come_are_given_once_however_many_at_a_time(app, key):
    send(app, key, {"path": "/before", "timestamp": (NOW - timedelta(days=40)).isoformat()})
    newest = page(app, key)["newest"]
    instants = [NOW - timedelta(seconds=s) for s in (9, 8, 7, 7, 7, 6, 2, 1)]
    send(app, key, *({"timestamp": at.isoformat(), "path": f"/{i}"} for i, at in enumerate(instants)))

    rounds = []
    for _ in range(5):
        answer = page(app, key, after=newest, limit=3)
        rounds.append(paths(answer))
        newest = answer["newest"]

    assert [len(found) for found in rounds] == [3, 3, 2, 0, 0]
    assert sorted(path for found in rounds for path in found) == [f"/{i}" for i in range(8)]
    assert rounds[2] == ["/7", "/6"]


def test_of_nothing_there_is_a_place_to_go_on_from(app, key):
    found = page(app, key)
    send(app, key, {})

    assert (found["visits"], found["next"]) == ([], None)
    assert paths(page(app, key, after=found["newest"])) == ["/blog/article"]


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("path", "is", "/bot", ["/bot"]),
        ("ip", "is", "203.0.113.10", ["/bot"]),
        ("ip", "contains", "203.0.113.", ["/human", "/bot"]),
        ("user_agent", "contains", "GPTBot", ["/bot"]),
        ("user_agent", "not_contains", ["GPTBot"], ["/human"]),
        ("is_ai_crawler", "is", True, ["/bot"]),
        ("is_ai_crawler", "is", "false", ["/human"]),
        ("purpose", "in", ["training", "search"], ["/bot"]),
        ("referral_source", "is", "openai", ["/human"]),
        ("status_class", "is", "4xx", ["/human"]),
        ("path", "matches", "^/h", ["/human"]),
    ],
)
def test_filters_are_those_of_reports_and_more(app, key, field, operator, value, expected):
    human = {"path": "/human", "user_agent": BROWSER, "referer": "https://chatgpt.com/", "status_code": 404}
    send(app, key, {"path": "/bot", "timestamp": (NOW - timedelta(days=9)).isoformat()}, human)

    found = page(app, key, filters=[{"field": field, "operator": operator, "value": value}])

    assert paths(found) == expected


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], []),
        ({}, ["start_date"]),
        ({"limit": 0}, ["limit"]),
        ({"limit": 501}, ["limit"]),
        ({"limit": "5"}, ["limit"]),
        ({"before": "x"}, ["before"]),
        ({"before": 5}, ["before"]),
        ({"after": "\u00e4"}, ["after"]),
        ({"after": "f" + "_" * 31}, ["after"]),
        ({"timezone": "Mars"}, ["timezone"]),
        ({"filters": [{"field": "visit_id", "operator": "is", "value": "x"}]}, ["filters", 0, "field"]),
        ({"filters": [{"field": "path", "operator": "matches", "value": "("}]}, ["filters", 0, "value"]),
    ],
)
def test_a_mistake_is_named_with_its_place(app, key, body, place):
    given = {"start_date": EVERYTHING, **body} if body else body

    project = app.project_id(key)
    answer = app.client.post(f"/v1/projects/{project}/logs", json=given, headers={"x-api-key": key})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *place]


def test_before_and_after_exclude_each_other(app, key):
    newest = page(app, key)["newest"]

    answer = ask(app, key, before=newest, after=newest)

    assert answer.json()["detail"] == [
        {
            "loc": ["body", "after"],
            "msg": "Input should have either 'before' or 'after', not both",
            "type": "value_error",
        }
    ]


def test_a_project_sees_its_own_visits_only(app, key):
    other = app.key()
    send(app, key, {"path": "/mine"})
    send(app, other, {"path": "/theirs"})

    answer = app.client.post(
        f"/v1/projects/{app.project_id(other)}/logs",
        json={"start_date": EVERYTHING},
        headers={"x-api-key": key},
    )

    assert paths(page(app, key)) == ["/mine"]
    assert answer.status_code == 404


def test_a_key_without_the_scope_to_read_sees_none(app):
    key = app.key(scopes=(Scope.INGEST,))

    assert ask(app, key).status_code == 403


def test_a_shared_link_shows_its_projects_visits(app):
    project = new_project(app)
    send(app, app.key(project=project.name), {"path": "/shared"})
    _, token = app.services.ledger.shares.create(project.id, "for a client")
    reader = Browser(app, share=token)

    answer = reader.ask("POST", f"/v1/projects/{project.id}/logs", {"start_date": EVERYTHING})

    assert paths(answer.json()) == ["/shared"]
