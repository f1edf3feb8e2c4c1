"""Whether logs flow, over HTTP: sources, hours, rejected records."""

from datetime import timedelta

import pytest

from builders import BROWSER, at, log_record
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import Scope
from people import new_project

COUNTERS = ("received", "accepted", "stored", "dropped", "rejected", "quarantined")


def get(app, key, path):
    project = app.project_id(key)
    return app.client.get(f"/v1/projects/{project}/{path}", headers={"x-api-key": key})


@pytest.fixture
def key(app):
    project = new_project(app, domains=("example.com",), keep=Keep.CRAWLERS)
    app.load()
    return app.key("bot", name="edge", project=project.name)


BATCH = [
    log_record(),
    log_record(user_agent=BROWSER),
    log_record(host="else.example"),
    log_record(status_code=0),
]


def counted(*values):
    return dict(zip((f"{name}_24h" for name in COUNTERS), values, strict=True))


def test_before_anything_came_the_project_and_its_source_are_empty(app, key):
    found = get(app, key, "status").json()

    advice = "Nothing has come yet: send a first log, or upload a file."
    (source,) = found.pop("sources")
    assert found == {
        "state": "empty",
        "advice": advice,
        "first_ingest_at": None,
        "last_ingest_at": None,
        "visits_lag_seconds": 0.0,
        "outbox_batches": 0,
        **counted(0, 0, 0, 0, 0, 0),
    }
    assert source == {
        "key_id": source["key_id"],
        "name": "edge",
        "style": "bot",
        "state": "empty",
        "advice": advice,
        "last_ingest_at": None,
        "requests_24h": 0,
        **counted(0, 0, 0, 0, 0, 0),
        "rejected_reasons": [],
        "hours": [0] * 24,
    }


def test_every_record_is_counted_and_every_reason_told(app, key):
    app.send(key, BATCH)
    app.clock.move(timedelta(hours=2))
    app.send(key, [*BATCH, log_record(status_code=0), log_record()])
    app.load()
    app.clock.move(timedelta(seconds=30))

    found = get(app, key, "status").json()

    (source,) = found["sources"]
    totals = counted(10, 7, 3, 2, 3, 2)
    assert (found["state"], found["advice"], source["state"]) == ("flowing", "", "flowing")
    assert (found["first_ingest_at"], found["last_ingest_at"]) == (
        "2026-11-22T12:00:00.000Z",
        "2026-11-22T14:00:00.000Z",
    )
    assert (found["visits_lag_seconds"], found["outbox_batches"]) == (0.0, 0)
    assert {name: found[name] for name in totals} == totals
    assert {name: source[name] for name in totals} == totals
    assert source["requests_24h"] == 2
    assert source["hours"] == [*[0] * 21, 4, 0, 6]
    (reason,) = source["rejected_reasons"]
    assert (reason["field"], reason["records"]) == ("status_code", 3)


def test_a_day_later_the_source_is_silent_and_the_day_is_empty(app, key):
    app.send(key, BATCH)
    app.load()
    app.clock.move(timedelta(days=1))

    found = get(app, key, "status").json()

    (source,) = found["sources"]
    assert (found["state"], source["state"]) == ("silent", "silent")
    assert source["advice"].startswith("Longer silent than usual")
    assert source["hours"] == [0] * 24
    assert found["received_24h"] == 0


def test_what_is_not_loaded_for_more_than_a_minute_is_failing(app, key):
    app.send(key, [log_record()])
    app.clock.move(timedelta(seconds=61))

    found = get(app, key, "status").json()

    assert (found["state"], found["visits_lag_seconds"], found["outbox_batches"]) == ("failing", 61.0, 1)
    assert found["advice"].startswith("What came waits for 61 s")
    app.load()


def test_a_sender_of_nothing_but_mistakes_is_failing(app, key):
    app.send(key, [log_record(status_code=0)])

    found = get(app, key, "status").json()

    assert (found["state"], found["sources"][0]["state"]) == ("failing", "failing")
    assert found["advice"].startswith("1 of the last 1 records were rejected")


def test_a_key_that_cannot_send_is_no_source_and_a_revoked_one_only_if_it_sent(app, key):
    project = app.services.ledger.keys.find(key).project_name
    app.key(project=project, scopes=(Scope.REPORTS,))
    for name in ("silent", "sender"):
        found = app.key("bot", project=project, name=name)
        if name == "sender":
            app.send(found, [log_record()])
        app.services.ledger.keys.revoke(app.services.ledger.keys.find(found).key_id)
    app.load()

    sources = get(app, key, "status").json()["sources"]

    assert [(source["name"], source["advice"]) for source in sources[1:]] == [
        ("sender", "The key is revoked: nothing can come with it.")
    ]


def test_hours_with_anything_received_are_listed_oldest_first(app, key):
    for _ in range(2):
        app.send(key, BATCH)
        app.clock.move(timedelta(hours=3))

    whole, first, none = (
        get(app, key, f"ingestion{query}").json()["hours"]
        for query in (
            "",
            "?start=2026-11-22&end=2026-11-22T15:00:00Z",
            "?start=2026-11-20&end=2026-11-21",
        )
    )

    def hour(at):
        counters = {"received": 4, "accepted": 3, "stored": 1, "rejected": 1}
        return {"hour": at, **{f"{name}_records": value for name, value in counters.items()}}

    assert whole == [hour("2026-11-22T12:00:00.000Z"), hour("2026-11-22T15:00:00.000Z")]
    assert (first, none) == (whole[:1], [])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("ingestion?start=x", "start: Input should be YYYY-MM-DD"),
        ("ingestion?end=x", "end: Input should be YYYY-MM-DD"),
        ("ingestion?start=2026-11-22&end=2026-11-01", "end: Input should not be before start_date"),
        ("rejected?limit=0", "limit: '0' is no whole number from 1 to 1000"),
        ("rejected?limit=x", "limit: 'x'"),
        ("rejected?before=-1", "before: '-1'"),
        ("rejected?before=" + "9" * 30, "before: "),
    ],
)
def test_a_parameter_that_cannot_be_is_named(app, key, path, words):
    answer = get(app, key, path)

    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_rejected_records_are_paged_newest_first(app, key):
    app.send(key, [log_record(status_code=0, path=f"/{i}") for i in range(5)])

    first = get(app, key, "rejected?limit=2").json()
    second = get(app, key, f"rejected?limit=3&before={first['next']}").json()

    records = first["records"] + second["records"]
    assert [record["record"]["path"] for record in records] == ["/4", "/3", "/2", "/1", "/0"]
    assert second["next"] is None
    newest = records[0]
    assert newest == {
        "id": newest["id"],
        "received_at": "2026-11-22T12:00:00.000Z",
        "key_id": app.services.ledger.keys.find(key).key_id,
        "key_name": "edge",
        "index": 4,
        "field": "status_code",
        "message": newest["message"],
        "record": {**newest["record"], "status_code": "0", "ip": "203.0.113.0", "timestamp": at(minutes=1)},
    }
