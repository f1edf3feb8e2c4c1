"""Crawlers verified and contradicted, from the wire to the reports."""

import pytest

from builders import BROWSER, GPTBOT, NOW, log_record
from crawlsight.detect import built_in_knowledge
from crawlsight.ingest.policy import IpPolicy, Keep
from signed import KEYID, SIGNATURE_FIELDS, key_directory, signature_fields, signed_record

SNAPSHOT = built_in_knowledge().snapshots["openai-gptbot"]
# The list begins with a network of more than 100 addresses.
REAL_IP = SNAPSHOT.prefixes[0].partition("/")[0].rpartition(".")[0] + ".77"
HOME_IP = "203.0.113.9"
UNPROVED_AGENT = "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)"
CLAIMED_AGENT = "Claude-User (claude-code/2.1.286; +https://support.anthropic.com/)"
STYLES = ["ank", "bot"]
VERSIONS = [1, 2]


def visitors():
    """One request by each kind of visitor."""
    return [
        log_record(path="/real", ip=REAL_IP),
        log_record(path="/spoofed", ip=HOME_IP),
        log_record(path="/claimed", ip=HOME_IP, user_agent=CLAIMED_AGENT),
        log_record(path="/unverifiable", ip=HOME_IP, user_agent=UNPROVED_AGENT),
        log_record(path="/person", ip=HOME_IP, user_agent=BROWSER, referer="https://chatgpt.com/"),
    ]


STATES = {
    "/real": ("verified", f"ip:openai-gptbot@{SNAPSHOT.date}"),
    "/spoofed": ("contradicted", f"outside:openai-gptbot@{SNAPSHOT.date}"),
    "/claimed": ("claimed", f"outside:anthropic@{built_in_knowledge().snapshots['anthropic'].date}"),
    "/unverifiable": ("unverifiable", ""),
    "/person": ("none", ""),
}
OF_BOTS = sorted((path, state) for path, (state, _) in STATES.items() if state != "none")


def reporting_key(app, style, **policy):
    """A key that may ask reports, of a project that keeps everything."""
    return app.key(style, project=app.project(keep=Keep.ALL, **policy))


@pytest.fixture(scope="module", params=STYLES)
def sent(shared_app, request):
    """The key of a project that has one visit of each kind, sent in either dialect."""
    shared_app.clock.now = NOW
    key = reporting_key(shared_app, request.param)
    assert shared_app.send(key, visitors()).status_code == 200
    shared_app.load()
    return key


def test_each_visit_is_stored_with_its_verdict_and_the_evidence(app, sent):
    stored = {
        visit["path"]: (visit["verification"], visit["verification_evidence"]) for visit in app.visits(sent)
    }

    assert stored == STATES


@pytest.mark.parametrize("version", VERSIONS)
def test_bots_are_grouped_by_what_is_known_of_them(app, sent, version):
    rows = app.rows(sent, version=version, dimensions=["path", "verification"])

    assert sorted(rows) == [(path, state, 1) for path, state in OF_BOTS]
    assert sorted(app.rows(sent, version=version, dimensions=["verification", "bot_name"])) == [
        ("claimed", "Claude-User", 1),
        ("contradicted", "GPTBot", 1),
        ("unverifiable", "Bytespider", 1),
        ("verified", "GPTBot", 1),
    ]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("operator", "value", "states"),
    [
        ("is", "verified", {"verified"}),
        ("is", "contradicted", {"contradicted"}),
        ("is", "claimed", {"claimed"}),
        ("is", "unverifiable", {"unverifiable"}),
        ("is", "none", set()),
        ("not_is", "contradicted", {"verified", "claimed", "unverifiable"}),
        ("in", ["verified", "claimed"], {"verified", "claimed"}),
        ("not_in", ["verified", "claimed"], {"contradicted", "unverifiable"}),
        ("contains", "verif", {"verified", "unverifiable"}),
        ("matches", "^(claimed|contradicted)$", {"claimed", "contradicted"}),
    ],
)
def test_bots_are_filtered_by_what_is_known_of_them(app, sent, version, operator, value, states):
    filters = [{"field": "verification", "operator": operator, "value": value}]

    by_path = app.rows(sent, version=version, dimensions=["path"], filters=filters)
    by_name = app.rows(sent, version=version, dimensions=["verification"], filters=filters)

    assert sorted(by_path) == [(path, 1) for path, state in OF_BOTS if state in states]
    assert sorted(by_name) == [(state, 1) for state in sorted(states)]


@pytest.mark.parametrize("version", VERSIONS)
def test_of_a_person_there_is_nothing_to_verify(app, sent, version):
    rows = app.rows(
        sent, "referrals", version=version, dimensions=["path", "verification", "referral_source"]
    )

    assert rows == [("/person", "none", "openai", 1)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("operator", "value", "people"),
    [
        ("is", "none", 1),
        ("is", "contradicted", 0),
        ("is", "verified", 0),
        ("not_is", "contradicted", 1),
        ("in", ["verified", "contradicted"], 0),
    ],
)
def test_people_are_filtered_by_the_same_words(app, sent, version, operator, value, people):
    filters = [{"field": "verification", "operator": operator, "value": value}]

    rows = app.rows(sent, "referrals", version=version, dimensions=["path"], filters=filters)

    assert rows == [("/person", 1)] * people


