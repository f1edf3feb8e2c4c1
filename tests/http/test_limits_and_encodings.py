"""Limits with both their sides, compression, and the shapes of a body."""

import dataclasses
import gzip
import time
import zlib
from datetime import timedelta

import brotli
import pytest
import zstandard

from builders import NOW, encode, log_record, padded, utf8
from crawlsight.settings import Settings

MIB = 1024 * 1024


def raw_deflate(body):
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "br": lambda body: brotli.compress(body, quality=1),
}
both_dialects = pytest.mark.parametrize("style", ["ank", "bot"])
every_encoding = pytest.mark.parametrize("encoding", ENCODERS)


def accepted(answer):
    body = answer.json()
    return body["accepted_records"] if "accepted_records" in body else int(body["message"].split()[1])


def test_the_defaults_are_the_documented_limits():
    settings = dataclasses.asdict(Settings())

    documented = {
        "max_body_bytes": 4 * MIB,
        "max_inflated_bytes": 16 * MIB,
        "max_records": 1_000,
        "max_host_chars": 255,
        "max_path_chars": 2_048,
        "max_user_agent_chars": 1_024,
        "max_referrer_chars": 2_048,
        "max_ip_chars": 128,
        "profound_max_ip_chars": 45,
        "profound_max_method_chars": 10,
        "profound_max_query_key_chars": 100,
        "profound_max_query_value_chars": 1_000,
        "ansehn_requests_per_minute": 60,
        "profound_requests_per_minute": 6_000,
        "profound_entries_per_minute": 100_000,
        "reports_requests_per_hour": 600,
    }
    assert {name: settings[name] for name in documented} == documented


@both_dialects
def test_a_body_may_have_4_mib_on_the_wire_and_not_a_byte_more(app, style):
    key = app.key(style)
    body = encode([log_record()])

    at_the_limit = app.send(key, padded(body, 4 * MIB))
    beyond = app.send(key, padded(body, 4 * MIB + 1))

    assert (at_the_limit.status_code, beyond.status_code) == (200, 413)
    assert len(app.visits(key)) == 1


def test_the_limit_on_the_wire_holds_in_any_encoding(app):
    key = app.key()
    body = padded(encode([log_record()]), 5 * MIB)

    small = app.send(key, gzip.compress(body), content_encoding="gzip")
    large = app.send(key, gzip.compress(body, compresslevel=0), content_encoding="gzip")

    assert (small.status_code, large.status_code) == (200, 413)


@both_dialects
@every_encoding
def test_a_body_may_have_16_mib_after_decompression_and_not_a_byte_more(app, style, encoding):
    key = app.key(style)
    body = encode([log_record()])
    compress = ENCODERS[encoding]

    at_the_limit = app.send(key, compress(padded(body, 16 * MIB)), content_encoding=encoding)
    beyond = app.send(key, compress(padded(body, 16 * MIB + 1)), content_encoding=encoding)

    assert (at_the_limit.status_code, beyond.status_code) == (200, 413)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_bytes_are_counted_while_inflating(app, encoding):
    # Four gigabytes of spaces in members of 16 MiB each: inflating them all takes long.
    bomb = ENCODERS[encoding](b" " * (16 * MIB)) * 250
    key = app.key()

    started = time.process_time()
    answer = app.send(key, bomb, content_encoding=encoding)

    assert (answer.status_code, len(bomb) < 4 * MIB) == (413, True)
    assert time.process_time() - started < 1


BATCHES = {
    "array": lambda logs: (encode(logs), "application/json"),
    "envelope": lambda logs: (encode({"logs": logs}), "application/json"),
    "ndjson": lambda logs: (b"\n".join(encode(log) for log in logs), "application/x-ndjson"),
}


@pytest.mark.parametrize(
    ("style", "shape"),
    [("ank", "array"), ("ank", "envelope"), ("ank", "ndjson"), ("bot", "array"), ("bot", "ndjson")],
)
@pytest.mark.parametrize(
    "first", [log_record(), log_record(status_code="200"), 5], ids=["plain", "lenient", "bad"]
)
def test_a_batch_may_have_1000_records_and_not_one_more(app, style, shape, first):
    key = app.key(style)

    def send(count):
        body, content_type = BATCHES[shape]([first] + [log_record()] * (count - 1))
        return app.send(key, body, content_type=content_type)

    at_the_limit, beyond = send(1000), send(1001)

    valid = 999 if first == 5 else 1000
    assert (at_the_limit.status_code, accepted(at_the_limit), beyond.status_code) == (200, valid, 413)
    assert len(app.visits(key)) == valid


