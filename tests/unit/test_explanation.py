"""Explaining a record: each rule that may give its class, its verdict and its fate, in whole values."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_signatures import CREATED, HOST, KEY, PRIVATE_KEY, jwk_of, sign

from builders import BROWSER, GOOGLEBOT, GPTBOT, KEEP_ALL, NOW, judge, log_record, read_rows
from crawlsight.detect import built_in_catalogue, built_in_knowledge
from crawlsight.detect.ranges import built_in_snapshots
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.explain import ExplainedCrawler, Explainer, Explanation
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ingest.validate import InvalidRecordError
from crawlsight.settings import Settings

KNOWLEDGE = built_in_knowledge()
SETTINGS = Settings()
RULES = {
    "ank": ansehn.rules(SETTINGS.ansehn_limits()),
    "bot": profound.rules(SETTINGS.profound_limits()),
}
EXPLAINERS = {style: Explainer(rules, KNOWLEDGE) for style, rules in RULES.items()}

GPTBOT_IP = "20.171.206.5"
CHATGPT_USER_IP = "4.151.71.180"
STORED = "Stored: the project keeps 'all'."
PERSON = "The user agent has no token of a known crawler, so this counts as a person's request."


def explain(record=None, style="bot", policy=KEEP_ALL, rdns_name=None):
    return EXPLAINERS[style].explain(record or log_record(), policy, NOW, rdns_name)


def explained(name, by="user_agent", version="", token=None):
    """The crawler of an explanation, as the catalogue has it."""
    found = next(crawler for crawler in built_in_catalogue().crawlers if crawler.name == name)
    return ExplainedCrawler(
        name=name,
        operator=built_in_catalogue().operator_name(found),
        product=found.product,
        purpose=found.purpose.value,
        bot_type=found.bot_type,
        is_ai_crawler=found.is_ai_crawler,
        version=version,
        recognised_by=by,
        token=name if token is None else token,
        documentation=found.documentation,
    )


def of_crawler(crawler, verdict, reasons, fate="stored"):
    return Explanation(crawler, *verdict, "none", "none", fate, reasons)


def of_person(referral, reason, fate="stored", why=STORED):
    return Explanation(None, "none", "", *referral, fate, [PERSON, reason, why])


IS_GPTBOT = (
    "The user agent has the token 'GPTBot', which is GPTBot of OpenAI (training, an AI crawler):"
    " https://developers.openai.com/api/docs/bots"
)
GPTBOT_LIST = "openai-gptbot (https://openai.com/gptbot.json)"
GPTBOT_DATE = built_in_snapshots()["openai-gptbot"].date
CHATGPT_USER_DATE = built_in_snapshots()["openai-chatgpt-user"].date
CHATGPT_USER_LIST = "openai-chatgpt-user (https://openai.com/chatgpt-user.json)"
IS_HIDDEN_CHATGPT_USER = (
    "The user agent is a browser's, but the address is one of ChatGPT-User of OpenAI"
    " (user_fetch, an AI crawler) alone."
)
IS_BYTESPIDER = (
    "The user agent has the token 'Bytespider', which is Bytespider of ByteDance (training, an AI crawler):"
    " https://github.com/ai-robots-txt/ai.robots.txt"
)
IS_GOOGLE_EXTENDED = (
    "The user agent has the token 'Google-Extended', which is Google-Extended of Google"
    " (training, an AI crawler):"
    " https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
)
IS_GOOGLEBOT = (
    "The user agent has the token 'Googlebot', which is Googlebot of Google (search, no AI crawler):"
    " https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
)


def test_the_value_of_a_spoofed_crawler_is_written_out_once():
    assert msgspec.to_builtins(explain()) == {
        "crawler": {
            "name": "GPTBot",
            "operator": "OpenAI",
            "product": "ChatGPT",
            "purpose": "training",
            "bot_type": "ai_training",
            "is_ai_crawler": True,
            "version": "1.2",
            "recognised_by": "user_agent",
            "token": "GPTBot",
            "documentation": "https://developers.openai.com/api/docs/bots",
        },
        "verification": "contradicted",
        "verification_evidence": f"outside:openai-gptbot@{GPTBOT_DATE}",
        "referral_source": "none",
        "referral_type": "none",
        "fate": "stored",
        "reasons": [
            IS_GPTBOT,
            f"Contradicted: the address is outside the published list {GPTBOT_LIST}.",
            STORED,
        ],
    }


def test_a_crawler_within_its_list_is_verified():
    assert explain(log_record(ip=GPTBOT_IP)) == of_crawler(
        explained("GPTBot", version="1.2"),
        ("verified", f"ip:openai-gptbot@{GPTBOT_DATE}"),
        [IS_GPTBOT, f"Verified: the address is in the published list {GPTBOT_LIST}.", STORED],
    )


@pytest.mark.parametrize(
    ("ip", "evidence", "reason"),
    [
        ("", "no-address", "Claimed: the record has no address to check."),
        (
            "10.0.0.1",
            "private-address",
            "Claimed: the address is private, probably a proxy's; log the client's own.",
        ),
        (
            "52.230.152.0",
            f"ip:openai-gptbot@{GPTBOT_DATE}",
            f"Verified: the address is in the published list {GPTBOT_LIST}.",
        ),
        (
            "4.227.36.0",
            "masked-address",
            "Claimed: the address is masked, and only part of what it hides is in the list.",
        ),
    ],
)
def test_an_address_that_tells_little_is_explained(ip, evidence, reason):
    state = "verified" if evidence.startswith("ip:") else "claimed"

    assert explain(log_record(ip=ip)) == of_crawler(
        explained("GPTBot", version="1.2"), (state, evidence), [IS_GPTBOT, reason, STORED]
    )


def test_a_list_without_a_copy_leaves_a_claim():
    knowledge = msgspec.structs.replace(KNOWLEDGE, snapshots={})

    found = Explainer(RULES["bot"], knowledge).explain(log_record(), KEEP_ALL, NOW)

    assert found == of_crawler(
        explained("GPTBot", version="1.2"),
        ("claimed", "no-snapshot"),
        [
            IS_GPTBOT,
            "Claimed: there is no copy of its list yet; run 'crawlsight ranges refresh'.",
            STORED,
        ],
    )


def test_a_crawler_that_nothing_can_check_is_unverifiable():
    found = explain(log_record(user_agent="Mozilla/5.0 (compatible; Bytespider)"))

    assert found == of_crawler(
        explained("Bytespider"),
        ("unverifiable", ""),
        [
            IS_BYTESPIDER,
            "Unverifiable: its operator publishes nothing by which it could be checked.",
            STORED,
        ],
    )


def test_a_name_for_robots_txt_alone_is_contradicted_wherever_it_comes_from():
    expected = of_crawler(
        explained("Google-Extended", version="1.0"),
        ("contradicted", "robots-only"),
        [
            IS_GOOGLE_EXTENDED,
            "Contradicted: the name is for robots.txt alone, no genuine client sends it.",
            STORED,
        ],
    )

    agent = "Mozilla/5.0 (compatible; Google-Extended/1.0)"
    assert [explain(log_record(user_agent=agent, ip=ip)) for ip in ("66.249.66.1", "")] == [expected] * 2


@pytest.mark.parametrize(
    ("name", "verdict", "reason"),
    [
        (
            "crawl-66-249-66-1.googlebot.com",
            ("verified", "rdns:crawl-66-249-66-1.googlebot.com"),
            "Verified by the address's reverse DNS: crawl-66-249-66-1.googlebot.com.",
        ),
        (
            "host.evil.example",
            ("contradicted", "rdns:host.evil.example"),
            "Contradicted by the address's reverse DNS: host.evil.example.",
        ),
        (
            "googlebot.com.evil.example",
            ("contradicted", "rdns:googlebot.com.evil.example"),
            "Contradicted by the address's reverse DNS: googlebot.com.evil.example.",
        ),
        (
            "",
            ("contradicted", "rdns:no name"),
            "Contradicted by the address's reverse DNS: no name.",
        ),
        (
            None,
            ("claimed", ""),
            "Claimed: nothing in the record can be checked against what its operator publishes.",
        ),
    ],
)
def test_a_name_of_the_address_decides_where_the_operator_names_a_domain(name, verdict, reason):
    knowledge = msgspec.structs.replace(
        KNOWLEDGE,
        catalogue=built_in_catalogue().with_entries(
            """
            [[crawler]]
            name = "Googlebot"
            tokens = ["Googlebot"]
            operator = "google"
            product = "Google Search"
            purpose = "search"
            is_ai_crawler = false
            documentation = "https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
            checked = 2026-11-22
            rdns_suffixes = [".googlebot.com"]
            examples = ["Googlebot/2.1"]
            counterexamples = ["Googlebots"]
            """
        ),
    )

    found = Explainer(RULES["bot"], knowledge).explain(
        log_record(user_agent=GOOGLEBOT, ip="192.0.32.9"), KEEP_ALL, NOW, name
    )

    assert found == of_crawler(explained("Googlebot", version="2.1"), verdict, [IS_GOOGLEBOT, reason, STORED])


def test_a_name_that_is_given_outweighs_a_list_that_lacks_the_address():
    found = explain(log_record(user_agent=GOOGLEBOT, ip="192.0.32.9"), rdns_name="x.googlebot.com")

    assert found == of_crawler(
        explained("Googlebot", version="2.1"),
        ("verified", "rdns:x.googlebot.com"),
        [IS_GOOGLEBOT, "Verified by the address's reverse DNS: x.googlebot.com.", STORED],
    )


def test_a_name_says_nothing_of_a_person():
    assert explain(log_record(user_agent=BROWSER), rdns_name="x.googlebot.com") == of_person(
        ("none", "none"), "No referrer and no known tag tell who sent this person."
    )


@pytest.mark.parametrize(
    ("changes", "referral", "reason"),
    [
        ({}, ("none", "none"), "No referrer and no known tag tell who sent this person."),
        ({"referer": "-"}, ("none", "none"), "No referrer and no known tag tell who sent this person."),
        (
            {"referer": "https://chatgpt.com/"},
            ("openai", "referer"),
            "Sent by the AI assistant openai, by the referrer.",
        ),
        (
            {"path": "/?utm_source=chatgpt.com"},
            ("openai", "utm"),
            "Sent by the AI assistant openai, by a tag in the requested URL.",
        ),
        (
            {"query_params": {"utm_source": "perplexity"}},
            ("perplexity", "utm"),
            "Sent by the AI assistant perplexity, by a tag in the requested URL.",
        ),
        (
            {"referer": "https://example.com/?utm_source=chatgpt.com"},
            ("openai", "referer-utm"),
            "Sent by the AI assistant openai, by referrer and tag.",
        ),
        ({"referer": "https://example.com/a"}, ("internal", "internal"), "The referrer is the site itself."),
        ({"referer": "https://news.example/"}, ("other", "referer"), "The referrer is no AI assistant."),
    ],
    ids=["nothing", "-", "referrer", "tag", "tag apart", "tagged page", "own site", "another site"],
)
def test_a_person_is_explained_by_who_sent_them(changes, referral, reason):
    assert explain(log_record(user_agent=BROWSER, **changes)) == of_person(referral, reason)


def test_a_tag_that_is_no_utm_source_is_not_called_one():
    found = explain(log_record(user_agent=BROWSER, path="/?referrer=grok.com"))

    assert (found.referral_source, found.referral_type) == ("grok", "utm")
    assert "utm_source" not in found.reasons[1]


def test_a_browser_at_an_address_of_one_product_alone_is_that_product():
    found = explain(log_record(user_agent=BROWSER, ip=CHATGPT_USER_IP, referer="https://chatgpt.com/"))

    assert found == of_crawler(
        explained("ChatGPT-User", by="address", token=""),
        ("verified", f"ip:openai-chatgpt-user@{CHATGPT_USER_DATE}"),
        [
            IS_HIDDEN_CHATGPT_USER,
            f"Verified: the address is in the published list {CHATGPT_USER_LIST}.",
            STORED,
        ],
    )


# Signatures: of agent.bot.goog, whose directory the test provides.

SIGNERS = msgspec.structs.replace(
    KNOWLEDGE, key_directories={HOST: msgspec.json.encode({"keys": [jwk_of(PRIVATE_KEY)]})}
)
NO_TOKEN = (
    "The user agent does not tell, but the request is signed by Google-Agent of Google"
    " (agent, an AI crawler)."
)


def signed_record(signed, **changes):
    return log_record(
        timestamp=datetime.fromtimestamp(CREATED + 10, UTC).isoformat(),
        path="/a/b?c=d",
        ip="192.0.32.9",
        signature=signed.signature,
        signature_input=signed.signature_input,
        signature_agent=signed.signature_agent,
        **changes,
    )


def explain_signed(record, knowledge=SIGNERS):
    return Explainer(RULES["bot"], knowledge).explain(record, KEEP_ALL, NOW)


def test_a_signed_browser_is_the_agent_that_signed():
    found = explain_signed(signed_record(sign(), user_agent=BROWSER))

    assert found == of_crawler(
        explained("Google-Agent", by="signature", token=""),
        ("verified", f"signature:{HOST}#{KEY.keyid}"),
        [NO_TOKEN, f"Verified: the request is signed with a key of {HOST}#{KEY.keyid}.", STORED],
    )


def test_a_signature_verifies_whom_the_user_agent_names():
    found = explain_signed(signed_record(sign(), user_agent="Google-Agent"))

    assert (found.crawler, found.verification, found.verification_evidence) == (
        explained("Google-Agent"),
        "verified",
        f"signature:{HOST}#{KEY.keyid}",
    )


def test_a_broken_signature_of_a_browser_makes_nobody_a_crawler():
    found = explain_signed(signed_record(sign(), user_agent=BROWSER, method="POST", host="other.example"))

    assert found == of_person(("none", "none"), "No referrer and no known tag tell who sent this person.")


def test_a_broken_signature_of_a_crawler_is_told_and_contradicts_nothing():
    knowledge = msgspec.structs.replace(
        SIGNERS,
        catalogue=built_in_catalogue().with_entries(
            f"""
            [[crawler]]
            name = "Google-Agent"
            tokens = ["Google-Agent"]
            operator = "google"
            purpose = "agent"
            is_ai_crawler = true
            documentation = "https://agent.example"
            checked = 2026-11-22
            signature_agents = ["{HOST}"]
            examples = ["Google-Agent"]
            counterexamples = ["Google-Agents"]
            """
        ),
    )
    record = signed_record(sign(), user_agent="Google-Agent", host="other.example")

    found = explain_signed(record, knowledge)

    why = "the signature does not match the request as it was logged"
    assert (found.verification, found.verification_evidence) == ("claimed", f"bad-signature:{why}")
    assert found.reasons[1] == f"Claimed: the signature does not prove it: {why}."


def test_a_signature_by_an_unknown_key_is_told():
    record = signed_record(sign(), user_agent="Manus-User/1.0")
    knowledge = msgspec.structs.replace(
        KNOWLEDGE,
        catalogue=built_in_catalogue().with_entries(
            """
            [[crawler]]
            name = "Manus-User"
            tokens = ["Manus-User"]
            operator = "google"
            purpose = "agent"
            is_ai_crawler = true
            documentation = "https://agent.example"
            checked = 2026-11-22
            signature_agents = ["api.manus.im"]
            examples = ["Manus-User/1.0"]
            counterexamples = ["Manus-Users"]
            """
        ),
    )

    found = explain_signed(record, knowledge)

    assert (found.verification, found.verification_evidence) == ("claimed", "")
    assert found.reasons[1] == (
        "Claimed: nothing in the record can be checked against what its operator publishes"
        f" (no key {KEY.keyid} in the directory of {HOST})."
    )


def test_who_is_known_by_the_address_is_not_said_to_have_signed():
    # The directory belongs to a signer that an older catalogue knew; the address tells all the same.
    strangers = "stranger.example"
    knowledge = msgspec.structs.replace(
        KNOWLEDGE, key_directories={strangers: msgspec.json.encode({"keys": [jwk_of(PRIVATE_KEY)]})}
    )
    values = {'"signature-agent";key="g"': f'"https://{strangers}"'}
    signed = msgspec.structs.replace(sign(values=values), signature_agent=f'g="https://{strangers}"')
    record = signed_record(signed, user_agent=BROWSER) | {"ip": CHATGPT_USER_IP}

    found = explain_signed(record, knowledge)

    assert found.crawler == explained("ChatGPT-User", by="address", token="")


# What becomes of it.


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


# It agrees with what is stored.

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
