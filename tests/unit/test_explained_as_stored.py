"""Explaining any record: the explanation agrees with what is stored."""

from explanation_parts import CHATGPT_USER_IP, GPTBOT_IP, explain
from hypothesis import given
from hypothesis import strategies as st
from signature_parts import sign

from builders import BROWSER, GOOGLEBOT, GPTBOT, KEEP_ALL, judge, log_record, read_rows
from crawlsight.detect import built_in_catalogue
from crawlsight.detect.ranges import built_in_snapshots
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ingest.validate import InvalidRecordError

AGENTS = st.sampled_from(
    [
        GPTBOT,
        GOOGLEBOT,
        BROWSER,
        "Mozilla/5.0 (compatible; Google-Extended/1.0)",
        "Mozilla/5.0 (compatible; Bytespider)",
        "Google-Agent",
        "curl/8.0",
        "-",
        "",
        None,
        *(example for crawler in built_in_catalogue().crawlers[::7] for example in crawler.examples),
    ]
)
ADDRESSES = st.sampled_from(
    [
        "203.0.113.10",
        "",
        "10.0.0.1",
        "::1",
        "66.249.66.0",
        "66.249.66.1, 10.0.0.1",
        "[2001:db8::1]:443",
        "no address",
        *(snapshot.prefixes[0].partition("/")[0] for snapshot in built_in_snapshots().values()),
        GPTBOT_IP,
        CHATGPT_USER_IP,
        f"{CHATGPT_USER_IP}:51000",
    ]
)
REFERRERS = st.sampled_from(
    [
        ...,
        None,
        "-",
        "",
        "https://chatgpt.com/",
        "https://example.com/?utm_source=chatgpt.com",
        "https://example.com/",
        "https://news.example/?utm_source=chatgpt.com",
    ]
)
RECORDS = st.builds(
    log_record,
    user_agent=AGENTS,
    ip=ADDRESSES,
    referer=REFERRERS,
    referrer=REFERRERS,
    host=st.sampled_from(["example.com", "EXAMPLE.com:443", "shop.example.com", "other.example", "-", ""]),
    path=st.sampled_from(["/", "/a?utm_source=chatgpt.com", "/a?referrer=grok.com&utm_source=x", "x", "-"]),
    query_params=st.sampled_from([..., {}, {"utm_source": "claude.ai"}, {"n": 1}, 7]),
    status_code=st.sampled_from([200, "404", 99]),
    signature_input=st.sampled_from([..., "-", "x", sign().signature_input]),
    signature=st.sampled_from([..., sign().signature]),
    signature_agent=st.sampled_from([..., sign().signature_agent]),
)
POLICIES = st.builds(
    Policy,
    project_id=st.just(1),
    keep=st.sampled_from(Keep),
    domains=st.sampled_from([(), ("example.com",)]),
)


def explain_or_refuse(record, style, policy):
    """The explanation and no refusal, or none and the field and sentence of the refusal."""
    try:
        return explain(record, style, policy), []
    except InvalidRecordError as error:
        return None, [(error.field, error.message)]


COLUMNS = ("bot_name", "verification", "verification_evidence", "referral_source", "referral_type")


@given(RECORDS, POLICIES, st.sampled_from(["ank", "bot"]))
def test_an_explanation_says_what_is_stored(record, policy, style):
    outcome = judge([record], style, policy)

    found, refusal = explain_or_refuse(record, style, policy)

    assert refusal == [(wrong.field, wrong.message) for wrong in outcome.errors]
    if found is None:
        return
    assert (outcome.rejected, outcome.stored, outcome.dropped, outcome.quarantined) == (
        0,
        found.fate == "stored",
        found.fate == "dropped",
        found.fate == "quarantined",
    )
    (row,) = read_rows(judge([record], style).block)
    assert [row[column] for column in COLUMNS] == [
        found.crawler.name if found.crawler else "",
        found.verification,
        found.verification_evidence,
        found.referral_source,
        found.referral_type,
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from([*log_record(), "referer", "query_params", "duration_ms"]), json_values)
)
def test_any_record_is_explained_or_refused_by_a_field(changes):
    found, refusal = explain_or_refuse({**log_record(), **changes}, "bot", KEEP_ALL)

    assert (found is not None and found.fate == "stored") or refusal[0][0] in changes