@pytest.mark.parametrize(
    ("field", "most"),
    [("host", 255), ("path", 2048), ("user_agent", 1024), ("referer", 2048), ("referrer", 2048), ("ip", 128)],
)
@pytest.mark.parametrize("character", ["a", "ü", "語", "😀"])
def test_a_field_may_have_its_limit_in_characters_not_bytes_and_not_one_more(app, field, most, character):
    key = app.key()

    def send(length, write):
        return app.send(key, write([log_record(**{field: character * length}), log_record()])).json()

    for write in (utf8, encode):
        assert send(most, write)["errors"] == []
        assert send(most + 1, write)["errors"] == [
            {
                "index": 0,
                "field": field,
                "message": f"{field} is {most + 1} characters long; at most {most} are accepted",
            }
        ]


@both_dialects
@every_encoding
@pytest.mark.parametrize(
    "write", [str.lower, str.upper, lambda name: f" {name} "], ids=["lower", "upper", "spaces"]
)
def test_a_compressed_batch_is_stored_like_a_plain_one(app, style, encoding, write):
    key = app.key(style)
    body = encode([log_record()])

    answer = app.send(key, ENCODERS[encoding](body), content_encoding=write(encoding))

    assert (answer.status_code, accepted(answer)) == (200, 1)
    assert len(app.visits(key)) == 1


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (encode([log_record()]), "identity"),
        (encode([log_record()]), ""),
        (gzip.compress(encode([log_record()])), "x-gzip"),
        (raw_deflate(encode([log_record()])), "deflate"),
        (gzip.compress(b"[") + gzip.compress(encode(log_record()) + b"]"), "gzip"),
        (zstandard.compress(b"[") + zstandard.compress(encode(log_record()) + b"]"), "zstd"),
    ],
    ids=["identity", "empty", "x-gzip", "raw deflate", "two gzip members", "two zstd frames"],
)
def test_what_log_shippers_really_send_is_decompressed(app, body, encoding):
    answer = app.send(app.key(), body, content_encoding=encoding)

    assert (answer.status_code, accepted(answer)) == (200, 1)


@both_dialects
@pytest.mark.parametrize("encoding", ["compress", "lzma", "gzip, br", "utf-8", "x"])
def test_an_unknown_encoding_is_415_with_accept_encoding(app, style, encoding):
    answer = app.send(app.key(style), encode([log_record()]), content_encoding=encoding)

    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "gzip, deflate, zstd, br"


