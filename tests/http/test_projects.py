"""Projects and their keys over HTTP: made, shown, changed, deleted with all that they have received."""

from datetime import timedelta

import pytest

from builders import BROWSER, NOW, at, log_record
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import Role, Scope
from crawlsight.server.deletion import purge_deleted
from people import Browser, administrator, member, new_name, new_project

TABLES = ("visits", "visits_hourly", "visits_daily", "pages_hourly", "page_sums_weekly", "pages_monthly")


def ask(app, key, method, path, body=None):
    content = {} if body is None else {"json": body}
    return app.client.request(method, path, headers={"x-api-key": key}, **content)


def admin_key(app, project):
    return app.key(project=project.name, scopes=(Scope.ADMIN,))


def details(project, role, **changes):
    return {
        "id": project.id,
        "name": project.name,
        "role": role,
        "domains": [],
        "keep": "crawlers",
        "retention_days": 90,
        "ip_policy": "keep",
        "human_ip_policy": "mask",
        "created_at": "2026-11-22T12:00:00.000Z",
        **changes,
    }


def test_a_key_sees_its_one_project(app):
    project = new_project(app, domains=("example.com",), keep=Keep.AI)
    key = app.key(project=project.name)

    listed, shown = (
        ask(app, key, "GET", path).json() for path in ("/v1/projects", f"/v1/projects/{project.name}")
    )

    assert shown == details(project, None, domains=["example.com"], keep="ai")
    assert listed == [shown]


def test_a_user_sees_the_projects_that_they_are_in(app):
    project, _ = new_project(app), new_project(app)
    viewer = member(app, project, Role.VIEWER)

    assert viewer.ask("GET", "/v1/projects").json() == [details(project, "viewer")]


def test_a_foreign_project_is_not_found(app):
    mine, theirs = new_project(app), new_project(app)

    for asker in (
        lambda path: ask(app, admin_key(app, mine), "GET", path),
        lambda path: member(app, mine, Role.OWNER).ask("GET", path),
    ):
        assert asker(f"/v1/projects/{theirs.id}").status_code == 404


def test_an_administrator_makes_a_project_and_owns_it(app):
    name = new_name("made")

    made = administrator(app).ask(
        "POST", "/v1/projects", {"name": name, "domains": ["https://Shop.example/"], "keep": "all"}
    )

    project = app.services.ledger.projects.by_name(name)
    assert made.status_code == 201
    assert made.json() == details(project, "owner", domains=["shop.example"], keep="all")
    assert [found.role for found in app.services.ledger.members.list(project.id)] == [Role.OWNER]


def test_nobody_else_makes_projects(app):
    project = new_project(app)
    body = {"name": new_name("made")}

    assert ask(app, admin_key(app, project), "POST", "/v1/projects", body).status_code == 401
    assert member(app, project, Role.OWNER).ask("POST", "/v1/projects", body).status_code == 403


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, {}),
        ({"domains": ["A.example", "a.example", "b.example:8080"]}, {"domains": ["a.example", "b.example"]}),
        (
            {"keep": "all", "retention_days": 7, "ip_policy": "drop", "human_ip_policy": "keep"},
            {"keep": "all", "retention_days": 7, "ip_policy": "drop", "human_ip_policy": "keep"},
        ),
    ],
)
def test_what_is_given_changes_and_what_is_not_stays(app, change, shown):
    project = new_project(app)
    key = admin_key(app, project)

    changed = ask(app, key, "PATCH", f"/v1/projects/{project.id}", change)

    assert changed.json() == details(project, None, **shown)
    assert ask(app, key, "GET", f"/v1/projects/{project.id}").json() == changed.json()


