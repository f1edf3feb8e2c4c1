"""Signing in and out: passwords, links, cookies."""

from datetime import timedelta

import pytest

from crawlsight import __version__
from crawlsight.ledger import Role
from people import PASSWORD, Browser, administrator, guest, new_name, new_project, new_user, refusal

SESSION = "/v1/session"
DAY = timedelta(days=1)


def set_cookie(answer):
    """The cookie that an answer sets: its name, its value, its attributes."""
    pair, *attributes = answer.headers["set-cookie"].split("; ")
    return (*pair.split("=", 1), set(attributes))


def test_a_user_signs_in_by_password_and_sees_their_projects(app):
    project = new_project(app, domains=("shop.example",))
    user = new_user(app)
    app.services.ledger.members.put(project.id, user.id, Role.EDITOR)
    browser = Browser(app)

    answer = browser.sign_in(name=user.name.upper(), password=PASSWORD)

    assert answer.status_code == 200
    assert answer.json() == {
        "user": {"id": user.id, "name": user.name, "is_admin": False},
        "share": None,
        "csrf_token": browser.csrf,
        "projects": [
            {
                "id": project.id,
                "name": project.name,
                "role": "editor",
                "domains": ["shop.example"],
                "keep": "crawlers",
                "retention_days": 90,
                "created_at": "2026-11-22T12:00:00.000Z",
            }
        ],
        "must_set_password": False,
        "server": {"version": __version__, "url": "http://testserver.local"},
    }
    assert answer.headers["cache-control"] == "no-store"
    assert browser.ask("GET", SESSION).json() == answer.json()


def test_the_cookie_is_for_the_server_alone_and_lives_thirty_days(app):
    browser = Browser(app)
    signed_in = browser.sign_in(name=new_user(app).name, password=PASSWORD)
    shown = browser.ask("GET", SESSION)

    for answer in (signed_in, shown):
        name, value, attributes = set_cookie(answer)
        assert (name, len(value)) == ("crawlsight_session", 43)
        assert attributes == {"HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=lax"}
    assert set_cookie(signed_in)[1] == set_cookie(shown)[1] != browser.csrf


def test_over_https_the_cookie_is_never_sent_without(app, open_app):
    user = new_user(app)
    public = open_app(public_url="https://logs.example.com/")
    body = {"name": user.name, "password": PASSWORD}

    by_scheme = Browser(app).client.post(f"https://testserver.local{SESSION}", json=body)
    by_setting = Browser(public).client.post(SESSION, json=body)

    assert ["Secure" in set_cookie(answer)[2] for answer in (by_scheme, by_setting)] == [True, True]
    assert [answer.json()["server"]["url"] for answer in (by_scheme, by_setting)] == [
        "https://testserver.local",
        "https://logs.example.com",
    ]


def test_an_administrator_owns_every_project(app):
    project = new_project(app)

    shown = administrator(app).ask("GET", SESSION).json()

    assert shown["user"]["is_admin"]
    assert {found["role"] for found in shown["projects"]} == {"owner"}
    assert project.id in {found["id"] for found in shown["projects"]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "ann"},
        {"password": PASSWORD},
        {"name": "ann", "password": PASSWORD, "token": "x"},
        {"token": "x", "share": "x"},
        {"name": 5, "password": PASSWORD},
        {"name": "ann", "password": PASSWORD, "remember": True},
        [],
        "ann",
        5,
    ],
    ids=str,
)
def test_a_sign_in_of_another_form_is_422(app, body):
    answer = Browser(app).client.post(SESSION, json=body)

    assert refusal(answer) == (422, "invalid_argument")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b'{"name": "\\ud800", "password": ""}', b'{"name": "']
)
def test_a_sign_in_that_is_no_json_is_400(app, content):
    assert refusal(Browser(app).client.post(SESSION, content=content)) == (400, "malformed_body")


def test_a_sign_in_that_is_too_large_is_413(app):
    answer = Browser(app).client.post(SESSION, content=b'{"name": "' + b"a" * 2**20 + b'"}')

    assert refusal(answer) == (413, "body_too_large")


def test_all_wrong_names_and_passwords_are_refused_in_the_same_words(app, open_app):
    known, without = new_user(app), new_user(app, password=None)
    browser = Browser(open_app())

    answers = [
        browser.sign_in(name=name, password=password)
        for name, password in [
            (known.name, "wrong password"),
            (known.name, ""),
            (without.name, PASSWORD),
            (new_name(), PASSWORD),
            ("\0", PASSWORD),
            ("", PASSWORD),
        ]
    ]

    assert [refusal(answer) for answer in answers] == [(401, "unauthorized")] * 6
    assert {answer.json()["message"] for answer in answers} == {"name or password is wrong"}
    assert [answer.headers.get("set-cookie") for answer in answers] == [None] * 6


def test_a_link_signs_in_once_to_set_a_password(app, open_app):
    user = new_user(app, password=None)
    link, _ = app.services.ledger.sessions.create_link(user.id)
    browser = Browser(app)

    first = browser.sign_in(token=link)
    again = Browser(open_app()).sign_in(token=link)
    changed = browser.ask("PUT", "/v1/session/password", {"password": PASSWORD})

    assert (first.status_code, first.json()["must_set_password"]) == (200, True)
    assert (refusal(again), changed.status_code, changed.content) == ((401, "unauthorized"), 204, b"")
    assert not browser.ask("GET", SESSION).json()["must_set_password"]
    assert Browser(app).sign_in(name=user.name, password=PASSWORD).status_code == 200


