"""Whatever is sent: no record is lost, and none is counted twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import BROWSER, GOOGLEBOT, GPTBOT, NOW, at, log_record
from crawlsight.ingest.policy import Keep

AGENTS = [GPTBOT, GOOGLEBOT, BROWSER, "curl/8.0", "ClaudeBot/1.0"]
TIMESTAMPS = [
    at(minutes=1),
    at(days=89),
    int(NOW.timestamp()),
    str(int(NOW.timestamp() * 1000)),
    "2026-11-22T11:00:00",
]
REFERERS = [..., None, "-", "https://chatgpt.com/", "https://example.com/", "https://news.example/"]
FAULTS = [
    {"timestamp": at(days=10_000)},
    {"timestamp": "yesterday"},
    {"method": ""},
    {"host": ...},
    {"path": None},
    {"status_code": 99},
    {"status_code": True},
    {"ip": 5},
    {"user_agent": 5},
    {"bytes_sent": -1},
    {"duration_ms": "fast"},
    {"query_params": []},
]

good_records = st.builds(
    log_record,
    timestamp=st.sampled_from(TIMESTAMPS),
    method=st.sampled_from(["GET", "post", "PURGE"]),
    host=st.sampled_from(["example.com", "www.example.com", "else.org"]),
    path=st.sampled_from(["/", "/a?utm_source=chatgpt.com", "/b"]) | st.text(min_size=1, max_size=20),
    status_code=st.sampled_from([200, "404", 500.0]),
    ip=st.sampled_from(["203.0.113.10", "", "hash"]),
    user_agent=st.sampled_from(AGENTS),
    referer=st.sampled_from(REFERERS),
    bytes_sent=st.sampled_from([..., None, 0, "5", 7.0]),
).filter(lambda record: record["path"] != "-")
bad_records = st.builds(lambda record, fault: record | fault, good_records, st.sampled_from(FAULTS)).map(
    lambda record: {name: value for name, value in record.items() if value is not ...}
) | st.sampled_from([5, None, "record", [], {}])
batches = st.lists(st.tuples(st.booleans(), good_records, bad_records), max_size=12)


def ansehn_counts(answer, received):
    body = answer.json()
    if body["status"] == "rejected":
        assert answer.status_code == 422
    accepted, rejected = body["accepted_records"], body["rejected_records"]
    stored = body["stored_ai_crawler_records"] + body.get("stored_other_records", 0)
    dropped, quarantined = body["dropped_non_crawler_records"], body["quarantined_records"]

    assert body["received_records"] == received == accepted + rejected
    assert accepted == stored + dropped + quarantined
    assert [error["index"] for error in body["errors"]] == sorted(
        {error["index"] for error in body["errors"]}
    )
    return accepted, stored, quarantined, len(body["errors"])


def kept(record, keep, is_guarded):
    """Whether the policy keeps a good record: what the contract says, once more and plainly."""
    if is_guarded and record["host"] == "else.org":
        return False
    is_ai_crawler = record["user_agent"] in {GPTBOT, "ClaudeBot/1.0"}
    is_search_bot = record["user_agent"] == GOOGLEBOT
    if keep is Keep.ALL or is_ai_crawler:
        return True
    if keep is Keep.CRAWLERS:
        return False
    is_person = record["user_agent"] == BROWSER
    return is_search_bot or (is_person and is_sent_by_assistant(record))


def is_sent_by_assistant(record):
    referer = record.get("referer")
    if referer == "https://chatgpt.com/":
        return True
    # A third site's referer outweighs the tag.
    return "utm_source=chatgpt.com" in record["path"] and referer != "https://news.example/"


@settings(max_examples=60)
@given(
    entries=batches,
    style=st.sampled_from(["ank", "bot"]),
    keep=st.sampled_from(list(Keep)),
    is_guarded=st.booleans(),
)
def test_every_record_is_accounted_for_and_exactly_the_stored_ones_end_in_visits(
    shared_app, entries, style, keep, is_guarded
):
    app = shared_app
    app.clock.now = NOW
    key = app.key(style, project=app.project(keep=keep, domains=("example.com",) if is_guarded else ()))
    records = [good if is_good else bad for is_good, good, bad in entries]
    good = [record for is_good, record, _ in entries if is_good]
    expected = [record for record in good if kept(record, keep, is_guarded)]

    answer = app.send(key, records)
    visits = app.visits(key)
    if style == "ank":
        accepted, stored, quarantined, errors = ansehn_counts(answer, len(records))
        assert (stored, quarantined) == (
            len(expected),
            sum(is_guarded and record["host"] == "else.org" for record in good),
        )
    else:
        body = answer.json()
        accepted, errors = int(body["message"].split()[1]), len(body["errors"])
        assert (body["first_visit_id"] is None) == (accepted == 0)

    assert (accepted, errors) == (len(good), len(records) - len(good))
    assert len(app.rejected(key)) == errors
    assert len(visits) == len({visit["visit_id"] for visit in visits}) == len(expected)
    assert sorted((visit["host"], visit["user_agent"], visit["status_code"]) for visit in visits) == sorted(
        (record["host"], record["user_agent"], int(record["status_code"])) for record in expected
    )
