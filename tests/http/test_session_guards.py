"""What guards sessions: limits on sign-ins, tokens against other sites' pages, and silence in the log."""

from datetime import timedelta

import pytest

from crawlsight.ledger import Role
from people import PASSWORD, Browser, administrator, member, new_name, new_project, new_user, refusal

SESSION = "/v1/session"


def test_ten_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(app, open_app):
    user, other = new_user(app), new_user(app)
    app = open_app()
    browser = Browser(app)
    wrong = [browser.sign_in(name=user.name, password="wrong").status_code for _ in range(10)]

    app.clock.move(timedelta(minutes=14))
    locked = browser.sign_in(name=user.name.upper(), password=PASSWORD)
    others = browser.sign_in(name=other.name, password=PASSWORD)
    app.clock.move(timedelta(minutes=1))
    later = browser.sign_in(name=user.name, password=PASSWORD)

    assert (wrong, refusal(locked)) == ([401] * 10, (429, "rate_limited"))
    assert locked.headers["retry-after"] == "60"
    assert (others.status_code, later.status_code) == (200, 200)


def test_thirty_failures_of_any_kind_lock_an_address(app, open_app):
    user = new_user(app)
    app = open_app()
    browser = Browser(app)
    failures = [
        browser.sign_in(**body).status_code
        for body in [{"token": "x"}, {"share": "x"}, {"name": new_name(), "password": "x"}] * 10
    ]
    invitation = {"token": "x", "name": new_name(), "password": PASSWORD}

    locked = [
        browser.sign_in(name=user.name, password=PASSWORD),
        browser.sign_in(token="x"),
        browser.start("/v1/invitations/accept", invitation),
    ]

    assert failures == [401] * 30
    assert [refusal(answer) for answer in locked] == [(429, "rate_limited")] * 3
    assert [answer.headers["retry-after"] for answer in locked] == ["900"] * 3


def test_right_passwords_are_not_limited(app):
    user = new_user(app)

    statuses = [Browser(app).sign_in(name=user.name, password=PASSWORD).status_code for _ in range(12)]

    assert statuses == [200] * 12


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver.local", 200),
        ("https://logs.example.com", 200),
        ("http://evil.example", 403),
        ("http://testserver.local.evil.example", 403),
        ("http://testserver.local:8080", 403),
        ("null", 403),
        ("http://[", 403),
        ("", 403),
    ],
)
def test_another_sites_page_cannot_sign_anybody_in(app, open_app, origin, status):
    user = new_user(app)
    browser = Browser(open_app(public_url="https://logs.example.com"))

    answer = browser.sign_in({"origin": origin}, name=user.name, password=PASSWORD)

    assert answer.status_code == status
    assert status == 200 or refusal(answer) == (403, "csrf")


def test_the_present_password_cannot_be_guessed_from_within_a_session(app, open_app):
    browser = Browser(open_app(), name=new_user(app).name, password=PASSWORD)
    body = {"password": "another password", "current": "wrong"}

    statuses = [browser.ask("PUT", "/v1/session/password", body).status_code for _ in range(11)]

    assert statuses == [403] * 10 + [429]


@pytest.mark.parametrize("token", [None, "", "wrong", "\xe9".encode("latin-1")], ids=str)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", SESSION),
        ("PUT", "/v1/session/password"),
        ("POST", "/v2/reports/bots"),
        ("POST", "/v1/explain"),
        ("POST", "/v1/projects/{project}/uploads"),
        ("POST", "/v1/projects/{project}/members"),
        ("PATCH", "/v1/projects/{project}/members/1"),
        ("DELETE", "/v1/projects/{project}/shares/1"),
        ("POST", "/v1/invitations/accept"),
        ("POST", "/v1/users"),
    ],
)
def test_whatever_changes_something_needs_the_sessions_token(app, method, path, token):
    browser = administrator(app)
    project = new_project(app)
    headers = {"x-crawlsight-project": str(project.id)} | ({} if token is None else {"x-csrf-token": token})

    answer = browser.client.request(
        method, path.format(project=project.id), json={"token": "x"}, headers=headers
    )

    assert refusal(answer) == (403, "csrf")


def test_names_and_secrets_reach_no_log(app, open_app, capfd):
    user = new_user(app)
    link, _ = app.services.ledger.sessions.create_link(user.id)
    browser = Browser(open_app())

    browser.sign_in(name=user.name, password="a wrong password")
    browser.sign_in(name=user.name, password=PASSWORD)
    cookie = browser.cookie
    browser.sign_in(token=link)

    output = "".join(capfd.readouterr())
    secrets = (user.name, PASSWORD, "a wrong password", cookie, browser.cookie, link, browser.csrf)
    assert "/v1/session" in output
    assert [secret for secret in secrets if secret in output] == []


def test_a_browser_that_asks_too_often_is_told_to_wait(app, open_app):
    browser = Browser(open_app(session_requests_per_minute=3), name=new_user(app).name, password=PASSWORD)

    answers = [browser.ask("GET", SESSION) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert refusal(answers[3]) == (429, "rate_limited")
    assert answers[3].headers["retry-after"] == "60"
    assert member(app, new_project(app), Role.VIEWER).ask("GET", SESSION).status_code == 200
