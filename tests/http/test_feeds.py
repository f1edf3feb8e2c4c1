"""Vendors' feeds over HTTP: taken in once, judged like any batch, answered as the vendor wants it."""

import base64
import gzip
import hashlib
import hmac
import json
from typing import NamedTuple

import pytest

from builders import GPTBOT, at
from crawlsight.feeds import FEEDS
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import Scope
from unit.feeds.firehose_simulator import Verdict, judge


class Reply(NamedTuple):
    status: int
    headers: dict
    body: bytes


def record(**changes):
    values = {
        "timestamp": at(minutes=1),
        "method": "GET",
        "host": "example.com",
        "path": "/a",
        "status_code": 200,
        "ip": "203.0.113.9",
        "user_agent": GPTBOT,
    }
    return {**values, **changes}


def envelope(*lines, request_id="delivery-1"):
    records = [{"data": base64.b64encode(line.encode()).decode()} for line in lines]
    return json.dumps({"requestId": request_id, "timestamp": 1, "records": records}).encode()


def deliver(app, key, body, **headers):
    return app.client.post(
        "/v1/logs/firehose",
        content=body,
        headers={
            "content-type": "application/json",
            "x-amz-firehose-access-key": key,
            "x-amz-firehose-request-id": "delivery-1",
            **headers,
        },
    )


def verdict(answer, request_id="delivery-1"):
    return judge(Reply(answer.status_code, dict(answer.headers), answer.content), request_id)


def test_a_delivery_of_firehose_is_stored_and_answered_to_the_letter(app):
    key = app.key("ank")

    answer = deliver(app, key, envelope('{"ticker_symbol":"QXZ","price":1}', "no log line"))

    assert verdict(answer) is Verdict.DELIVERED
    assert "content-encoding" not in answer.headers


def test_what_firehose_repeats_is_stored_once(app):
    key = app.key("bot", project=app.project(keep=Keep.ALL))
    line = json.dumps(
        {
            "timestamp": "1795348740123",
            "c-ip": "203.0.113.9",
            "sc-status": "200",
            "cs-method": "GET",
            "x-host-header": "example.com",
            "cs-uri-stem": "/a",
            "cs(User-Agent)": GPTBOT,
            "date": "2026-11-22",
            "time": "11:59:00",
        }
    )

    answers = [deliver(app, key, body) for body in (envelope(line), envelope(line), envelope(line))]

    assert [verdict(answer) for answer in answers] == [Verdict.DELIVERED] * 3
    assert [visit["path"] for visit in app.visits(key)] == ["/a"]


@pytest.mark.parametrize(
    ("key", "body"),
    [("ank_unknown", envelope("x")), (None, b"no envelope"), (None, b"")],
    ids=["bad key", "bad body", "empty body"],
)
def test_what_firehose_cannot_deliver_it_keeps(app, key, body):
    answer = deliver(app, key or app.key("ank"), body)

    assert (answer.status_code >= 400, "errorMessage" in answer.json()) == (True, True)
    assert answer.status_code != 413


def test_a_worker_sends_what_any_client_sends(app):
    key = app.key("bot")

    answer = app.client.post(
        "/v1/logs/cloudflare_worker",
        json=[record(), record(path="/b"), {"nothing": 1}],
        headers={"x-api-key": key},
    )

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "accepted",
            "received": 3,
            "stored": 2,
            "dropped": 0,
            "quarantined": 0,
            "rejected": 1,
            "skipped": 0,
        },
    )
    assert [visit["path"] for visit in app.visits(key)] == ["/a", "/b"]


def test_a_delivery_without_an_id_is_known_by_its_content(app):
    key = app.key("bot")
    body = json.dumps([record()]).encode()
    headers = {"x-api-key": key, "content-type": "application/json"}

    for _ in range(2):
        app.client.post("/v1/logs/cloudflare_worker", content=body, headers=headers)

    assert len(app.visits(key)) == 1


def test_a_delivery_larger_than_a_batch_is_stored_whole(app):
    key = app.key("bot")
    body = [record(path=f"/{number}") for number in range(2_500)]

    answer = app.client.post("/v1/logs/cloudflare_worker", json=body, headers={"x-api-key": key})

    assert answer.json()["stored"] == 2_500
    assert len({visit["path"] for visit in app.visits(key)}) == 2_500


def test_logpush_is_tested_by_a_probe(app):
    probe = gzip.compress(b'{"content":"tests"}')
    headers = {"authorization": f"Bearer {app.key('ank')}", "content-encoding": "gzip"}

    answer = app.client.post("/v1/logs/cloudflare_logpush", content=probe, headers=headers)

    assert answer.status_code == 200


def test_vercel_verifies_an_endpoint_before_any_key_is_there(app):
    answer = app.client.post("/v1/logs/vercel", headers={"x-vercel-verify": "code"})

    assert (answer.status_code, answer.headers["x-vercel-verify"]) == (200, "code")


def test_with_a_secret_only_what_vercel_signed_is_taken(open_app):
    app = open_app(vercel_secret="secret")
    body = b"[]"
    signature = hmac.new(b"secret", body, hashlib.sha1).hexdigest()
    headers = {"authorization": f"Bearer {app.key('ank')}"}

    answers = [
        app.client.post("/v1/logs/vercel", content=body, headers={**headers, "x-vercel-signature": made})
        for made in (signature, "00")
    ]

    assert [answer.status_code for answer in answers] == [200, 401]


def test_fastly_is_told_which_services_may_log(open_app):
    app = open_app(fastly_services="abc,*")

    answer = app.client.get("/.well-known/fastly/logging/challenge")

    assert answer.text == f"{hashlib.sha256(b'abc').hexdigest()}\n*\n"


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_every_feed_refuses_who_has_no_key_and_other_methods(app, name):
    path = FEEDS[name].path

    anonymous = app.client.post(path, content=b"[{}]")
    read = app.client.get(path)

    assert (anonymous.status_code, read.status_code) == (401, 200 if name == "vercel" else 405)


def test_a_key_without_the_scope_is_refused(app):
    key = app.key("bot", scopes=(Scope.REPORTS,))

    answer = app.client.post("/v1/logs/fastly", content=b"[]", headers={"x-api-key": key})

    assert answer.status_code == 403
