"""Bodies as each vendor sends them, against the records that they mean."""

import gzip
import json
from datetime import UTC, datetime

import msgspec
import pytest
from vendor_wire import GOLDEN, body_of, firehose, pubsub, request

from crawlsight.feeds import FEEDS, FeedRequest
from crawlsight.ingest.dialects import profound
from crawlsight.ingest.validate import validate_record
from crawlsight.record import FieldLimits

FIELDS = "timestamp, c-ip, sc-status, cs-method, cs-host, cs-uri-stem, cs-user-agent, cs-uri-query"

CONFIGURED = {"x-amz-firehose-common-attributes": json.dumps({"commonAttributes": {"fields": FIELDS}})}


def firehose_of(name, **more):
    return firehose(json.loads(body_of(name)), **more)


REQUESTS = {
    "firehose_standard": lambda: firehose_of("firehose_standard.json", compress=True),
    "firehose_realtime": lambda: firehose_of("firehose_realtime.json"),
    "firehose_configured": lambda: firehose_of("firehose_configured.json", headers=CONFIGURED),
    "cloudflare_worker": lambda: request(body_of("cloudflare_worker.json")),
    "cloudflare_logpush": lambda: request(gzip.compress(body_of("cloudflare_logpush.ndjson"))),
    "vercel": lambda: request(body_of("vercel.json")),
    "netlify": lambda: request(body_of("netlify.ndjson")),
    "fastly": lambda: request(body_of("fastly.ndjson"), {"content-encoding": "gzip"}),
    "akamai": lambda: request(gzip.compress(body_of("akamai.ndjson")), {"content-encoding": "gzip"}),
    "gcp": lambda: pubsub(body_of("gcp.json")),
    "aem": lambda: request(body_of("aem.json")),
    "wordpress": lambda: request(body_of("wordpress.json"), {"idempotency-key": "wp-1"}),
}


def feed_of(case):
    return FEEDS[case.split("_")[0] if case.startswith("firehose") else case]


def read(case):
    return feed_of(case).read(REQUESTS[case]())


def test_every_feed_has_a_golden_body():
    assert {feed_of(case).name for case in REQUESTS} == set(FEEDS)


@pytest.mark.parametrize("case", REQUESTS)
def test_a_body_is_read_into_these_records(case):
    expected = json.loads((GOLDEN / f"{case}.expected.json").read_text(encoding="utf-8"))

    batch = json.loads(msgspec.json.encode(read(case)))

    assert expected == batch


@pytest.mark.parametrize("case", REQUESTS)
def test_every_entry_is_counted_once(case):
    batch = read(case)

    places = batch.positions + [entry.index for entry in batch.rejected]
    assert len(places) == len(set(places)) == batch.received - sum(batch.skipped.values())
    assert all(place < batch.received for place in places)
    assert len(batch.positions) == len(batch.records)


@pytest.mark.parametrize("case", REQUESTS)
def test_no_record_holds_a_cookie_or_a_credential(case):
    assert "secret" not in json.dumps(read(case).records)
    assert "Bearer" not in json.dumps(read(case).records)


@pytest.mark.parametrize("case", REQUESTS)
def test_every_record_is_one_that_the_pipeline_takes(case):
    rules = profound.rules(FieldLimits())
    window = rules.window(datetime(2026, 11, 22, 12, tzinfo=UTC), 3_650)

    checked = [validate_record(record, rules, window) for record in read(case).records]

    assert [record["user_agent"] for record in checked] == [
        record["user_agent"] for record in read(case).records
    ]


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"firehose", "gcp"}))
def test_an_array_and_json_lines_mean_the_same(name):
    lines = [line for line in GOLDEN.glob(f"{name}.*") if "expected" not in line.name]
    body = lines[0].read_bytes()
    rows = (
        [row for row in map(parsed, body.splitlines()) if row]
        if body[:1] == b"{" and body.count(b"\n{")
        else listed(body)
    )

    array = FEEDS[name].read(FeedRequest({}, {}, json.dumps(rows).encode()))
    ndjson = FEEDS[name].read(FeedRequest({}, {}, b"\r\n".join(json.dumps(row).encode() for row in rows)))
    together = FEEDS[name].read(FeedRequest({}, {}, b"".join(json.dumps(row).encode() for row in rows)))

    assert array.records
    assert array == ndjson
    assert array == together


def parsed(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def listed(body):
    rows = json.loads(body)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else [rows]
