"""What was set aside over HTTP: seen, released exactly once, discarded."""

from datetime import timedelta

import pytest

from builders import BROWSER, log_record
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import Scope
from people import new_project

HOST = "else.example"


def ask(app, key, method, path="", body=None):
    content = {} if body is None else {"json": body}
    path = f"/v1/projects/{app.project_id(key)}/quarantine{path}"
    return app.client.request(method, path, headers={"x-api-key": key}, **content)


@pytest.fixture
def key(app):
    """A key of a project for example.com, with three records of another host and one of a third."""
    project = new_project(app, domains=("example.com",), keep=Keep.CRAWLERS)
    key = app.key("bot", project=project.name, scopes=(Scope.INGEST, Scope.ADMIN))
    app.send(key, [log_record(host=HOST, path="/1"), log_record(host=HOST, user_agent=BROWSER)])
    app.clock.move(timedelta(minutes=5))
    app.send(key, [log_record(host=HOST, path="/2"), log_record(host="www.third.example", path="/3")])
    return key


def domains(app, key):
    return list(app.services.ledger.keys.find(key).policy.domains)


def paths(app, key):
    return sorted(visit["path"] for visit in app.visits(key))


def test_hosts_are_listed_with_what_was_counted_and_what_would_be_stored(app, key):
    assert ask(app, key, "GET").json() == [
        {
            "host": HOST,
            "records": 3,
            "rows": 2,
            "first_received_at": "2026-11-22T12:00:00.000Z",
            "last_received_at": "2026-11-22T12:05:00.000Z",
        },
        {
            "host": "www.third.example",
            "records": 1,
            "rows": 1,
            "first_received_at": "2026-11-22T12:05:00.000Z",
            "last_received_at": "2026-11-22T12:05:00.000Z",
        },
    ]


def test_a_release_stores_once_what_was_set_aside(app, key):
    released = ask(app, key, "POST", f"/{HOST}/release", {})
    again = ask(app, key, "POST", f"/{HOST}/release", {"add_domain": True})

    assert (released.status_code, released.json()) == (200, {"stored_records": 2})
    assert (again.status_code, again.json()["error"]) == (404, "not_found")
    assert paths(app, key) == ["/1", "/2"]
    assert domains(app, key) == ["example.com"]
    assert [found["host"] for found in ask(app, key, "GET").json()] == ["www.third.example"]


def test_released_visits_keep_their_ids_and_times(app, key):
    ask(app, key, "POST", f"/{HOST}/release", {})

    found = app.visits(key)

    assert [(visit["path"], visit["received_at"].minute) for visit in found] == [("/1", 0), ("/2", 5)]
    assert len({str(visit["visit_id"]) for visit in found}) == 2


def test_a_release_that_adds_the_domain_lets_the_next_ones_in(app, key):
    released = ask(app, key, "POST", f"/{HOST}/release", {"add_domain": True})
    app.send(key, [log_record(host=f"www.{HOST}", path="/next")])

    assert released.json() == {"stored_records": 2}
    assert domains(app, key) == ["example.com", HOST]
    assert paths(app, key) == ["/1", "/2", "/next"]


def test_what_is_released_does_not_look_like_a_lag(app, key):
    app.load()
    app.clock.move(timedelta(days=2))

    ask(app, key, "POST", f"/{HOST}/release", {})

    assert app.services.ledger.outbox.backlog().oldest_ms == int(app.clock().timestamp() * 1000)


@pytest.mark.parametrize("wanted", [["example.com", "third.example"], ["third.example"]])
def test_domains_that_are_added_release_what_is_theirs(app, key, wanted):
    path = f"/v1/projects/{app.project_id(key)}"

    app.client.patch(path, json={"domains": wanted}, headers={"x-api-key": key})

    assert paths(app, key) == ["/3"]
    assert [found["host"] for found in ask(app, key, "GET").json()] == [HOST]


def test_without_domains_nothing_is_set_aside_any_more(app, key):
    path = f"/v1/projects/{app.project_id(key)}"

    app.client.patch(path, json={"domains": []}, headers={"x-api-key": key})

    assert paths(app, key) == ["/1", "/2", "/3"]
    assert ask(app, key, "GET").json() == []


def test_what_is_discarded_is_gone(app, key):
    discarded = ask(app, key, "DELETE", f"/{HOST}")
    released = ask(app, key, "POST", f"/{HOST}/release", {})

    assert (discarded.status_code, discarded.json()) == (200, {"discarded_records": 3})
    assert released.status_code == 404
    assert paths(app, key) == []


def test_a_release_of_a_host_that_cannot_be_a_domain_changes_nothing(app):
    project = new_project(app, domains=("example.com",))
    key = app.key("bot", project=project.name, scopes=(Scope.INGEST, Scope.ADMIN))
    app.send(key, [log_record(host="a b!")])

    answer = ask(app, key, "POST", "/a%20b!/release", {"add_domain": True})

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_argument")
    assert ask(app, key, "POST", "/a%20b!/release", {}).json() == {"stored_records": 1}


@pytest.mark.parametrize(("method", "path"), [("DELETE", f"/{HOST}"), ("POST", f"/{HOST}/release")])
def test_a_foreign_quarantine_is_out_of_reach(app, key, method, path):
    other = app.key(scopes=(Scope.ADMIN,))
    reader = app.key(
        project=app.services.ledger.keys.find(key).project_name, scopes=(Scope.INGEST, Scope.REPORTS)
    )

    answers = [ask(app, other, method, path, {}), ask(app, reader, method, path, {})]

    assert [answer.status_code for answer in answers] == [404, 403]
    assert len(ask(app, key, "GET").json()) == 2