def test_counting_only_what_is_verified_leaves_the_spoofed_out(app, sent):
    filters = [
        {"field": "bot_name", "operator": "is", "value": "GPTBot"},
        {"field": "verification", "operator": "is", "value": "verified"},
    ]

    assert app.rows(sent, metrics=["count", "training"], filters=filters) == [(1, 1)]
    assert app.rows(sent, metrics=["count", "training"], filters=filters[:1]) == [(2, 2)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("ip_policy", "stored"), [(IpPolicy.MASK, ".0"), (IpPolicy.DROP, "")])
def test_an_address_is_judged_before_it_is_masked_or_dropped(app, style, ip_policy, stored):
    key = reporting_key(app, style, ip_policy=ip_policy)
    app.send(key, [log_record(path="/real", ip=REAL_IP), log_record(path="/spoofed", ip=HOME_IP)])

    visits = app.visits(key)

    assert {visit["path"]: visit["verification"] for visit in visits} == {
        "/real": "verified",
        "/spoofed": "contradicted",
    }
    assert {visit["ip"] for visit in visits} == (
        {REAL_IP.rpartition(".")[0] + stored, "203.0.113.0"} if stored else {""}
    )


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("ip", "verdict"),
    [
        (f"::ffff:{REAL_IP}", "verified"),
        (f"{REAL_IP}, 10.0.0.1", "verified"),
        (f"{REAL_IP}:41000", "verified"),
        ("203.0.113.0", "contradicted"),
        (REAL_IP.rpartition(".")[0] + ".0", "claimed"),
        ("10.0.0.1", "claimed"),
        ("5d41402abc4b2a76b9719d911017c592", "claimed"),
        ("", "claimed"),
        ("2001:db8::1", "contradicted"),
    ],
)
def test_an_address_is_understood_as_logs_have_it(app, style, ip, verdict):
    key = reporting_key(app, style)
    app.send(key, [log_record(ip=ip)])
    app.load()

    assert app.rows(key, dimensions=["verification"]) == [(verdict, 1)]


@pytest.mark.parametrize("style", STYLES)
def test_a_browser_from_an_agents_addresses_is_that_agent(app, style):
    prefix = next(
        prefix for prefix in built_in_knowledge().snapshots["openai-chatgpt-user"].prefixes if "/28" in prefix
    )
    network, _, last = prefix.partition("/")[0].rpartition(".")
    key = app.key(style, project=app.project(keep=Keep.CRAWLERS))
    app.send(
        key, [log_record(ip=f"{network}.{int(last) + 1}", user_agent=BROWSER), log_record(user_agent=BROWSER)]
    )

    assert [(visit["bot_name"], visit["verification"]) for visit in app.visits(key)] == [
        ("ChatGPT-User", "verified")
    ]


@pytest.fixture
def keyed_app(shared_app, open_app):
    """A server over the same stores whose data directory has the test key as chatgpt.com's."""
    known = shared_app.services.knowledge
    known.keep_directory("chatgpt.com", key_directory())
    yield open_app()
    for path in shared_app.services.settings.data.rglob("keys/chatgpt.com.json"):
        path.unlink()


@pytest.mark.parametrize("style", STYLES)
def test_a_stock_browser_that_signs_is_reported_as_the_agent(keyed_app, style):
    key = keyed_app.key(style, project=keyed_app.project(keep=Keep.CRAWLERS))
    records = [signed_record(path="/signed"), signed_record(path="/forged", host="example.org")]

    assert keyed_app.send(key, records).status_code == 200

    visits = keyed_app.visits(key)
    assert [(visit["path"], visit["user_agent"], visit["verification_evidence"]) for visit in visits] == [
        ("/signed", BROWSER, f"signature:chatgpt.com#{KEYID}")
    ]
    for version in VERSIONS:
        rows = keyed_app.rows(key, version=version, dimensions=["bot_name", "bot_provider", "verification"])
        assert rows == [("ChatGPT Agent", "openai", "verified", 1)]


@pytest.mark.parametrize("style", STYLES)
def test_the_fields_of_a_signature_are_in_no_column(keyed_app, style):
    key = reporting_key(keyed_app, style)
    keyed_app.send(key, [signed_record(), signed_record(user_agent=GPTBOT), signed_record(status_code=99)])

    visits, rejected = keyed_app.visits(key), keyed_app.rejected(key)

    assert (len(visits), len(rejected)) == (2, 1)
    values = signature_fields()
    for kept in (*visits, *rejected):
        assert set(kept) & set(SIGNATURE_FIELDS) == set()
        assert [value for value in values.values() if value in str(kept)] == []


@pytest.mark.parametrize("field", SIGNATURE_FIELDS)
def test_a_field_of_a_signature_that_is_too_long_rejects_its_record_by_name(app, field):
    key = app.key("ank")

    answer = app.send(key, [signed_record(**{field: "x" * 8_193}), log_record()]).json()

    assert (answer["accepted_records"], answer["errors"]) == (
        1,
        [
            {
                "index": 0,
                "field": field,
                "message": f"{field} is 8193 characters long; at most 8192 are accepted",
            }
        ],
    )


@pytest.mark.parametrize("field", SIGNATURE_FIELDS)
def test_a_field_of_a_signature_that_is_too_long_is_an_error_of_the_other_dialect_too(app, field):
    key = app.key("bot")

    answer = app.send(key, [signed_record(**{field: "x" * 8_193}), log_record()]).json()

    assert answer["errors"] == [
        f"Invalid log format: {field} is 8193 characters long; at most 8192 are accepted"
    ]
    assert answer["message"] == "Processing 1 log entries"
