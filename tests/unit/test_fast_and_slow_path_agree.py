"""A batch is judged at once if it can be and record by record if not: both ways must agree."""

import json
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import BROWSER, GPTBOT, NOW, encode, judge, log_record, read_rows
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.outcome import RecordError
from crawlsight.ingest.validate import InvalidRecordError, validate_record
from crawlsight.settings import Settings
from signed import signature_fields

RULES = {
    "ank": ansehn.rules(Settings().ansehn_limits()),
    "bot": profound.rules(Settings().profound_limits()),
}
BATCH_ID = UUID("0197b0f1-2c3d-7abc-8def-012345000000")
MOST = 2**63 - 1

# A record that is not typed as it stands, so that its whole batch is judged one by one.
BAD = {"timestamp": "never"}


def at(**delta):
    return NOW + timedelta(**delta)


TIMESTAMPS = [
    at(minutes=-1).isoformat(),
    at(minutes=-1).replace(tzinfo=None).isoformat(),
    "2026-11-22T11:59:00.5Z",
    "2026-11-22T12:59:00+01:00",
    "2026-11-22 11:59:00",
    "20261122T115900Z",
    at(minutes=-1).timestamp(),
    int(at(minutes=-1).timestamp()),
    int(at(minutes=-1).timestamp() * 1000),
    at(minutes=-1).timestamp() + 0.125,
    str(int(at(minutes=-1).timestamp())),
    *(at(days=-90, milliseconds=step).isoformat() for step in (-1, 0, 1)),
    *(at(minutes=10, milliseconds=step).isoformat() for step in (-1, 0, 1)),
    *(at(hours=24, milliseconds=step).isoformat() for step in (-1, 0, 1)),
    *(at(days=-90).timestamp() + step for step in (-0.001, 0, 0.001)),
    *(at(minutes=10).timestamp() * 1000 + step for step in (-1, 0, 1)),
    "2000-01-01T00:00:00Z",
    "1999-12-31T23:59:59Z",
    946_684_800,
    946_684_799,
    0,
    -1,
    99_999_999_999,
    100_000_000_000,
    1e20,
    True,
    None,
    "-",
    "",
    "yesterday",
    [],
    ...,
]

TEXTS = [None, "-", "", " ", "x", 5, True, [], ...]
NUMBERS = [
    0,
    1,
    -1,
    "7",
    "-7",
    2.0,
    2.5,
    "2.0",
    "2.5",
    MOST,
    MOST + 1,
    1e300,
    True,
    None,
    "-",
    "",
    "x",
    [],
    ...,
]


def text(*valid, most):
    return st.sampled_from([*valid, *TEXTS, "é" * most, "é" * (most + 1)])


# Signed, but not in full, by an agent whose keys are unknown; the address leaves it to the signature to tell.
SIGNED = {"ip": "10.0.0.1", **signature_fields("agent.bot.goog", covered=('"@authority"',))}

VALUES = {
    "timestamp": st.sampled_from(TIMESTAMPS),
    "method": text("get", "POST", "PROPFIND", most=10),
    "host": text("Example.com:80", "[::1]:8080", most=255),
    "path": text("/a?b=1&b=2", "https://example.com/p?c=%zz", "?", "nowhere", most=2_048),
    "status_code": st.sampled_from([100, 599, 99, 600, "200", 404.0, *NUMBERS]),
    "ip": text("203.0.113.10", "2001:db8::1", "203.0.113.xx", most=45) | text(most=128),
    "user_agent": text(GPTBOT, BROWSER, most=1_024),
    "referer": text("https://chatgpt.com/", "https://example.com/", most=2_048),
    "referrer": text("https://claude.ai/", most=2_048),
    "bytes_sent": st.sampled_from(NUMBERS),
    "response_size": st.sampled_from(NUMBERS),
    "duration_ms": st.sampled_from(NUMBERS),
    "time_taken": st.sampled_from(NUMBERS),
    "query_params": st.sampled_from(
        [
            {},
            {"a": "1"},
            {"utm_source": "chatgpt.com"},
            {"a": 1, "b": None, "c": True, "d": ["x", 1]},
            {"a": {}},
            {"k" * 100: "v" * 1_000},
            {"k" * 101: "v"},
            {"k": "v" * 1_001},
            *TEXTS,
        ]
    ),
    "signature": text(SIGNED["signature"], "sig1=:AAAA:", most=8_192),
    "signature_input": text(SIGNED["signature_input"], "sig1", most=8_192),
    "signature_agent": text(SIGNED["signature_agent"], '"https://chatgpt.com"', most=8_192),
    "surplus": st.just({"a": [None]}),
}

changes = (
    st.integers(0, 3)
    .flatmap(
        lambda count: st.lists(st.sampled_from(sorted(VALUES)), min_size=count, max_size=count, unique=True)
    )
    .flatmap(lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names}))
)
signatures = st.sampled_from([{}, {}, SIGNED])
records = st.builds(lambda signed, found: log_record(**signed | found), signatures, changes) | st.just(
    log_record(path=..., pathname="/foreign")
)
styles = st.sampled_from(sorted(RULES))


def alone(style, index, record):
    """The verdict on a record by itself: what is wrong with it, None if nothing."""
    rules = RULES[style]
    try:
        validate_record(json.loads(encode(record)), rules, rules.window(NOW, 90))
    except InvalidRecordError as refusal:
        return RecordError(index, refusal.field, refusal.message)
    return None


@settings(max_examples=400)
@given(styles, st.lists(records, max_size=6))
def test_a_batch_gives_each_record_the_verdict_that_it_gets_alone(style, batch):
    verdicts = [alone(style, index, record) for index, record in enumerate(batch)]
    errors = tuple(verdict for verdict in verdicts if verdict is not None)

    outcome = judge(batch, style)

    assert outcome.errors == errors
    assert (outcome.received, outcome.accepted, outcome.rejected) == (
        len(batch),
        len(batch) - len(errors),
        len(errors),
    )


@settings(max_examples=400)
@given(styles, st.lists(records, min_size=1, max_size=4))
def test_the_stored_rows_are_the_same_whether_or_not_a_bad_record_is_among_them(style, batch):
    valid = [record for record in batch if alone(style, 0, record) is None]

    at_once = judge(valid, style, batch_id=BATCH_ID)
    one_by_one = judge([*valid, BAD], style, batch_id=BATCH_ID)

    assert read_rows(at_once.block) == read_rows(one_by_one.block)
    assert one_by_one.rejected == 1


@given(styles, st.lists(records, max_size=4))
def test_an_array_and_lines_are_judged_alike(style, batch):
    lines = b"\n".join(encode(record) for record in batch)

    as_array, as_lines = (
        judge(batch, style, batch_id=BATCH_ID),
        judge(lines, style, batch_id=BATCH_ID, shape="ndjson"),
    )

    assert (as_array.errors, read_rows(as_array.block)) == (
        as_lines.errors,
        read_rows(as_lines.block),
    )
