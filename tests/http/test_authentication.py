"""Who may send and read: keys, headers, scopes."""

import hashlib
import re
import sqlite3
import string
import zlib
from datetime import timedelta
from uuid import UUID

import pytest

from builders import NOW, log_record
from crawlsight.ledger import KeyStyle, Scope
from crawlsight.ledger.secrets import generate_key, key_style

INGEST = "/v1/logs/custom"
ANSEHN_FIELDS = [
    "status",
    "batch_id",
    "request_id",
    "deduplicated",
    "received_records",
    "accepted_records",
    "stored_ai_crawler_records",
    "dropped_non_crawler_records",
    "rejected_records",
    "quarantined_records",
    "errors",
]
PROFOUND_FIELDS = ["status", "message", "first_visit_id", "errors"]
UNKNOWN_BOT = "bot_00000000-0000-4000-8000-000000000000"


def post(app, headers):
    return app.client.post(INGEST, json=[log_record()], headers={"idempotency-key": "batch", **headers})


def base62_crc(text):
    alphabet = string.digits + string.ascii_uppercase + string.ascii_lowercase
    number, digits = zlib.crc32(text.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = alphabet[digit] + digits
    return digits.rjust(6, "0")


@pytest.mark.parametrize(
    ("style", "header", "value", "fields"),
    [
        ("ank", "x-ansehn-api-key", "{key}", ANSEHN_FIELDS),
        ("ank", "X-Ansehn-API-Key", "{key}", ANSEHN_FIELDS),
        ("ank", "Authorization", "Bearer {key}", ANSEHN_FIELDS),
        ("ank", "AUTHORIZATION", "bearer {key}", ANSEHN_FIELDS),
        ("bot", "x-api-key", "{key}", PROFOUND_FIELDS),
        ("bot", "X-API-KEY", "{key}", PROFOUND_FIELDS),
    ],
)
def test_the_credential_chooses_the_dialect_and_header_names_match_in_any_case(
    app, style, header, value, fields
):
    key = app.key(style)

    answer = post(app, {header: value.format(key=key)})

    assert answer.status_code == 200
    assert list(answer.json()) == fields


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ansehn-api-key": ""},
        {"x-api-key": ""},
        {"authorization": "Bearer "},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"x-api-key": "{ank}"},
        {"x-ansehn-api-key": "{bot}"},
        {"authorization": "Bearer {bot}"},
        {"authorization": "{ank}"},
        {"x-ansehn-api-key": "ank_your_key"},
        {"x-api-key": "bot_PROFOUND_LOG_INGESTION_TOKEN"},
        {"x-api-key": UNKNOWN_BOT},
        {"x-ansehn-api-key": "ank_" + "a" * 10_000},
        {"x-ansehn-api-key": "{ank}x"},
        {"x-ansehn-api-key": "ank_\xe9".encode("latin-1")},
    ],
    ids=str,
)
def test_a_key_in_the_other_dialects_header_no_key_or_an_unknown_key_is_401(app, headers):
    keys = {"ank": app.key("ank"), "bot": app.key("bot")}
    sent = {
        name: value.format(**keys) if isinstance(value, str) else value for name, value in headers.items()
    }

    answer = post(app, sent)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"] == "unauthorized"
    assert answer.json()["detail"] == answer.json()["message"]


def test_an_unknown_key_of_good_form_is_401(app):
    answer = post(app, {"x-ansehn-api-key": generate_key(KeyStyle.ANK)})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("ansehn", "profound", "status"), [("good", "good", 200), ("good", "bad", 200), ("bad", "good", 401)]
)
@pytest.mark.parametrize("header", ["x-ansehn-api-key", "authorization"])
def test_of_both_kinds_of_header_the_ansehn_header_wins(app, ansehn, profound, status, header):
    ansehn_key = app.key() if ansehn == "good" else generate_key(KeyStyle.ANK)
    profound_key = app.key("bot") if profound == "good" else UNKNOWN_BOT
    prefix = "Bearer " if header == "authorization" else ""

    answer = post(app, {"x-api-key": profound_key, header: prefix + ansehn_key})

    assert answer.status_code == status
    assert "deduplicated" in answer.json() or status == 401


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_revoked_key_is_401_from_the_next_request_on(app, style):
    key = app.key(style)
    before = app.send(key, [log_record()])

    app.services.ledger.keys.revoke(app.services.ledger.keys.find(key).key_id)
    after = app.send(key, [log_record()])

    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_an_expired_key_is_401_from_the_instant_of_its_expiry(app, style):
    key = app.key(style, expires_at=NOW + timedelta(hours=1))

    app.clock.move(timedelta(hours=1) - timedelta(milliseconds=1))
    before = app.send(key, [log_record()])
    app.clock.move(timedelta(milliseconds=1))
    after = app.send(key, [log_record()])

    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_401_or_403_body_carries_both_detail_and_message(app, style):
    unknown = app.send({"ank": generate_key(KeyStyle.ANK), "bot": UNKNOWN_BOT}[style], [log_record()])
    unscoped = app.send(app.key(style, scopes=(Scope.REPORTS,)), [log_record()])

    assert (unknown.status_code, unscoped.status_code) == (401, 403)
    for answer in (unknown.json(), unscoped.json()):
        assert answer["detail"] == answer["message"] != ""
        assert answer["status"] == "error"
    assert [unknown.json()["error"], unscoped.json()["error"]] == ["unauthorized", "forbidden"]
    assert "logs:ingest" in unscoped.json()["message"]


