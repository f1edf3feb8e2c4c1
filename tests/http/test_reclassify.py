"""POST /v1/reclassify: stored visits judged again by what the server knows; for administrators only."""

from uuid import uuid4

import pytest

from builders import BROWSER, GPTBOT, encode_visits, log_record, visit
from crawlsight.ledger import Scope

pytestmark = pytest.mark.usefixtures("emptied_store")

ADMIN = (Scope.ADMIN,)

PERSON = {
    "bot_name": "",
    "bot_provider": "",
    "bot_type": "",
    "purpose": "",
    "is_ai_crawler": False,
    "verification": "none",
}


def ask(app, key, body):
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    return app.client.post("/v1/reclassify", headers={"x-api-key": key}, **content)


@pytest.fixture
def key(app):
    """An administrator's key to a project whose three GPTBots and one person were taken for each other."""
    key = app.key("bot", ADMIN)
    found = {"project_id": app.project_id(key), "ip": "203.0.113.10"}
    app.load()
    app.services.visits.insert(
        str(uuid4()),
        encode_visits(
            [
                *(visit(**found, **PERSON, user_agent=GPTBOT, path=f"/{i}") for i in range(3)),
                visit(**found, user_agent=BROWSER),
            ]
        ),
    )
    return key


CHANGES = [
    {
        "visits": 3,
        "from": {"bot_name": "", "verification": "none"},
        "to": {"bot_name": "GPTBot", "verification": "contradicted"},
    },
    {
        "visits": 1,
        "from": {"bot_name": "GPTBot", "verification": "claimed"},
        "to": {"bot_name": "", "verification": "none"},
    },
]


@pytest.mark.parametrize("body", [{}, {"dry_run": True}])
def test_unless_told_otherwise_it_only_says_what_would_change(app, key, body):
    answer = ask(app, key, body)

    assert answer.status_code == 200
    assert answer.json() == {"visits": 4, "changed": 4, "dry_run": True, "changes": CHANGES}
    assert app.rows(key, dimensions=["bot_name", "verification"]) == [("GPTBot", "claimed", 1)]


def test_applied_changes_are_in_the_reports_and_nothing_is_left_to_change(app, key):
    answer = ask(app, key, {"dry_run": False})

    assert answer.json() == {"visits": 4, "changed": 4, "dry_run": False, "changes": CHANGES}
    assert app.rows(key, dimensions=["bot_name", "verification"]) == [("GPTBot", "contradicted", 3)]
    assert app.rows(key, "referrals", dimensions=["path"]) == [("/blog/article", 1)]
    assert ask(app, key, {}).json() == {"visits": 4, "changed": 0, "dry_run": True, "changes": []}


def test_what_was_just_taken_in_comes_out_as_it_was(app):
    key = app.key("bot", (Scope.INGEST, Scope.ADMIN))
    app.send(key, [log_record(), log_record(user_agent=BROWSER), log_record(ip="10.0.0.1")])
    app.load()

    assert ask(app, key, {}).json() == {"visits": 3, "changed": 0, "dry_run": True, "changes": []}


def test_another_project_is_not_judged(app, key):
    other = app.key("bot", ADMIN)

    answer = ask(app, other, {"dry_run": False})

    assert answer.json() == {"visits": 0, "changed": 0, "dry_run": False, "changes": []}
    assert app.rows(key, dimensions=["bot_name"]) == [("GPTBot", 1)]


@pytest.mark.parametrize("scopes", [(Scope.REPORTS,), (Scope.INGEST,), (Scope.INGEST, Scope.REPORTS)])
def test_a_key_that_is_no_administrators_is_refused(app, scopes):
    message = "the key lacks the scope admin; create one that has it"

    answer = ask(app, app.key("bot", scopes), {"dry_run": False})

    assert answer.status_code == 403
    assert answer.json() == {
        "status": "error",
        "error": "forbidden",
        "message": message,
        "detail": message,
        "request_id": None,
    }


def test_without_a_key_it_is_refused(app):
    assert app.client.post("/v1/reclassify", json={}).status_code == 401


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ([], [(["body"], "dict_type")]),
        ({"dry_run": None}, [(["body", "dry_run"], "bool_type")]),
        ({"dry_run": "false"}, [(["body", "dry_run"], "bool_type")]),
        ({"dry_run": 0}, [(["body", "dry_run"], "bool_type")]),
        ({"dryRun": False}, [(["body", "dryRun"], "extra_forbidden")]),
        (
            {"project": "x", "dry_run": 1},
            [(["body", "project"], "extra_forbidden"), (["body", "dry_run"], "bool_type")],
        ),
        (b"{", [(["body"], "json_invalid")]),
    ],
)
def test_a_wrong_order_is_told_every_mistake_and_changes_nothing(app, key, body, mistakes):
    answer = ask(app, key, body)

    assert answer.status_code == 422
    assert [(detail["loc"], detail["type"]) for detail in answer.json()["detail"]] == mistakes
    assert ask(app, key, {}).json()["changed"] == 4


def test_nothing_is_changed_before_what_an_earlier_run_began_to_load_is_loaded(key, open_app):
    started = open_app()

    refused = ask(started, key, {"dry_run": False})
    started.load()

    assert (refused.status_code, refused.json()["error"]) == (503, "unavailable")
    assert ask(started, key, {"dry_run": False}).json()["changed"] == 4