def test_a_changed_policy_holds_for_what_comes_next(app):
    project = new_project(app, keep=Keep.CRAWLERS)
    key = admin_key(app, project)
    app.send(key, [log_record(user_agent=BROWSER, path="/before")])

    ask(app, key, "PATCH", f"/v1/projects/{project.id}", {"keep": "all", "name": new_name("renamed")})
    app.send(key, [log_record(user_agent=BROWSER, path="/after")])

    assert [visit["path"] for visit in app.visits(key)] == ["/after"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "project name ''"),
        ({"retention_days": 0}, "retention of 0 days"),
        ({"retention_days": "7"}, "retention_days: "),
        ({"domains": ["a b"]}, "domain 'a b'"),
        ({"domains": None}, "domains: "),
        ({"keep": "most"}, "keep: Invalid enum value 'most'"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_value_that_cannot_be_is_named(app, change, words):
    project = new_project(app)

    answer = ask(app, admin_key(app, project), "PATCH", f"/v1/projects/{project.id}", change)

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_argument")
    assert words in answer.json()["message"]


def test_a_name_is_one_projects(app):
    taken, project = new_project(app), new_project(app)

    answer = ask(app, admin_key(app, project), "PATCH", f"/v1/projects/{project.id}", {"name": taken.name})

    assert (answer.status_code, answer.json()["error"]) == (409, "already_exists")


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("POST", "/keys"), ("DELETE", "/keys/1")])
def test_a_viewer_changes_nothing(app, method, path):
    project = new_project(app)

    answer = member(app, project, Role.VIEWER).ask(method, f"/v1/projects/{project.id}{path}", {})

    assert answer.status_code == 403


def test_an_editor_does_not_delete(app):
    project = new_project(app)
    editor = member(app, project, Role.EDITOR)

    answer = editor.ask("DELETE", f"/v1/projects/{project.id}", {"name": project.name})

    assert answer.status_code == 403


def test_only_the_name_deletes(app):
    project = new_project(app)
    key = admin_key(app, project)

    answer = ask(app, key, "DELETE", f"/v1/projects/{project.id}", {"name": project.name.upper()})

    assert answer.status_code == 422
    assert ask(app, key, "GET", f"/v1/projects/{project.id}").status_code == 200


def stored(app, project_id):
    """How many rows of a project each table has."""
    visits = app.services.visits
    counts = {
        table: visits.select(
            f"SELECT count() FROM {table} WHERE project_id = {{project_id:UInt32}}",
            {"project_id": project_id},
        )[0][0]
        for table in TABLES
    }
    batches = app.services.ledger.batches
    return counts, [
        len(found)
        for found in (
            batches.list_rejected(project_id),
            batches.list_quarantined(project_id),
            batches.list_source_hours(project_id),
            app.services.ledger.keys.list(project_id),
        )
    ]


@pytest.mark.usefixtures("emptied_store")
def test_a_deleted_project_leaves_nothing_and_harms_no_other(app):
    project, other = (new_project(app, domains=("example.com",)) for _ in range(2))
    keys = [app.key(project=found.name) for found in (project, other)]
    batch = [log_record(), log_record(host="else.example"), log_record(status_code=0)]
    for key in keys:
        app.send(key, batch, "same-key")
    app.load()
    others = stored(app, other.id)
    owner = member(app, project, Role.OWNER)
    share = app.services.ledger.shares.create(project.id, "for a client")[1]
    guest = Browser(app, share=share)

    deleted = owner.ask("DELETE", f"/v1/projects/{project.name}", {"name": project.name})

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert stored(app, project.id) == (dict.fromkeys(TABLES, 0), [0, 0, 0, 0])
    assert stored(app, other.id) == others
    assert others[1] == [1, 1, 1, 1]
    assert app.send(keys[0], batch).status_code == 401
    assert owner.ask("GET", "/v1/projects").json() == []
    assert guest.ask("GET", "/v1/session").status_code == 401


@pytest.mark.usefixtures("emptied_store")
def test_what_was_on_its_way_to_a_deleted_project_is_deleted_when_it_has_come(app):
    project = new_project(app)
    key = app.key(project=project.name)
    app.load()
    app.send(key, [log_record()])
    app.services.ledger.projects.delete(project.id)
    app.load()

    purge_deleted(app.services)
    again = [found for found, _ in app.services.ledger.projects.unpurged()]
    app.clock.move(timedelta(hours=7))
    purge_deleted(app.services)

    assert stored(app, project.id)[0] == dict.fromkeys(TABLES, 0)
    assert project.id in again
    assert project.id not in [found for found, _ in app.services.ledger.projects.unpurged()]


