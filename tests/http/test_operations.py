"""For operators: health, metrics, the description, and answers that give nothing away."""

import re
import sqlite3
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from builders import BROWSER, encode, log_record
from crawlsight.ledger import KeyStyle
from crawlsight.ledger.secrets import generate_key
from crawlsight.server.app import ROUTES

INGEST = "/v1/logs/custom"
GETS = ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/v1/org/domains"]
POSTS = [INGEST, "/v1/reports/bots", "/v1/reports/referrals", "/v2/reports/bots", "/v2/reports/referrals"]


def samples(app):
    """Every sample of /metrics by its name and labels."""
    families = text_string_to_metric_families(app.client.get("/metrics").text)
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def increase(before, after, name, **labels):
    key = (name, *sorted(labels.items()))
    return after.get(key, 0) - before.get(key, 0)


def test_livez_says_that_the_process_is_alive(app):
    answer = app.client.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_checks_ledger_visits_disk_and_outbox(app):
    app.load()

    answer = app.client.get("/readyz")

    checks = {"ledger": "ok", "visits": "ok", "disk": "ok", "outbox": "ok"}
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": checks})


def test_readyz_is_503_while_the_outbox_is_stuck_and_names_it(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    app.send(app.key(), [log_record()])

    app.clock.move(timedelta(seconds=60))
    in_time = app.client.get("/readyz")
    app.clock.move(timedelta(seconds=1))
    late = app.client.get("/readyz")

    assert (in_time.status_code, late.status_code) == (200, 503)
    assert late.json()["status"] == "unavailable"
    assert late.json()["checks"] == {
        "ledger": "ok",
        "visits": "ok",
        "disk": "ok",
        "outbox": "1 rows wait, the oldest for 61 s: the loader is behind",
    }


def test_readyz_is_503_when_the_disk_is_nearly_full(open_app):
    app = open_app(min_free_disk_mb=10**12)

    answer = app.client.get("/readyz")

    assert answer.status_code == 503
    assert [name for name, check in answer.json()["checks"].items() if check != "ok"] == ["disk"]


def test_readyz_is_503_when_the_ledger_cannot_be_written(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    app.services.ledger.close()

    answer = app.client.get("/readyz")

    assert answer.status_code == 503
    assert [name for name, check in answer.json()["checks"].items() if check != "ok"] == ["ledger"]


def test_metrics_count_records_by_what_became_of_them(app):
    key = app.key(project=app.project(domains=("example.com",)))
    logs = [log_record(), log_record(), log_record(user_agent=BROWSER), log_record(host="a.org"), 5]

    before = samples(app)
    for name in ("batch-a", "batch-a"):
        app.send(key, logs, name)
    app.send(key, [log_record()], "batch-a")
    after = samples(app)

    records = {
        result: increase(before, after, "crawlsight_ingest_records_total", dialect="ansehn", result=result)
        for result in ("stored", "dropped", "quarantined", "rejected")
    }
    batches = {
        result: increase(before, after, "crawlsight_ingest_batches_total", dialect="ansehn", result=result)
        for result in ("committed", "duplicate", "conflict")
    }
    assert records == {"stored": 2, "dropped": 1, "quarantined": 1, "rejected": 1}
    assert batches == {"committed": 1, "duplicate": 1, "conflict": 1}


def test_metrics_count_requests_by_route_and_status_and_foreign_paths_as_other(app):
    key = app.key("bot")

    before = samples(app)
    app.send(key, [log_record()])
    app.send(key, b"{")
    app.client.get("/wp-login.php")
    after = samples(app)

    requests = [
        increase(before, after, "crawlsight_http_requests_total", method=method, route=route, status=status)
        for method, route, status in [
            ("POST", INGEST, "200"),
            ("POST", INGEST, "422"),
            ("GET", "other", "404"),
        ]
    ]
    assert requests == [1, 1, 1]
    assert increase(before, after, "crawlsight_http_request_duration_seconds_count", route=INGEST) == 2


def test_metrics_tell_what_waits_and_what_was_loaded(app):
    key = app.key("bot")
    app.load()

    before = samples(app)
    app.send(key, [log_record()] * 3)
    app.clock.move(timedelta(seconds=5))
    waiting = samples(app)
    app.load()
    after = samples(app)

    gauges = ["crawlsight_outbox_batches", "crawlsight_outbox_rows", "crawlsight_outbox_oldest_age_seconds"]
    assert [[found[(name,)] for name in gauges] for found in (before, waiting, after)] == [
        [0, 0, 0],
        [1, 3, 5],
        [0, 0, 0],
    ]
    assert increase(before, after, "crawlsight_loaded_rows_total") == 3


def test_every_text_says_its_content_type_once(app):
    types = {path: app.client.get(path).headers["content-type"] for path in ("/metrics", "/docs")}

    assert types == {
        "/metrics": "text/plain; version=0.0.4; charset=utf-8",
        "/docs": "text/html; charset=utf-8",
    }


def test_the_description_is_openapi_3_1_and_names_every_route(app):
    document = app.client.get("/openapi.json").json()

    served = {re.sub(r":\w+}", "}", path) for route in ROUTES for path in route.paths}
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == served - {"/openapi.json", "/docs"}
    for path, item in document["paths"].items():
        some_path = re.sub(r"\{\w*id\}", "1", path)
        for method in item:
            assert app.client.request(method.upper(), some_path).status_code not in {404, 405}


def test_every_reference_of_the_description_leads_somewhere(app):
    answer = app.client.get("/openapi.json")

    references = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text))
    assert references <= set(answer.json()["components"]["schemas"])
    assert len(references) > 5


