"""Members of a project, invitations and shares, over HTTP."""

from datetime import timedelta

import pytest

from crawlsight.ledger import Role, Scope
from people import PASSWORD, Browser, administrator, guest, member, new_name, new_project, new_user, refusal

NOW_TEXT = "2026-11-22T12:00:00.000Z"


@pytest.fixture
def project(app):
    return new_project(app)


@pytest.fixture
def owner(app, project):
    return member(app, project, Role.OWNER)


def path(project, what):
    return f"/v1/projects/{project.id}/{what}"


def me(browser):
    return browser.ask("GET", "/v1/session").json()["user"]


def token_of(answer):
    return answer.json()["url"].partition("=")[2]


def test_an_owner_adds_changes_and_removes_members(app, project, owner):
    user = new_user(app)
    single = f"{path(project, 'members')}/{user.id}"

    added = owner.ask("POST", path(project, "members"), {"name": user.name, "role": "viewer"})
    changed = owner.ask("PATCH", single, {"role": "editor"})
    listed = owner.ask("GET", path(project, "members"))
    removed = owner.ask("DELETE", single)

    shown = {"user_id": user.id, "name": user.name, "role": "editor"}
    myself = {"user_id": me(owner)["id"], "name": me(owner)["name"], "role": "owner"}
    assert (added.status_code, added.json()) == (201, {**shown, "role": "viewer"})
    assert (changed.status_code, changed.json()) == (200, shown)
    assert listed.json() == sorted([shown, myself], key=lambda found: found["name"])
    assert (removed.status_code, removed.content) == (204, b"")
    assert owner.ask("GET", path(project, "members")).json() == [myself]


def test_the_last_owner_cannot_go(app, project, owner):
    single = f"{path(project, 'members')}/{me(owner)['id']}"

    answers = [
        owner.ask("DELETE", single),
        owner.ask("PATCH", single, {"role": "editor"}),
        owner.ask("POST", path(project, "members"), {"name": me(owner)["name"], "role": "viewer"}),
        administrator(app).ask("DELETE", single),
    ]

    assert [refusal(answer) for answer in answers] == [(409, "last_one")] * 4


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("PATCH", "members/{stranger}", {"role": "viewer"}),
        ("DELETE", "members/{stranger}", None),
        ("POST", "members", {"name": "nobody at all", "role": "viewer"}),
        ("PATCH", "members/0", {"role": "viewer"}),
        ("DELETE", "members/-1", None),
        ("DELETE", f"members/{10**30}", None),
        ("DELETE", "invitations/1000000", None),
        ("DELETE", f"invitations/{2**31}", None),
        ("DELETE", "shares/1000000", None),
        ("DELETE", f"shares/{2**63}", None),
    ],
)
def test_what_is_not_the_projects_is_404(app, project, owner, method, rest, body):
    stranger = new_user(app)

    answer = owner.ask(method, path(project, rest.format(stranger=stranger.id)), body)

    assert refusal(answer) == (404, "not_found")


def test_links_of_another_project_are_404(app, project, owner):
    other = new_project(app)
    invitation, _ = app.services.ledger.invitations.create(other.id, Role.VIEWER)
    share, _ = app.services.ledger.shares.create(other.id, "agency")

    answers = [
        owner.ask("DELETE", path(project, f"invitations/{invitation.id}")),
        owner.ask("DELETE", path(project, f"shares/{share.id}")),
    ]

    assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 2


@pytest.mark.parametrize(
    ("method", "rest", "body", "words"),
    [
        ("POST", "members", {"name": "x"}, "Object missing required field `role`"),
        (
            "POST",
            "members",
            {"name": "x", "role": "boss"},
            "role: Invalid enum value 'boss'; use one of viewer",
        ),
        ("PATCH", "members/1", {"role": None}, "role: "),
        ("PATCH", "members/1", {"role": "viewer", "user_id": 2}, "unknown field `user_id`"),
        ("POST", "invitations", {}, "Object missing required field `role`"),
        ("POST", "invitations", {"role": "share"}, "use one of viewer, editor, owner"),
        ("POST", "shares", {"name": ""}, "share name '': use 1-100 printable characters"),
        ("POST", "shares", {"name": "a" * 101}, "use 1-100 printable characters"),
        ("POST", "shares", {"name": 5}, "name: Expected `str`, got `int`"),
        ("POST", "shares", [], "Expected `object`, got `array`"),
    ],
)
def test_a_body_that_cannot_be_is_422_and_says_why(project, owner, method, rest, body, words):
    answer = owner.ask(method, path(project, rest), body)

    assert refusal(answer) == (422, "invalid_argument")
    assert words in answer.json()["message"]


def test_an_invitation_is_shown_with_its_link_once(project, owner):
    created = owner.ask("POST", path(project, "invitations"), {"role": "editor"})
    listed = owner.ask("GET", path(project, "invitations"))

    shown = created.json()
    url = shown.pop("url")
    assert created.status_code == 201
    assert shown == {
        "id": shown["id"],
        "role": "editor",
        "created_at": NOW_TEXT,
        "expires_at": "2026-11-29T12:00:00.000Z",
    }
    assert url.startswith("http://testserver.local/join#token=")
    assert len(url.partition("=")[2]) == 43
    assert listed.json() == [shown]


