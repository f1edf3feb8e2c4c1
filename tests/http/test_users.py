"""Users, over HTTP: for administrators alone."""

import pytest

from crawlsight.ledger import Role
from people import PASSWORD, Browser, administrator, guest, member, new_name, new_project, new_user, refusal


def test_an_administrator_creates_a_user_who_comes_in_by_the_link(app):
    root, name = administrator(app), new_name()

    created = root.ask("POST", "/v1/users", {"name": name})
    shown = created.json()
    url, expires_at = shown.pop("url"), shown.pop("expires_at")
    browser = Browser(app, token=url.partition("=")[2])
    listed = {user["id"]: user for user in root.ask("GET", "/v1/users").json()}

    assert created.status_code == 201
    assert shown == {
        "id": shown["id"],
        "name": name,
        "is_admin": False,
        "has_password": False,
        "created_at": "2026-11-22T12:00:00.000Z",
    }
    assert url.startswith("http://testserver.local/signin#token=")
    assert expires_at == "2026-11-23T12:00:00.000Z"
    assert listed[shown["id"]] == shown
    assert browser.ask("GET", "/v1/session").json()["user"] == {
        "id": shown["id"],
        "name": name,
        "is_admin": False,
    }


def test_an_administrator_creates_another(app):
    created = administrator(app).ask("POST", "/v1/users", {"name": new_name(), "is_admin": True})

    assert created.json()["is_admin"]


def test_an_administrator_deletes_a_user(app, open_app):
    root, user = administrator(app), new_user(app)

    deleted = root.ask("DELETE", f"/v1/users/{user.id}")
    again = root.ask("DELETE", f"/v1/users/{user.id}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert refusal(again) == (404, "not_found")
    assert Browser(open_app()).sign_in(name=user.name, password=PASSWORD).status_code == 401


def test_the_last_administrator_cannot_be_deleted(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    root = administrator(app)
    user_id = root.ask("GET", "/v1/session").json()["user"]["id"]

    assert refusal(root.ask("DELETE", f"/v1/users/{user_id}")) == (409, "last_one")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"name": ""}, 422),
        ({"name": "<b>"}, 422),
        ({"name": "ann", "is_admin": "yes"}, 422),
        ({"name": "ann", "password": PASSWORD}, 422),
        ({"name": "TAKEN"}, 409),
    ],
)
def test_a_user_who_cannot_be_is_refused(open_app, tmp_path, body, status):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    app.services.ledger.users.create("taken")

    answer = administrator(app).ask("POST", "/v1/users", body)

    assert refusal(answer)[0] == status


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/v1/users", None), ("POST", "/v1/users", {"name": "x"}), ("DELETE", "/v1/users/1", None)],
)
def test_only_an_administrator_may(app, method, path, body):
    project = new_project(app)
    browsers = [Browser(app), member(app, project, Role.OWNER), guest(app, project)]

    answers = [browser.ask(method, path, body) for browser in browsers]

    assert [refusal(answer) for answer in answers] == [
        (401, "unauthorized"),
        (403, "forbidden"),
        (403, "forbidden"),
    ]


def test_a_ledger_that_does_not_answer_is_503(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    browser = administrator(app)
    with app.services.ledger._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sessions RENAME TO elsewhere")

    assert refusal(browser.ask("GET", "/v1/session")) == (503, "unavailable")
