"""POST /v1/explain: what would become of a record, and why; nothing is stored."""

import pytest

from builders import BROWSER, GPTBOT, NOW, at, log_record
from crawlsight.detect.ranges import built_in_snapshots
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import Scope

GPTBOT_DATE = built_in_snapshots()["openai-gptbot"].date

SPOOFED = {
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
        (
            "The user agent has the token 'GPTBot', which is GPTBot of OpenAI (training, an AI crawler):"
            " https://developers.openai.com/api/docs/bots"
        ),
        (
            "Contradicted: the address is outside the published list openai-gptbot"
            " (https://openai.com/gptbot.json)."
        ),
        "Stored: the project keeps 'crawlers'.",
    ],
}


def ask(app, body, **headers):
    """POST it; header names have ``_`` for ``-``."""
    sent = {header.replace("_", "-"): value for header, value in headers.items()}
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    return app.client.post("/v1/explain", headers=sent, **content)


def stored(app, key):
    return app.visits(key), app.rejected(key), app.quarantined(key), app.rows(key)


@pytest.mark.parametrize("header", ["x_api_key", "x_ansehn_api_key", "authorization"])
def test_a_record_is_explained_to_an_ansehn_key_in_any_header(app, header):
    key = app.key("ank")

    answer = ask(app, log_record(), **{header: f"Bearer {key}" if header == "authorization" else key})

    assert (answer.status_code, answer.json()) == (200, SPOOFED)
    assert answer.headers["content-type"] == "application/json"


def test_a_record_is_explained_to_a_profound_key(app):
    answer = ask(app, log_record(), x_api_key=app.key("bot"))

    reasons = [*SPOOFED["reasons"][:2], "Stored: the project keeps 'all'."]
    assert (answer.status_code, answer.json()) == (200, {**SPOOFED, "reasons": reasons})


def test_a_person_is_explained_by_who_sent_them(app):
    record = log_record(user_agent=BROWSER, referer="https://chatgpt.com/")

    answer = ask(app, record, x_api_key=app.key("bot", project=app.project(Keep.AI)))

    assert answer.json() == {
        "crawler": None,
        "verification": "none",
        "verification_evidence": "",
        "referral_source": "openai",
        "referral_type": "referer",
        "fate": "stored",
        "reasons": [
            "The user agent has no token of a known crawler, so this counts as a person's request.",
            "Sent by the AI assistant openai, by the referrer.",
            "Stored: the project keeps 'ai'.",
        ],
    }


@pytest.mark.parametrize(
    ("changes", "policy", "fate", "reason"),
    [
        (
            {"host": "other.example"},
            {"domains": ("example.com",)},
            "quarantined",
            "Quarantined: other.example is none of the project's domains.",
        ),
        (
            {"user_agent": BROWSER},
            {"keep": Keep.CRAWLERS},
            "dropped",
            "Dropped: the project keeps only 'crawlers'.",
        ),
    ],
)
def test_the_callers_policy_decides_the_fate(app, changes, policy, fate, reason):
    key = app.key("bot", project=app.project(**policy))

    answer = ask(app, log_record(**changes), x_api_key=key).json()

    assert (answer["fate"], answer["reasons"][-1]) == (fate, reason)


@pytest.mark.parametrize("style", ["ank", "bot"])
@pytest.mark.parametrize(
    "changes", [{}, {"host": "other.example"}, {"status_code": 99}, {"user_agent": BROWSER}]
)
def test_nothing_is_stored(app, style, changes):
    key = app.key(style, project=app.project(domains=("example.com",)))
    before = stored(app, key)

    ask(app, log_record(**changes), x_api_key=key)

    assert before == ([], [], [], [(0,)])
    assert stored(app, key) == before


def test_the_same_record_is_then_stored_as_explained(app):
    key = app.key("bot")
    record = log_record(ip="20.171.206.5", path="/?utm_source=chatgpt.com")

    explained = ask(app, record, x_api_key=key).json()
    app.send(key, [record])

    (visit,) = app.visits(key)
    assert explained["crawler"]["name"] == visit["bot_name"]
    names = ("verification", "verification_evidence", "referral_source", "referral_type")
    assert {name: explained[name] for name in names} == {name: visit[name] for name in names}