def test_a_new_user_comes_in_by_an_invitation(app, project, owner):
    token = token_of(owner.ask("POST", path(project, "invitations"), {"role": "editor"}))
    browser, name = Browser(app), new_name()

    answer = browser.start("/v1/invitations/accept", {"token": token, "name": name, "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.json() == browser.ask("GET", "/v1/session").json()
    assert (answer.json()["user"]["name"], answer.json()["must_set_password"]) == (name, False)
    assert [(found["id"], found["role"]) for found in answer.json()["projects"]] == [(project.id, "editor")]
    assert owner.ask("GET", path(project, "invitations")).json() == []
    assert Browser(app).sign_in(name=name, password=PASSWORD).status_code == 200


def test_whoever_is_signed_in_joins_by_an_invitation(app, project, owner):
    browser = member(app, new_project(app), Role.VIEWER)
    token = token_of(owner.ask("POST", path(project, "invitations"), {"role": "viewer"}))

    answer = browser.start("/v1/invitations/accept", {"token": token})

    assert answer.status_code == 200
    assert (project.id, "viewer") in [(found["id"], found["role"]) for found in answer.json()["projects"]]


def test_an_invitation_needs_a_new_user_or_somebody_signed_in(app, project, owner):
    token = token_of(owner.ask("POST", path(project, "invitations"), {"role": "viewer"}))

    answers = [
        browser.start("/v1/invitations/accept", body)
        for browser, body in [
            (Browser(app), {"token": token}),
            (guest(app, project), {"token": token}),
            (Browser(app), {"token": token, "name": new_name()}),
            (Browser(app), {"token": token, "password": PASSWORD}),
            (Browser(app), {"name": new_name(), "password": PASSWORD}),
        ]
    ]

    assert [refusal(answer)[0] for answer in answers] == [401, 403, 422, 422, 422]


def test_a_new_user_who_cannot_be_leaves_the_invitation_as_it_is(app, open_app, project, owner):
    token = token_of(owner.ask("POST", path(project, "invitations"), {"role": "viewer"}))
    browser, name = Browser(open_app()), me(owner)["name"]

    answers = [
        browser.start("/v1/invitations/accept", {"token": token, "name": said, "password": password})
        for said, password in [(name, PASSWORD), (new_name(), "short"), ("<b>", PASSWORD)]
    ]

    assert [refusal(answer) for answer in answers] == [
        (409, "already_exists"),
        (422, "invalid_argument"),
        (422, "invalid_argument"),
    ]
    assert len(owner.ask("GET", path(project, "invitations")).json()) == 1


def test_an_invitation_is_no_good_when_used_withdrawn_or_a_week_old(app, open_app, project, owner):
    used, withdrawn, old = (
        owner.ask("POST", path(project, "invitations"), {"role": "viewer"}) for _ in range(3)
    )
    browser = member(app, new_project(app), Role.VIEWER)
    browser.start("/v1/invitations/accept", {"token": token_of(used)})
    gone = owner.ask("DELETE", path(project, f"invitations/{withdrawn.json()['id']}"))
    stranger = Browser(open_app())

    def accept(answer):
        return [
            browser.start("/v1/invitations/accept", {"token": token_of(answer)}),
            stranger.start(
                "/v1/invitations/accept",
                {"token": token_of(answer), "name": new_name(), "password": PASSWORD},
            ),
        ]

    answers = [*accept(used), *accept(withdrawn)]
    app.clock.move(timedelta(days=7))
    answers += accept(old)

    assert gone.status_code == 204
    assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 6


def test_another_sites_page_cannot_accept_an_invitation(app):
    body = {"token": "x", "name": new_name(), "password": PASSWORD}

    answer = Browser(app).start("/v1/invitations/accept", body, {"origin": "http://evil.example"})

    assert refusal(answer) == (403, "csrf")


def test_a_share_is_shown_with_its_link_once_and_ends_with_its_sessions(app, open_app, project, owner):
    created = owner.ask("POST", path(project, "shares"), {"name": "agency"})
    browser = Browser(app, share=token_of(created))
    listed = owner.ask("GET", path(project, "shares"))
    withdrawn = owner.ask("DELETE", path(project, f"shares/{created.json()['id']}"))

    shown = created.json()
    url = shown.pop("url")
    assert (created.status_code, withdrawn.status_code) == (201, 204)
    assert shown == {"id": shown["id"], "name": "agency", "created_at": NOW_TEXT}
    assert url.startswith("http://testserver.local/share#token=")
    assert listed.json() == [shown]
    assert refusal(browser.ask("GET", "/v1/session")) == (401, "unauthorized")
    assert refusal(Browser(open_app()).sign_in(share=token_of(created))) == (401, "unauthorized")
    assert owner.ask("GET", path(project, "shares")).json() == []


def test_links_lead_to_where_people_find_the_server(app, open_app, project):
    public = open_app(public_url="https://logs.example.com")
    browser = member(public, project, Role.OWNER)

    urls = [
        browser.ask("POST", path(project, what), body).json()["url"]
        for what, body in (("invitations", {"role": "viewer"}), ("shares", {"name": "agency"}))
    ]

    assert [url.partition("=")[0] for url in urls] == [
        "https://logs.example.com/join#token",
        "https://logs.example.com/share#token",
    ]


def test_a_key_with_the_scope_admin_manages_members_too(app, project):
    headers = {"x-api-key": app.key("bot", scopes=(Scope.ADMIN,), project=project.name)}
    user = new_user(app)

    added = app.client.post(
        path(project, "members"), json={"name": user.name, "role": "owner"}, headers=headers
    )

    assert (added.status_code, added.json()["role"]) == (201, "owner")