def test_files_that_wait_for_a_deleted_project_are_deleted(app):
    project = new_project(app)
    key = app.key(project=project.name, scopes=(Scope.ADMIN,))
    path = f"/v1/projects/{project.id}"
    (upload,) = app.client.post(f"{path}/uploads", content=b"a line", headers={"x-api-key": key}).json()
    file = app.services.importer.folder / upload["id"]
    was_there = file.exists()

    ask(app, key, "DELETE", path, {"name": project.name})

    assert (was_there, file.exists()) == (True, False)


def test_the_id_of_a_deleted_project_is_never_given_again(app):
    project = new_project(app)

    app.services.ledger.projects.delete(project.id)

    assert new_project(app).id > project.id


def test_a_key_is_shown_once_with_its_secret_and_then_without(app):
    project = new_project(app)
    admin = admin_key(app, project)
    path = f"/v1/projects/{project.id}/keys"

    made = ask(
        app,
        admin,
        "POST",
        path,
        {
            "name": "edge",
            "style": "bot",
            "scopes": ["reports:read", "logs:ingest"],
            "expires_at": "2027-01-31T01:00:00+01:00",
        },
    )

    secret = made.json().pop("key")
    shown = {name: value for name, value in made.json().items() if name != "key"}
    assert made.status_code == 201
    assert shown == {
        "id": shown["id"],
        "name": "edge",
        "style": "bot",
        "hint": f"bot_…{secret[-4:]}",
        "scopes": ["logs:ingest", "reports:read"],
        "created_at": "2026-11-22T12:00:00.000Z",
        "expires_at": "2027-01-31T00:00:00.000Z",
        "revoked_at": None,
        "last_used_at": None,
    }
    listed = ask(app, admin, "GET", path)
    assert listed.json()[1:] == [shown]
    assert secret not in listed.text
    assert app.send(secret, [log_record()]).status_code == 200


def test_without_more_than_a_name_a_key_sends_logs_in_the_ansehn_dialect(app):
    project = new_project(app)

    made = ask(app, admin_key(app, project), "POST", f"/v1/projects/{project.id}/keys", {"name": "edge"})

    found = made.json()
    assert (found["style"], found["scopes"], found["expires_at"]) == ("ank", ["logs:ingest"], None)
    assert app.send(found["key"], [log_record()]).status_code == 200


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({}, "missing required field `name`"),
        ({"name": "a" * 101}, "key name of 101 characters"),
        ({"name": "a\0"}, "printable"),
        ({"name": "a", "style": "x"}, "style: Invalid enum value 'x'"),
        ({"name": "a", "scopes": []}, "scopes: give at least one"),
        ({"name": "a", "scopes": ["all"]}, "scopes[0]: Invalid enum value 'all'"),
        ({"name": "a", "expires_at": "soon"}, "expires_at: 'soon' is no instant"),
        ({"name": "a", "expires_at": "2027-01-31"}, "expires_at: '2027-01-31' is no instant"),
        ({"name": "a", "expires_at": at(days=1)}, "is in the past"),
    ],
)
def test_a_key_that_cannot_be_is_refused(app, order, words):
    project = new_project(app)

    answer = ask(app, admin_key(app, project), "POST", f"/v1/projects/{project.id}/keys", order)

    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_a_revoked_key_works_no_more_and_stays_listed(app):
    project = new_project(app)
    admin, key = admin_key(app, project), app.key(project=project.name)
    path = f"/v1/projects/{project.id}/keys"
    key_id = ask(app, admin, "GET", path).json()[1]["id"]

    revoked = ask(app, admin, "DELETE", f"{path}/{key_id}")

    assert (revoked.status_code, revoked.content) == (204, b"")
    assert app.send(key, [log_record()]).status_code == 401
    assert ask(app, admin, "GET", path).json()[1]["revoked_at"] == "2026-11-22T12:00:00.000Z"


@pytest.mark.parametrize("key_id", ["foreign", 2**40])
def test_a_foreign_key_is_not_found(app, key_id):
    project = new_project(app)
    foreign = app.key()
    if key_id == "foreign":
        key_id = app.services.ledger.keys.find(foreign).key_id

    answer = ask(app, admin_key(app, project), "DELETE", f"/v1/projects/{project.id}/keys/{key_id}")

    assert answer.status_code == 404
    assert app.send(foreign, [log_record()]).status_code == 200
    assert app.clock() == NOW
