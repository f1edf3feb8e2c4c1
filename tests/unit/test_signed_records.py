"""Records that carry signatures: who is recognised by them, what is stored, and what is refused."""

import json
from uuid import UUID

import msgspec
import pytest

from builders import BROWSER, GPTBOT, KEEP_ALL, NOW, encode, log_record, read_rows
from crawlsight.detect import built_in_knowledge
from crawlsight.ingest.body import decompress_block
from crawlsight.ingest.judge import build_pipelines
from crawlsight.ingest.outcome import Batch, RecordError
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ingest.senders import Senders
from crawlsight.record import VISIT_COLUMNS
from crawlsight.settings import Settings
from signed import (
    CREATED,
    KEYID,
    OTHER_KEY,
    PRIVATE_KEY,
    SIGNATURE_FIELDS,
    key_directory,
    signature_fields,
    signed_record,
)

BATCH_ID = UUID("0197b0f1-2c3d-7abc-8def-012345000000")
DIALECTS = ["ansehn", "profound"]
KEEPS_CRAWLERS = Policy(project_id=1, keep=Keep.CRAWLERS)

# A record that is no record, so that its whole batch is judged one by one.
BAD = {"timestamp": "never"}


def pipelines_knowing(**key_directories):
    directories = {host.replace("_", "."): body for host, body in key_directories.items()}
    knowledge = msgspec.structs.replace(built_in_knowledge(), key_directories=directories)
    return build_pipelines(Settings(), Senders(knowledge))


PIPELINES = pipelines_knowing(
    chatgpt_com=key_directory(), agent_bot_goog=key_directory(OTHER_KEY), you_com=b"<html>"
)


def judge(records, dialect="ansehn", policy=KEEP_ALL, pipelines=PIPELINES):
    return pipelines[dialect].process(encode(records), "json", Batch(BATCH_ID, "edge", policy, NOW))


def senders(outcome):
    return [
        (row["bot_name"], row["verification"], row["verification_evidence"])
        for row in read_rows(outcome.block)
    ]


def sender(record, dialect="ansehn", pipelines=PIPELINES):
    """The sender of a record judged at once, which must be that of the same record judged one by one."""
    at_once = senders(judge([record], dialect, pipelines=pipelines))
    assert senders(judge([record, BAD], dialect, pipelines=pipelines)) == at_once
    return at_once[0]


AGENT = ("ChatGPT Agent", "verified", f"signature:chatgpt.com#{KEYID}")
PERSON = ("", "none", "")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stock_browser_with_a_valid_signature_is_the_agent_that_signed(dialect):
    assert sender(signed_record(), dialect) == AGENT


@pytest.mark.parametrize("policy", [KEEP_ALL, KEEPS_CRAWLERS])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_agent_that_signed_is_stored_as_an_ai_crawler(dialect, policy):
    outcome = judge([signed_record()], dialect, policy)

    row = read_rows(outcome.block)[0]
    assert (outcome.stored_ai_crawlers, outcome.stored_others, outcome.dropped) == (1, 0, 0)
    assert {name: row[name] for name in VISIT_COLUMNS if name.startswith(("bot_", "is_", "ver", "ref"))} == {
        "referer": "",
        "bot_name": "ChatGPT Agent",
        "bot_provider": "openai",
        "bot_type": "ai_agent",
        "is_ai_crawler": True,
        "verification": "verified",
        "referral_source": "none",
        "referral_type": "none",
        "verification_evidence": f"signature:chatgpt.com#{KEYID}",
    }


def test_an_agent_that_signed_was_sent_by_nobody():
    outcome = judge([signed_record(referer="https://chatgpt.com/")])

    assert read_rows(outcome.block)[0]["referral_source"] == "none"


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "EXAMPLE.com:443"},
        {"path": "/another"},
        {"ip": "10.0.0.1"},
        {"ip": ""},
        {"user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
        {"timestamp": CREATED - 60},
        {"timestamp": CREATED + 360},
        {"timestamp": (CREATED + 360) * 1000},
    ],
)
def test_what_a_signature_does_not_cover_may_be_anything(changes):
    assert sender(signed_record(**changes)) == AGENT


