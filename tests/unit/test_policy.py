"""What a project keeps: the fate of each valid record, and that every record is counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER, GOOGLEBOT, GPTBOT, judge, log_record, read_rows
from crawlsight.ingest.policy import IpPolicy, Keep, Policy

PERSON = {"user_agent": BROWSER}
SENT_BY_CHATGPT = {"user_agent": BROWSER, "referer": "https://chatgpt.com/"}
TAGGED = {"user_agent": BROWSER, "path": "/?utm_source=chatgpt.com"}
SENT_BY_GOOGLE = {"user_agent": BROWSER, "referer": "https://www.google.com/"}
FROM_OWN_SITE = {"user_agent": BROWSER, "referer": "https://example.com/"}
AI_CRAWLER = {"user_agent": GPTBOT}
SEARCH_BOT = {"user_agent": GOOGLEBOT}


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (Keep.CRAWLERS, [AI_CRAWLER]),
        (Keep.AI, [AI_CRAWLER, SEARCH_BOT, SENT_BY_CHATGPT, TAGGED]),
        (
            Keep.ALL,
            [AI_CRAWLER, SEARCH_BOT, SENT_BY_CHATGPT, TAGGED, SENT_BY_GOOGLE, FROM_OWN_SITE, PERSON],
        ),
    ],
)
def test_a_policy_keeps_what_its_name_says(keep, kept):
    visitors = [AI_CRAWLER, SEARCH_BOT, SENT_BY_CHATGPT, TAGGED, SENT_BY_GOOGLE, FROM_OWN_SITE, PERSON]

    outcomes = [judge([log_record(**visitor)], policy=Policy(1, keep)) for visitor in visitors]

    assert [visitor for visitor, outcome in zip(visitors, outcomes, strict=True) if outcome.stored] == kept


def test_the_default_policy_keeps_crawlers_for_ninety_days_and_masks_people():
    assert Policy(1) == Policy(1, Keep.CRAWLERS, 90, (), IpPolicy.KEEP, IpPolicy.MASK)


@pytest.mark.parametrize(
    ("host", "is_owned"),
    [
        ("example.com", True),
        ("www.example.com", True),
        ("a.b.example.com", True),
        ("example.org", False),
        ("notexample.com", False),
        ("example.com.evil.example", False),
        ("", False),
        ("other.example", True),
    ],
)
def test_a_project_owns_its_domains_and_what_is_below(host, is_owned):
    assert Policy(1, domains=("example.com", "other.example")).owns(host) is is_owned


def test_a_project_without_domains_owns_every_host():
    assert Policy(1).owns("anything.example")


@pytest.mark.parametrize("keep", list(Keep))
def test_a_strange_host_is_quarantined_with_what_would_be_kept(keep):
    records = [
        log_record(host="WWW.Example.com:443"),
        log_record(host="strange.example", path="/bot"),
        log_record(host="strange.example", path="/person", **PERSON),
        log_record(host="strange.example", status_code=0),
    ]

    outcome = judge(records, policy=Policy(1, keep, domains=("example.com",)))

    (found,) = outcome.quarantine
    kept = ["/bot", "/person"] if keep is Keep.ALL else ["/bot"]
    assert (outcome.stored, outcome.dropped, outcome.quarantined, outcome.rejected) == (1, 0, 2, 1)
    assert (found.host, found.records, found.rows) == ("strange.example", 2, len(kept))
    assert [row["path"] for row in read_rows(found.block)] == kept
    assert [row["host"] for row in read_rows(outcome.block)] == ["www.example.com"]


def test_quarantine_is_kept_apart_by_host():
    records = [log_record(host=host) for host in ("a.example", "b.example", "a.example")]

    outcome = judge(records, policy=Policy(1, domains=("example.com",)))

    assert [(found.host, found.records) for found in outcome.quarantine] == [
        ("a.example", 2),
        ("b.example", 1),
    ]
    assert outcome.block == b""


def test_what_is_kept_for_review_is_capped_and_the_errors_and_counters_are_not():
    outcome = judge([log_record(status_code=0)] * 250)

    assert [error.index for error in outcome.errors] == list(range(250))
    assert (len(outcome.review), outcome.rejected) == (100, 250)


def test_a_rejected_record_is_reviewed_cut_short_and_masked():
    record = log_record(status_code=0, path="/" + "a" * 500, cookie="secret", user_agent=GPTBOT)

    (review,) = judge([record]).review

    assert review.values == {
        "timestamp": record["timestamp"],
        "method": "GET",
        "host": "example.com",
        "path": "/" + "a" * 199,
        "status_code": "0",
        "ip": "203.0.113.0",
        "user_agent": GPTBOT,
    }


visitors = st.sampled_from([PERSON, SENT_BY_CHATGPT, TAGGED, AI_CRAWLER, SEARCH_BOT])
hosts = st.sampled_from(["example.com", "www.example.com", "strange.example"])
records = st.builds(
    lambda visitor, host, status_code: log_record(**visitor, host=host, status_code=status_code),
    visitors,
    hosts,
    st.sampled_from([200, 200, 0, "200", None]),
)


@given(
    st.lists(records, max_size=8),
    st.sampled_from(list(Keep)),
    st.sampled_from([(), ("example.com",)]),
    st.sampled_from(["ank", "bot"]),
)
def test_every_record_ends_in_exactly_one_counter(batch, keep, domains, style):
    outcome = judge(batch, style, Policy(1, keep, domains=domains))

    stored = outcome.stored_ai_crawlers + outcome.stored_others
    assert outcome.received == len(batch) == outcome.accepted + outcome.rejected
    assert outcome.accepted == stored + outcome.dropped + outcome.quarantined
    assert stored == len(read_rows(outcome.block))
    assert outcome.stored_ai_crawlers == sum(row["is_ai_crawler"] for row in read_rows(outcome.block))
    assert outcome.quarantined == sum(found.records for found in outcome.quarantine)
