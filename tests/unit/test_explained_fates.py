"""Explaining what becomes of a record: by the project's policy, and by what its dialect refuses."""

import pytest
from explanation_parts import explain, of_person

from builders import BROWSER, GOOGLEBOT, log_record
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ingest.validate import InvalidRecordError


@pytest.mark.parametrize(
    ("changes", "policy", "fate", "reason"),
    [
        (
            {"host": "Other.Example:8080"},
            Policy(1, Keep.ALL, domains=("example.com",)),
            "quarantined",
            "Quarantined: other.example is none of the project's domains.",
        ),
        (
            {"host": "shop.example.com"},
            Policy(1, Keep.ALL, domains=("example.com",)),
            "stored",
            "Stored: the project keeps 'all'.",
        ),
        (
            {"user_agent": GOOGLEBOT},
            Policy(1, Keep.CRAWLERS),
            "dropped",
            "Dropped: the project keeps only 'crawlers'.",
        ),
        ({"user_agent": GOOGLEBOT}, Policy(1, Keep.AI), "stored", "Stored: the project keeps 'ai'."),
        (
            {"user_agent": BROWSER},
            Policy(1, Keep.AI),
            "dropped",
            "Dropped: the project keeps only 'ai'.",
        ),
        (
            {"user_agent": BROWSER, "referer": "https://chatgpt.com/"},
            Policy(1, Keep.AI),
            "stored",
            "Stored: the project keeps 'ai'.",
        ),
        ({}, Policy(1, Keep.CRAWLERS), "stored", "Stored: the project keeps 'crawlers'."),
        (
            {"host": "other.example", "user_agent": BROWSER},
            Policy(1, Keep.CRAWLERS, domains=("example.com",)),
            "quarantined",
            "Quarantined: other.example is none of the project's domains.",
        ),
    ],
)
def test_the_policy_decides_the_fate(changes, policy, fate, reason):
    found = explain(log_record(**changes), policy=policy)

    assert (found.fate, found.reasons[-1]) == (fate, reason)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"status_code": 99}, "status_code", "status_code must be between 100 and 599"),
        ({"path": ...}, "path", "path is required"),
        ({"path": ..., "url": "/"}, "path", "path is required; rename 'url' to 'path'"),
        ({"host": 7}, "host", "host must be a string, got 7"),
        ({"user_agent": "x" * 1_025}, "user_agent", None),
        ({"timestamp": "soon"}, "timestamp", None),
    ],
)
def test_an_invalid_record_is_refused_by_its_field(changes, field, message):
    with pytest.raises(InvalidRecordError) as refusal:
        explain(log_record(**changes), style="ank")

    assert refusal.value.field == field
    assert message in {None, refusal.value.message}


def test_the_dialects_differ_in_what_they_take():
    record = log_record(user_agent="-")

    with pytest.raises(InvalidRecordError, match="user_agent is required"):
        explain(record, style="ank")
    assert explain(record, style="bot") == of_person(
        ("none", "none"), "No referrer and no known tag tell who sent this person."
    )