def test_a_client_without_a_user_agent_is_the_agent_that_signed():
    assert sender(signed_record(user_agent=None), "profound") == AGENT


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "example.org"},
        {"timestamp": CREATED - 61},
        {"timestamp": CREATED + 361},
        {"signature": ...},
        {"signature": None},
        {"signature": "-"},
        {"signature": ""},
        {"signature": "sig1=:AAAA:"},
        {"signature_input": ...},
        {"signature_input": "-"},
        {"signature_input": ""},
        {"signature_input": "sig1"},
        {"signature_agent": ...},
        {"signature_agent": "-"},
        {"signature_agent": '"https://agent.bot.goog"'},
        signature_fields(private_key=OTHER_KEY),
        signature_fields("agent.bot.goog"),
        signature_fields("unknown.example"),
        signature_fields("you.com"),
    ],
    ids=str,
)
def test_a_stock_browser_without_a_valid_signature_is_a_person(changes):
    assert sender(signed_record(**changes)) == PERSON


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(KEEP_ALL, [PERSON, AGENT, PERSON, AGENT]), (KEEPS_CRAWLERS, [AGENT, AGENT])],
    ids=["all", "crawlers"],
)
@pytest.mark.parametrize("bad", [0, 1, 4])
def test_every_record_of_a_batch_is_judged_by_its_own_signature(bad, policy, expected):
    records = [
        log_record(user_agent=BROWSER),
        signed_record(),
        signed_record(host="example.org"),
        signed_record(),
    ]
    records.insert(bad, BAD)

    assert senders(judge(records, policy=policy)) == expected


GOOGLE_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; Google-Agent;"
    " +https://developers.google.com/crawling/docs/crawlers-fetchers/google-agent)"
    " Chrome/131.0.0.0 Safari/537.36"
)
FROM_GOOGLE = {"user_agent": GOOGLE_AGENT, "ip": "203.0.113.10"}
FROM_LAN = {"user_agent": GOOGLE_AGENT, "ip": "10.0.0.1"}
GOOGLE_KNOWN = pipelines_knowing(agent_bot_goog=key_directory(PRIVATE_KEY))


@pytest.mark.parametrize("record", [FROM_GOOGLE, FROM_LAN])
def test_a_crawler_that_names_itself_and_signs_is_verified_from_anywhere(record):
    found = sender(signed_record(**record, **signature_fields("agent.bot.goog")), pipelines=GOOGLE_KNOWN)

    assert found == ("Google-Agent", "verified", f"signature:agent.bot.goog#{KEYID}")


@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({}, "private-address"),
        (
            signature_fields("agent.bot.goog", private_key=OTHER_KEY),
            "bad-signature:the signature does not match the request as it was logged",
        ),
        (
            signature_fields("agent.bot.goog") | {"host": "example.org"},
            "bad-signature:the signature does not match the request as it was logged",
        ),
        (
            signature_fields("agent.bot.goog", created=CREATED - 1_000),
            "bad-signature:expired 730 s before the request",
        ),
        (
            signature_fields("agent.bot.goog", created=CREATED + 1_000),
            "bad-signature:created 970 s after the request",
        ),
        (
            signature_fields("agent.bot.goog", covered=('"@authority"',)),
            "bad-signature:the signature does not cover signature-agent",
        ),
        *(
            (
                {**signature_fields("agent.bot.goog", covered=('"@authority"',)), "signature_agent": absent},
                "private-address",
            )
            for absent in ("-", "", None, ...)
        ),
        (signature_fields("unknown.example"), "private-address"),
        ({"signature": "sig1=:AAAA:", "signature_input": "sig1", "signature_agent": "x"}, "private-address"),
    ],
    ids=str,
)
def test_a_claim_tells_what_is_wrong_with_its_signature(changes, evidence):
    found = sender(log_record(**{**FROM_LAN, **changes}), pipelines=GOOGLE_KNOWN)

    assert found == ("Google-Agent", "claimed", evidence)


def test_a_bad_signature_does_not_soften_a_contradiction():
    found = sender(signed_record(user_agent=GPTBOT, host="example.org"))

    assert found[:2] == ("GPTBot", "contradicted")
    assert found[2].startswith("outside:openai-gptbot@")


def test_a_crawlers_own_name_outweighs_another_agents_signature():
    found = sender(signed_record(user_agent=GPTBOT))

    assert found[:2] == ("GPTBot", "contradicted")


@pytest.mark.parametrize(
    "user_agent",
    [
        "python-requests/2.31.0",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/142.0.0.0 Safari/537.36",
    ],
)
def test_an_agent_that_signs_is_more_than_the_tool_that_it_was_made_with(user_agent):
    assert sender(signed_record(user_agent=user_agent)) == AGENT