def test_the_docs_page_shows_every_path_and_loads_nothing_foreign(app):
    page = app.client.get("/docs")

    assert page.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "<script" not in page.text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    for described in app.client.get("/openapi.json").json()["paths"]:
        assert described in page.text


@pytest.mark.parametrize("path", ["/nothing", "/v1/logs", "/v1/logs/custom/more", "/v3/reports/bots", "/%00"])
def test_an_unknown_path_is_404(app, path):
    answer = app.client.get(path)

    message = "there is nothing at this path"
    assert (answer.status_code, answer.json()) == (
        404,
        {
            "status": "error",
            "error": "no_such_path",
            "message": message,
            "detail": message,
            "request_id": None,
        },
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for path in POSTS for method in ("GET", "PUT", "DELETE", "PATCH")]
    + [(method, path) for path in GETS for method in ("POST", "PUT", "DELETE", "PATCH")],
)
def test_another_method_is_405_with_allow(app, method, path):
    answer = app.client.request(method, path, headers={"x-api-key": app.key("bot")})

    allowed = "POST" if path in POSTS else "GET"
    assert answer.status_code == 405
    assert allowed in answer.headers["allow"].split(", ")
    assert method not in answer.headers["allow"].split(", ")
    assert (answer.json()["error"], answer.json()["detail"]) == (
        "method_not_allowed",
        answer.json()["message"],
    )


@pytest.mark.parametrize("path", [*GETS, "/nothing"])
def test_every_answer_has_a_request_id_the_senders_if_it_gave_one(app, path):
    given = app.client.get(path, headers={"x-request-id": "trace-1"}).headers["x-request-id"]
    made = [app.client.get(path).headers["x-request-id"] for _ in range(2)]

    assert given == "trace-1"
    assert made[0] != made[1]
    assert all(re.fullmatch(r"[0-9a-f]{32}", request_id) for request_id in made)


@pytest.mark.parametrize("request_id", ["", "a" * 129, "two words", "\xe9".encode("latin-1")], ids=str)
def test_a_request_id_that_could_spoil_a_log_is_replaced(app, request_id):
    answer = app.client.get("/livez", headers={"x-request-id": request_id})

    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_no_answer_holds_a_secret(open_app, tmp_path, style):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key(style)
    unscoped, unknown = app.key(style, scopes=()), generate_key(KeyStyle(style))
    body = encode([log_record(status_code=1, user_agent="-")])

    answers = [app.send(sent, body) for sent in (key, unscoped, unknown, key + "x")]
    answers += [app.send(key, b"{"), app.send(key, b"[]", content_encoding="x")]
    answers += [app.report(key), app.report(key, metrics=["x"]), app.report(unscoped), app.report(unknown)]
    answers += [app.client.get(path, headers={"x-api-key": key}) for path in [*GETS, "/nothing"]]
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute("DROP TABLE source_hours")
    answers.append(app.send(key, body))

    assert {200, 401, 403, 404, 415, 422} <= {answer.status_code for answer in answers}
    assert answers[-1].status_code in {500, 503}
    for answer in answers:
        whole = answer.text + str(answer.headers)
        for secret in (key, unscoped, unknown, str(tmp_path)):
            assert secret not in whole
            assert secret[4:] not in whole
