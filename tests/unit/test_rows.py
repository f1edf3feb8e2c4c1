"""Rows of visits: their columns, ids and expiry, and that making them costs no memory for good."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure import run_apart

from builders import BROWSER, GPTBOT, NOW, judge, log_record, read_rows
from crawlsight.ingest.policy import IpPolicy, Keep, Policy
from crawlsight.ingest.rows import batch_uuid, visit_id
from crawlsight.record import VISIT_COLUMNS

BATCH_ID = UUID("0197b0f1-2c3d-7abc-8def-012345000000")
DAY = 86_400


def stored(record, style="ank", batch_id=BATCH_ID, **policy):
    found = Policy(**{"project_id": 7, "keep": Keep.ALL, **policy})
    (row,) = read_rows(judge([record], style, found, batch_id=batch_id).block)
    return row


def test_a_row_has_every_column_in_order():
    record = log_record(
        timestamp="2026-11-22T11:59:00.25Z",
        method="get",
        host="WWW.Example.com:443",
        path="/blog?utm_source=x&page=2&page=3",
        referer="-",
        referrer="https://example.org/",
        response_size=18_422,
        time_taken=0.25,
    )

    row = stored(record)

    assert list(row) == list(VISIT_COLUMNS)
    assert row == {
        "visit_id": "0197b0f1-2c3d-7abc-8def-012345000000",
        "project_id": 7,
        "source": "edge",
        "timestamp": datetime(2026, 11, 22, 11, 59, tzinfo=UTC).timestamp() + 0.25,
        "received_at": int(NOW.timestamp()),
        "expires_at": int(NOW.timestamp()) - 60 + 90 * DAY,
        "host": "www.example.com",
        "path": "/blog",
        "query_params": {"utm_source": "x", "page": "2"},
        "method": "GET",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": GPTBOT,
        "referer": "https://example.org/",
        "bytes_sent": 18_422,
        "duration_ms": 250.0,
        "bot_name": "GPTBot",
        "bot_provider": "openai",
        "bot_type": "ai_training",
        "purpose": "training",
        "is_ai_crawler": True,
        "verification": "contradicted",
        "referral_source": "none",
        "referral_type": "none",
        "verification_evidence": "outside:openai-gptbot@2025-10-30",
    }


def test_a_persons_row_names_the_referral_and_no_bot():
    row = stored(log_record(user_agent=BROWSER, referer="https://chatgpt.com/"))

    assert {name: row[name] for name in VISIT_COLUMNS[16:]} == {
        "bot_name": "",
        "bot_provider": "",
        "bot_type": "",
        "purpose": "",
        "is_ai_crawler": False,
        "verification": "none",
        "referral_source": "openai",
        "referral_type": "referer",
        "verification_evidence": "",
    }


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        (
            {"referer": "https://a.example/", "referrer": "https://b.example/"},
            "referer",
            "https://a.example/",
        ),
        ({"referer": None, "referrer": "https://b.example/"}, "referer", "https://b.example/"),
        ({"referer": "-", "referrer": "-"}, "referer", ""),
        ({}, "referer", ""),
        ({"bytes_sent": 1, "response_size": 2}, "bytes_sent", 1),
        ({"bytes_sent": 0, "response_size": 2}, "bytes_sent", 0),
        ({"bytes_sent": "-", "response_size": 2}, "bytes_sent", 2),
        ({}, "bytes_sent", None),
        ({"duration_ms": 5, "time_taken": 1}, "duration_ms", 5.0),
        ({"duration_ms": 0, "time_taken": 1}, "duration_ms", 0.0),
        ({"duration_ms": None, "time_taken": 1.5}, "duration_ms", 1_500.0),
        ({}, "duration_ms", None),
        ({"query_params": {"a": "1"}, "path": "/p?b=2"}, "query_params", {"a": "1"}),
        ({"query_params": {}, "path": "/p?b=2"}, "query_params", {}),
        ({"query_params": None, "path": "/p?b=2&c="}, "query_params", {"b": "2", "c": ""}),
        ({"path": "/p?" + "&".join(f"k{i}=1" for i in range(200))}, "query_params", {}),
        ({"path": "https://example.com/p?b=2"}, "path", "/p"),
        ({"method": "PROPFIND"}, "method", "OTHER"),
    ],
)
@pytest.mark.parametrize("style", ["ank", "bot"])
def test_aliases_and_absent_values_are_resolved(style, changes, column, value):
    assert stored(log_record(**changes), style)[column] == value


@pytest.mark.parametrize("user_agent", ["", None, "-"])
def test_an_absent_user_agent_is_stored_as_empty(user_agent):
    assert stored(log_record(user_agent=user_agent), "bot")["user_agent"] == ""


@pytest.mark.parametrize(
    ("timestamp", "expires_at"),
    [
        (NOW, NOW + timedelta(days=90)),
        (NOW - timedelta(days=89), NOW + timedelta(days=1)),
        # Older than the retention: the days count from the receipt.
        (NOW - timedelta(days=90), NOW + timedelta(days=90)),
        (datetime(2024, 1, 11, 12, tzinfo=UTC), NOW + timedelta(days=90)),
        (NOW + timedelta(hours=23), NOW + timedelta(days=90, hours=23)),
    ],
)
def test_a_visit_expires_after_the_retention(timestamp, expires_at):
    row = stored(log_record(timestamp=timestamp.isoformat()), "bot")

    assert row["expires_at"] == int(expires_at.timestamp())


@pytest.mark.parametrize(
    ("user_agent", "ip_policy", "human_ip_policy", "ip"),
    [
        (GPTBOT, IpPolicy.KEEP, IpPolicy.MASK, "203.0.113.10"),
        (BROWSER, IpPolicy.KEEP, IpPolicy.MASK, "203.0.113.0"),
        (GPTBOT, IpPolicy.MASK, IpPolicy.KEEP, "203.0.113.0"),
        (BROWSER, IpPolicy.MASK, IpPolicy.KEEP, "203.0.113.10"),
        (GPTBOT, IpPolicy.DROP, IpPolicy.KEEP, ""),
        (BROWSER, IpPolicy.KEEP, IpPolicy.DROP, ""),
        (BROWSER, IpPolicy.KEEP, IpPolicy.KEEP, "203.0.113.10"),
    ],
)
def test_addresses_follow_the_policy_for_crawlers_and_for_people(user_agent, ip_policy, human_ip_policy, ip):
    row = stored(log_record(user_agent=user_agent), ip_policy=ip_policy, human_ip_policy=human_ip_policy)

    assert row["ip"] == ip


@given(st.integers(0, 2**60), st.integers(0, 2**24 - 1))
def test_a_visits_id_is_its_batchs_id_and_its_position(random_bits, index):
    batch_id = batch_uuid(random_bits, NOW)

    found = UUID(visit_id(batch_id, index))

    assert found.int == batch_id.int + index
    assert (found.version, found.variant) == (7, "specified in RFC 4122")


def test_batch_ids_are_ordered_by_time():
    instants = [NOW + timedelta(milliseconds=i) for i in range(100)]

    ids = [batch_uuid(2**60 - 1 - i, instant) for i, instant in enumerate(instants)]

    assert ids == sorted(ids)


def test_ids_are_positions_in_the_batch_whatever_was_rejected_or_dropped():
    records = [
        log_record(path="/0"),
        log_record(status_code=0),
        log_record(path="/2", user_agent=BROWSER),
        log_record(path="/3"),
    ]

    outcome = judge(records, policy=Policy(project_id=1, keep=Keep.CRAWLERS), batch_id=BATCH_ID)

    assert [(row["visit_id"][-6:], row["path"]) for row in read_rows(outcome.block)] == [
        ("000000", "/0"),
        ("000003", "/3"),
    ]


def test_the_first_visit_id_is_that_of_the_first_valid_record():
    outcome = judge([log_record(status_code=0), log_record(path="/1")], "bot", batch_id=BATCH_ID)

    assert outcome.first_visit_id == "0197b0f1-2c3d-7abc-8def-012345000001"
    assert [row["visit_id"] for row in read_rows(outcome.block)] == [outcome.first_visit_id]


def test_a_large_batch_numbers_its_rows_beyond_a_thousand():
    ids = [visit_id(BATCH_ID, index)[-6:] for index in (999, 1_000, 65_536, 2**24 - 1)]

    assert ids == ["0003e7", "0003e8", "010000", "ffffff"]


_REPEATED = """
sys.path.insert(0, sys.argv[1])
from builders import judge, log_record, encode

body = encode([log_record(path=f"/{i}?a={i}", referer="https://a.example/") for i in range(1000)])
for _ in range(20):
    judge(body)
before = resident_mib()
for _ in range(300):
    judge(body)
print(json.dumps({"mib": resident_mib() - before}))
"""


def test_three_hundred_batches_leave_no_memory_behind(request):
    tests = request.config.rootpath / "tests"

    assert run_apart(_REPEATED, str(tests))["mib"] < 20