@pytest.mark.parametrize(
    ("scopes", "ingest", "report"),
    [
        ((Scope.INGEST,), 200, 403),
        ((Scope.REPORTS,), 403, 200),
        ((Scope.INGEST, Scope.REPORTS), 200, 200),
        ((Scope.ADMIN,), 200, 200),
        ((), 403, 403),
    ],
)
@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_key_may_do_what_its_scopes_say(app, style, scopes, ingest, report):
    key = app.key(style, scopes=scopes)

    statuses = app.send(key, [log_record()]).status_code, app.report(key).status_code

    assert statuses == (ingest, report)


@pytest.mark.parametrize("style", ["ank", "bot"])
@pytest.mark.parametrize("template", [{"X-API-Key": "{}"}, {"Authorization": "Bearer {}"}])
def test_a_key_of_either_style_reads_reports_as_x_api_key_or_as_bearer(app, style, template):
    key = app.key(style)
    headers = {name: value.format(key) for name, value in template.items()}

    domains = app.client.get("/v1/org/domains", headers=headers)
    report = app.client.post(
        "/v1/reports/bots",
        json={"domain": "*", "metrics": ["count"], "start_date": "2026-11-01"},
        headers=headers,
    )

    assert (domains.status_code, domains.json()) == (200, [])
    assert (report.status_code, report.json()["data"]) == (200, [{"metrics": [0], "dimensions": []}])


@pytest.mark.parametrize("headers", [{}, {"x-api-key": UNKNOWN_BOT}, {"authorization": "Bearer nothing"}])
@pytest.mark.parametrize("path", ["/v1/org/domains", "/v2/reports/bots"])
def test_a_report_without_a_good_key_is_401(app, path, headers):
    method = "GET" if path == "/v1/org/domains" else "POST"

    answer = app.client.request(method, path, headers=headers)

    assert answer.status_code == 401
    assert answer.json()["detail"] == answer.json()["message"]


def test_a_key_belongs_to_exactly_one_project_and_the_body_never_names_one(app):
    key, other = app.key(), app.key()
    named = log_record(project_id=app.project_id(other), project="project-0")

    app.send(key, {"logs": [named], "project_id": app.project_id(other)})

    assert len(app.visits(key)) == 1
    assert app.visits(other) == []


def test_an_ank_key_is_base62_and_ends_with_a_crc_32_of_the_rest(app):
    key = app.key("ank")

    assert re.fullmatch(r"ank_[0-9A-Za-z]{32,}", key)
    assert key[-6:] == base62_crc(key[4:-6])


def test_an_ank_key_may_have_any_length_from_32_characters_on():
    bodies = {length: "a" * (length - 6) for length in (31, 32, 64)}

    styles = {length: key_style(f"ank_{body}{base62_crc(body)}") for length, body in bodies.items()}

    assert styles == {31: None, 32: KeyStyle.ANK, 64: KeyStyle.ANK}


def test_a_bot_key_is_a_uuid(app):
    key = app.key("bot")

    assert key == f"bot_{UUID(key[4:])}"


def test_a_typo_in_an_ank_key_is_noticed_without_any_look_up(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key("ank")
    typo = key[:10] + ("a" if key[10] != "a" else "b") + key[11:]
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute("DROP TABLE api_keys")

    looked_up = post(app, {"x-ansehn-api-key": key})
    refused = post(app, {"x-ansehn-api-key": typo})

    assert (looked_up.status_code, refused.status_code) == (503, 401)


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_key_is_stored_only_as_a_hash(app, style, data_directory):
    key = app.key(style, name="only a hash")
    app.send(key, [log_record()])

    stored = b"".join(path.read_bytes() for path in data_directory.glob("ledger.sqlite3*"))

    assert hashlib.sha256(key.encode()).hexdigest().encode() in stored
    assert key.encode() not in stored
    assert key[4:].encode() not in stored


def test_a_key_is_stored_with_name_scopes_expiry_and_when_it_was_revoked_and_used(app):
    expires_at = NOW + timedelta(days=30)
    key = app.key("bot", name="edge", expires_at=expires_at)
    key_id = app.services.ledger.keys.find(key).key_id
    app.clock.move(timedelta(minutes=5))
    app.send(key, [log_record()])
    app.clock.move(timedelta(minutes=5))
    app.services.ledger.keys.revoke(key_id)

    stored = next(found for found in app.services.ledger.keys.list() if found.id == key_id)

    assert (stored.name, stored.style, set(stored.scopes)) == (
        "edge",
        KeyStyle.BOT,
        {Scope.INGEST, Scope.REPORTS},
    )
    assert (stored.created_at, stored.expires_at) == (NOW, expires_at)
    assert stored.last_used_at == NOW + timedelta(minutes=5)
    assert stored.revoked_at == NOW + timedelta(minutes=10)


def test_a_key_that_reads_a_report_was_used(app):
    key = app.key(scopes=(Scope.REPORTS,))
    app.report(key)
    # The answer does not wait for the note of use; what is committed after it is.
    app.services.ledger.check_writable()

    key_id = app.services.ledger.keys.find(key).key_id
    stored = next(found for found in app.services.ledger.keys.list() if found.id == key_id)

    assert stored.last_used_at == NOW


def test_two_live_keys_per_source_make_rotation_painless(app):
    project = app.project()
    old, new = app.key(project=project), app.key(project=project)

    both = [app.send(key, [log_record()]).status_code for key in (old, new)]
    app.services.ledger.keys.revoke(app.services.ledger.keys.find(old).key_id)
    later = [app.send(key, [log_record()]).status_code for key in (old, new)]

    assert (both, later) == ([200, 200], [401, 200])
    assert len(app.visits(new)) == 3