def test_a_link_is_no_good_after_a_day(app, open_app):
    link, _ = app.services.ledger.sessions.create_link(new_user(app).id)
    app = open_app()

    app.clock.move(DAY)

    assert refusal(Browser(app).sign_in(token=link)) == (401, "unauthorized")


def test_whoever_forgot_the_password_sets_another_by_a_link_and_all_other_sessions_end(app):
    user = new_user(app)
    before = Browser(app, name=user.name, password=PASSWORD)
    browser = Browser(app, token=app.services.ledger.sessions.create_link(user.id)[0])

    browser.ask("PUT", "/v1/session/password", {"password": "another password"})

    assert refusal(before.ask("GET", SESSION)) == (401, "unauthorized")
    assert browser.ask("GET", SESSION).status_code == 200


def test_a_password_is_changed_by_whoever_knows_the_present_one(app, open_app):
    user = new_user(app)
    browser = Browser(open_app(), name=user.name, password=PASSWORD)

    answers = [
        browser.ask("PUT", "/v1/session/password", body)
        for body in (
            {"password": "another password"},
            {"password": "another password", "current": "wrong"},
            {"password": "too short", "current": PASSWORD},
            {"current": PASSWORD},
            {"password": "another password", "current": PASSWORD},
        )
    ]

    assert [answer.status_code for answer in answers] == [422, 403, 422, 422, 204]
    assert [refusal(answer)[1] for answer in answers[:4]] == [
        "invalid_argument",
        "forbidden",
        "invalid_argument",
        "invalid_argument",
    ]
    assert "password of 9 characters: use 10 to 1000" in answers[2].json()["message"]
    assert Browser(app).sign_in(name=user.name, password="another password").status_code == 200


def test_signing_out_ends_the_session_and_takes_the_cookie(app):
    browser = Browser(app, name=new_user(app).name, password=PASSWORD)
    cookie = browser.cookie

    answer = browser.ask("DELETE", SESSION)

    assert (answer.status_code, answer.content) == (204, b"")
    assert set_cookie(answer)[0] == "crawlsight_session"
    assert "Max-Age=0" in set_cookie(answer)[2]
    again = Browser(app)
    again.client.cookies.set("crawlsight_session", cookie)
    assert refusal(again.ask("GET", SESSION)) == (401, "unauthorized")


def test_signing_in_anew_ends_the_session_before(app):
    user = new_user(app)
    browser = Browser(app, name=user.name, password=PASSWORD)
    old = browser.cookie

    browser.sign_in(name=user.name, password=PASSWORD)

    assert app.services.ledger.sessions.find(old) is None
    assert app.services.ledger.sessions.find(browser.cookie).user == user


def test_a_session_ends_thirty_days_after_its_last_use(app):
    browser = Browser(app, name=new_user(app).name, password=PASSWORD)
    statuses = []
    for step in (29 * DAY, 29 * DAY, 30 * DAY):
        app.clock.move(step)
        statuses.append(browser.ask("GET", SESSION).status_code)
        app.services.ledger.check_writable()

    assert statuses == [200, 200, 401]


def test_a_deleted_users_session_ends_at_once(app):
    user = new_user(app)
    browser = Browser(app, name=user.name, password=PASSWORD)

    app.services.ledger.users.delete(user.id)

    assert refusal(browser.ask("GET", SESSION)) == (401, "unauthorized")


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5_000, '"x"', "%00"])
def test_a_cookie_that_is_no_session_is_401(app, cookie):
    browser = Browser(app)
    browser.client.cookies.set("crawlsight_session", cookie)

    assert refusal(browser.ask("GET", SESSION)) == (401, "unauthorized")


def test_a_share_lets_anybody_in_without_a_name(app):
    project = new_project(app)

    shown = guest(app, project).ask("GET", SESSION).json()

    assert (shown["user"], shown["share"], shown["must_set_password"]) == (None, {"name": "agency"}, False)
    assert [(found["id"], found["role"]) for found in shown["projects"]] == [(project.id, "viewer")]


def test_a_share_has_no_password(app):
    browser = guest(app, new_project(app))

    answer = browser.ask("PUT", "/v1/session/password", {"password": PASSWORD})

    assert refusal(answer) == (403, "forbidden")


def test_a_key_is_no_session(app):
    key = app.key("bot")
    headers = {"x-api-key": key}

    answers = [
        app.client.get(SESSION, headers=headers),
        app.client.request("DELETE", SESSION, headers=headers),
        app.client.put("/v1/session/password", json={"password": PASSWORD}, headers=headers),
        app.client.get("/v1/users", headers=headers),
        app.client.post("/v1/users", json={"name": "x"}, headers=headers),
        app.client.post("/v1/invitations/accept", json={"token": "x"}, headers=headers),
    ]

    assert [refusal(answer) for answer in answers] == [(401, "unauthorized")] * 6