@pytest.mark.parametrize(
    ("covered", "lines", "changes"),
    [
        ('"@method"', {"method": "GET"}, {}),
        ('"@path"', {"path": "/blog/article"}, {}),
        ('"@path"', {"path": "/a"}, {"path": "/a?b=1"}),
        ('"@query"', {"query": "?b=1&c=2"}, {"path": "/a?b=1&c=2"}),
        ('"@query"', {"query": "?b=1&c=2"}, {"path": "/a", "query_params": {"b": "1", "c": "2"}}),
        ('"@query"', {"query": "?b=1"}, {"path": "/a?b=1", "query_params": {"d": "2"}}),
        ('"@query"', {"query": "?"}, {}),
        ('"@target-uri"', {"target_uri": "https://example.com/blog/article"}, {}),
    ],
)
def test_a_signature_may_cover_all_that_a_record_tells(covered, lines, changes):
    fields = signature_fields(covered=('"@authority"', covered, '"signature-agent"'), **lines)

    assert sender(signed_record(**fields, **changes)) == AGENT


@pytest.mark.parametrize(
    ("covered", "lines"),
    [('"@path"', {"path": "/a"}), ('"@target-uri"', {"target_uri": "https://example.com/a"})],
)
def test_a_record_whose_path_is_a_whole_url_is_checked_as_it_is_stored(covered, lines):
    fields = signature_fields(covered=('"@authority"', covered, '"signature-agent"'), **lines)

    assert sender(signed_record(**fields, path="https://example.com/a")) == AGENT


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("user_agent", [BROWSER, GPTBOT, GOOGLE_AGENT])
@pytest.mark.parametrize("beside", [[], [BAD]])
def test_the_fields_of_a_signature_are_never_stored(dialect, user_agent, beside):
    marked = signature_fields() | {"signature": "sig1=:bm93aGVyZQ==:"}

    outcome = judge([signed_record(user_agent=user_agent, **marked), *beside], dialect)

    stored = decompress_block(outcome.block)
    assert set(VISIT_COLUMNS) & set(SIGNATURE_FIELDS) == set()
    assert len(read_rows(outcome.block)) == 1
    for value in (*marked.values(), "bm93aGVyZQ", "web-bot-auth"):
        assert json.dumps(value).strip('"').encode() not in stored


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_fields_of_a_signature_are_not_kept_for_review_either(dialect):
    outcome = judge([signed_record(status_code=99), signed_record(signature=5)], dialect)

    kept = [name for rejected in outcome.review for name in rejected.values]
    assert len(outcome.review) == 2
    assert set(kept) & set(SIGNATURE_FIELDS) == set()


LONGEST = Settings().ansehn_limits().signature_chars


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("field", SIGNATURE_FIELDS)
@pytest.mark.parametrize("beside", [[], [BAD]], ids=["at once", "one by one"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x" * (LONGEST + 1), "{field} is 8193 characters long; at most 8192 are accepted"),
        (5, "{field} must be a string, got 5"),
        (True, "{field} must be a string, got True"),
        ([], "{field} must be a string, got []"),
    ],
    ids=["long", "number", "boolean", "list"],
)
def test_a_bad_field_of_a_signature_rejects_its_record_by_name(dialect, field, beside, value, message):
    records = [signed_record(), signed_record(**{field: value}), *beside]

    outcome = judge(records, dialect)

    assert outcome.errors[0] == RecordError(1, field, message.format(field=field))
    assert (outcome.accepted, outcome.rejected) == (1, 1 + len(beside))
    assert senders(outcome) == [AGENT]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("field", SIGNATURE_FIELDS)
@pytest.mark.parametrize("value", ["", "-", None, "x" * LONGEST, "\n", "é" * LONGEST])
def test_a_signature_that_makes_no_sense_rejects_nothing(dialect, field, value):
    outcome = judge([signed_record(**{field: value})], dialect)

    assert (outcome.accepted, outcome.rejected, senders(outcome)) == (1, 0, [PERSON])


def test_a_directory_that_cannot_be_read_leaves_the_others_in_force():
    pipelines = pipelines_knowing(chatgpt_com=key_directory(), you_com=b"<html>", api_apify_com=b"")

    assert sender(signed_record(), pipelines=pipelines) == AGENT


def test_without_key_directories_nobody_is_recognised_by_a_signature():
    assert sender(signed_record(), pipelines=pipelines_knowing()) == PERSON


def test_a_directory_of_the_wrong_host_vouches_for_nobody():
    assert sender(signed_record(), pipelines=pipelines_knowing(agent_bot_goog=key_directory())) == PERSON