@every_encoding
@pytest.mark.parametrize("damage", ["not compressed", "cut short", "empty", "last byte missing"])
def test_a_corrupt_body_is_400(app, encoding, damage):
    whole = ENCODERS[encoding](encode([log_record(path=f"/{n}") for n in range(50)]))
    body = {
        "not compressed": encode([log_record()]),
        "cut short": whole[: len(whole) // 2],
        "empty": b"",
        "last byte missing": whole[:-1],
    }[damage]

    answer = app.send(app.key(), body, content_encoding=encoding)

    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_body")


@both_dialects
@pytest.mark.parametrize("content_type", ["application/x-ndjson", "application/x-ndjson; charset=utf-8"])
def test_ndjson_has_one_record_a_line_and_blank_lines_are_none(app, style, content_type):
    key = app.key(style)
    lines = [encode(log_record(path="/1")), b"", encode(log_record(path="/2")) + b"\r", b"  ", b"{nonsense"]

    answer = app.send(key, b"\n".join([*lines, b""]), content_type=content_type)

    assert (answer.status_code, accepted(answer), len(answer.json()["errors"])) == (200, 2, 1)
    assert sorted(visit["path"] for visit in app.visits(key)) == ["/1", "/2"]


@both_dialects
def test_one_bare_object_that_looks_like_a_record_counts_as_a_batch_of_one(app, style):
    key = app.key(style)

    good, bad = app.send(key, log_record()), app.send(key, log_record(status_code=1))

    assert (good.status_code, accepted(good)) == (200, 1)
    assert (bad.status_code, accepted(bad)) == ({"ank": 422, "bot": 200}[style], 0)
    assert len(app.visits(key)) == 1


RATE_HEADERS = {
    "ratelimit-policy": '"requests";q={limit};w=60',
    "ratelimit": '"requests";r={left};t=60',
    "x-ratelimit-limit": "{limit}",
    "x-ratelimit-remaining": "{left}",
}


@pytest.mark.parametrize(("style", "limit"), [("ank", 60), ("bot", 6000)])
def test_an_ingest_answer_carries_the_rate_limit_in_both_spellings(app, style, limit):
    answer = app.send(app.key(style), [log_record()])

    expected = {name: value.format(limit=limit, left=limit - 1) for name, value in RATE_HEADERS.items()}
    assert {name: answer.headers[name] for name in expected} == expected
    assert int(answer.headers["x-ratelimit-reset"]) == NOW.timestamp() + 60


def test_a_minute_after_the_first_request_there_is_room_for_one_more(app):
    key = app.key()
    app.send(key, [log_record()])
    app.clock.move(timedelta(seconds=30))
    later = [app.send(key, [log_record()]).status_code for _ in range(60)]

    app.clock.move(timedelta(seconds=29))
    before = app.send(key, [log_record()])
    app.clock.move(timedelta(seconds=1))
    after = [app.send(key, [log_record()]).status_code for _ in range(2)]

    assert later == [200] * 59 + [429]
    assert (before.status_code, before.headers["retry-after"]) == (429, "1")
    assert after == [200, 429]


ANSWERS = {
    "accepted": (encode([log_record()]), "other", {}, 200),
    "duplicate": (encode([log_record()]), "used", {}, 200),
    "conflict": (encode([log_record(), 1]), "used", {}, 409),
    "rejected": (b"[]", "other", {}, 422),
    "no idempotency key": (b"[]", None, {}, 400),
    "not json": (b"{", "other", {}, 400),
    "too large": (b" " * (4 * MIB + 1), "other", {}, 413),
    "unknown encoding": (b"[]", "other", {"content_encoding": "x"}, 415),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_authenticated_request_counts_and_every_answer_says_so(app, case):
    body, idempotency_key, headers, status = ANSWERS[case]
    key = app.key()
    app.send(key, encode([log_record()]), "used")

    answer = app.send(key, body, idempotency_key, **headers)

    expected = {name: value.format(limit=60, left=58) for name, value in RATE_HEADERS.items()}
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in expected} == expected


def test_a_request_without_the_scope_is_authenticated_and_counts(app):
    key = app.key(scopes=())

    answer = app.send(key, [log_record()])

    assert (answer.status_code, answer.headers.get("x-ratelimit-remaining")) == (403, "59")


def test_the_61st_request_of_a_key_in_a_minute_is_429_with_retry_after(app):
    project = app.project()
    key, other = app.key(project=project), app.key(project=project)

    answers = [app.send(key, b"[]").status_code for _ in range(60)]
    beyond = app.send(key, [log_record()], "batch-a")
    of_other_key = app.send(other, [log_record()], "batch-a")

    assert set(answers) == {422}
    assert (beyond.status_code, beyond.json()["error"]) == (429, "rate_limited")
    assert 1 <= int(beyond.headers["retry-after"]) <= 60
    assert beyond.headers["x-ratelimit-remaining"] == "0"
    assert beyond.headers["ratelimit"].startswith('"requests";r=0;t=')
    assert (of_other_key.status_code, of_other_key.json()["status"]) == (200, "accepted")


def test_profound_entries_are_limited_per_minute_and_token(open_app):
    app = open_app(profound_entries_per_minute=10)
    key, other = app.key("bot"), app.key("bot")

    answers = [app.send(key, [log_record()] * count) for count in (10, 1)]
    of_other_key = app.send(other, [log_record()] * 10)

    assert [answer.status_code for answer in [*answers, of_other_key]] == [200, 429, 200]
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60
    assert list(answers[1].json()) == ["detail"]
    assert len(app.visits(key)) == 10


def test_profound_requests_are_limited_per_minute_and_token(open_app):
    app = open_app(profound_requests_per_minute=2)
    key = app.key("bot")

    answers = [app.send(key, [log_record()]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert list(answers[2].json()) == ["detail"]