@pytest.mark.parametrize("headers", [{}, {"x_api_key": "ank_nonsense"}, {"authorization": "Basic abc"}])
def test_without_a_good_key_nothing_is_told(app, headers):
    answer = ask(app, log_record(), **headers)

    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_key_that_may_only_send_is_forbidden(app, style):
    answer = ask(app, log_record(), x_api_key=app.key(style, (Scope.INGEST,)))

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("style", "changes", "detail"),
    [
        (
            "ank",
            {"path": ..., "url": "/"},
            {
                "loc": ["body", "path"],
                "msg": "path is required; rename 'url' to 'path'",
                "type": "value_error",
            },
        ),
        (
            "bot",
            {"status_code": "teapot"},
            {
                "loc": ["body", "status_code"],
                "msg": "status_code must be a whole number, got 'teapot'",
                "type": "value_error",
            },
        ),
        (
            "ank",
            {"timestamp": at(days=91)},
            {
                "loc": ["body", "timestamp"],
                "msg": "timestamp is outside the accepted retention window",
                "type": "value_error",
            },
        ),
        (
            "bot",
            {"timestamp": "1999-12-31T00:00:00Z"},
            {
                "loc": ["body", "timestamp"],
                "msg": "timestamp out of reasonable range",
                "type": "value_error",
            },
        ),
        (
            "bot",
            {"ip": "1" * 46},
            {
                "loc": ["body", "ip"],
                "msg": "ip is 46 characters long; at most 45 are accepted",
                "type": "value_error",
            },
        ),
    ],
)
def test_a_record_that_would_be_rejected_is_refused_by_its_field(app, style, changes, detail):
    answer = ask(app, log_record(**changes), x_api_key=app.key(style))

    assert (answer.status_code, answer.json()) == (422, {"detail": [detail]})


def test_what_only_one_dialect_takes_is_explained_in_that_one(app):
    record = log_record(user_agent="-", timestamp="2024-01-02T03:04:05Z")

    statuses = [ask(app, record, x_api_key=app.key(style)).status_code for style in ("ank", "bot")]

    assert statuses == [422, 200]


@pytest.mark.parametrize("body", [[log_record()], [], "GPTBot", 7, b"null"])
def test_what_is_no_record_is_refused(app, body):
    answer = ask(app, body, x_api_key=app.key())

    assert (answer.status_code, answer.json()) == (
        422,
        {"detail": [{"loc": ["body"], "msg": "send one record, an object", "type": "dict_type"}]},
    )


@pytest.mark.parametrize("body", [b"", b"{", b'{"path": "\xff"}', b'{"path": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_is_refused(app, body):
    answer = ask(app, body, x_api_key=app.key())

    (detail,) = answer.json()["detail"]
    assert (answer.status_code, detail["loc"], detail["type"]) == (422, ["body"], "json_invalid")
    assert detail["msg"].startswith("JSON decode error: ")


def test_a_body_of_more_than_a_mebibyte_is_too_large(app):
    answer = ask(app, log_record(note="x" * 1024 * 1024), x_api_key=app.key())

    assert answer.status_code == 413


def test_it_counts_as_a_question_and_tells_how_many_are_left(open_app):
    app = open_app(reports_requests_per_hour=2)
    key = app.key()

    answers = [ask(app, log_record(), x_api_key=key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    headers = [
        {name: value for name, value in answer.headers.items() if "ratelimit" in name} for answer in answers
    ]
    assert headers[:2] == [
        {
            "ratelimit-policy": '"reports";q=2;w=3600',
            "ratelimit": f'"reports";r={left};t=3600',
            "x-ratelimit-limit": "2",
            "x-ratelimit-remaining": str(left),
            "x-ratelimit-reset": str(int(NOW.timestamp()) + 3600),
        }
        for left in (1, 0)
    ]
    assert answers[2].headers["retry-after"] == "3600"
    assert app.report(key).status_code == 429


def test_a_refusal_tells_how_many_are_left_too(open_app):
    app = open_app(reports_requests_per_hour=2)

    answer = ask(app, log_record(path=""), x_api_key=app.key())

    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (422, "1")


def test_sending_is_not_counted_as_asking(open_app):
    app = open_app(reports_requests_per_hour=1)
    key = app.key("bot")

    app.send(key, [log_record(user_agent=GPTBOT)])

    assert ask(app, log_record(), x_api_key=key).status_code == 200


def test_other_methods_are_refused(app):
    assert app.client.get("/v1/explain", headers={"x-api-key": app.key()}).status_code == 405
