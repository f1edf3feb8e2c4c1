"""Who may do what in a project: keys by their scopes, people by their roles."""

import asyncio

import pytest

from builders import GPTBOT, log_record
from crawlsight.ledger import Role, Scope
from people import Browser, administrator, guest, member, new_project, refusal

REPORT = {"domain": "*", "metrics": ["count"], "start_date": "2026-11-01"}

# What each endpoint needs, and how it is asked.
READ = [
    ("POST", "/v1/reports/bots", REPORT),
    ("POST", "/v2/reports/bots", REPORT),
    ("POST", "/v2/reports/referrals", {**REPORT, "metrics": ["visits"]}),
    ("POST", "/v1/reports/unknown_bots", {"domain": "*", "start_date": "2026-11-01"}),
    ("GET", "/v1/org/domains", None),
    ("POST", "/v1/explain", log_record(user_agent=GPTBOT)),
]
INGEST = [("GET", "/v1/projects/{project}/uploads", None)]
EDIT = [("POST", "/v1/reclassify", {"dry_run": True})]
OWN = [
    ("GET", "/v1/projects/{project}/members", None),
    ("GET", "/v1/projects/{project}/invitations", None),
    ("GET", "/v1/projects/{project}/shares", None),
    ("POST", "/v1/projects/{project}/shares", {"name": "agency"}),
]
NEEDS = [
    (need, *asked)
    for need, endpoints in (("read", READ), ("ingest", INGEST), ("edit", EDIT), ("own", OWN))
    for asked in endpoints
]

MAY = {
    "guest": {"read"},
    "viewer": {"read"},
    "editor": {"read", "ingest", "edit"},
    "owner": {"read", "ingest", "edit", "own"},
    "administrator": {"read", "ingest", "edit", "own"},
}


def enter(app, who, project):
    """Sign somebody in who is *who* in a project."""
    if who == "guest":
        return guest(app, project)
    return administrator(app) if who == "administrator" else member(app, project, Role(who))


@pytest.mark.parametrize(("need", "method", "path", "body"), NEEDS)
@pytest.mark.parametrize("who", MAY)
def test_people_may_do_what_their_role_says(app, who, need, method, path, body):
    project = new_project(app)
    browser = enter(app, who, project)

    answer = browser.ask(
        method, path.format(project=project.name), body, x_crawlsight_project=str(project.id)
    )

    if need in MAY[who]:
        assert answer.status_code in {200, 201}
    else:
        assert refusal(answer) == (403, "forbidden")


@pytest.mark.parametrize(("need", "method", "path", "body"), NEEDS)
@pytest.mark.parametrize("scope", [Scope.INGEST, Scope.REPORTS, Scope.ADMIN])
def test_keys_may_do_what_their_scope_says(app, scope, need, method, path, body):
    project = new_project(app)
    key = app.key("bot", scopes=(scope,), project=project.name)
    needed = {"read": Scope.REPORTS, "ingest": Scope.INGEST}.get(need, Scope.ADMIN)

    answer = app.client.request(
        method, path.format(project=project.name), json=body, headers={"x-api-key": key}
    )

    if scope in {needed, Scope.ADMIN}:
        assert answer.status_code in {200, 201}
    else:
        assert refusal(answer) == (403, "forbidden")
        assert f"the key lacks the scope {needed.value}" in answer.json()["message"]


@pytest.mark.parametrize(("need", "method", "path", "body"), NEEDS)
def test_a_project_of_others_is_as_if_it_were_not_there(app, need, method, path, body):
    mine, others = new_project(app), new_project(app)
    key = app.key("bot", scopes=(Scope.ADMIN,), project=mine.name)
    people = [member(app, mine, Role.OWNER), guest(app, mine)]
    header = {"x-crawlsight-project": str(others.id)}

    answers = [
        browser.ask(method, path.format(project=others.id), body, x_crawlsight_project=str(others.id))
        for browser in people
    ]
    by_key = app.client.request(
        method, path.format(project=others.id), json=body, headers={"x-api-key": key, **header}
    )

    assert [refusal(answer) for answer in (*answers, by_key)] == [(404, "not_found")] * 3


@pytest.mark.parametrize(("need", "method", "path", "body"), NEEDS)
def test_nobody_may_do_anything(app, need, method, path, body):
    project = new_project(app)

    answer = Browser(app).ask(
        method, path.format(project=project.id), body, x_crawlsight_project=str(project.id)
    )

    assert refusal(answer) == (401, "unauthorized")


@pytest.mark.parametrize(("method", "path", "body"), READ + EDIT)
def test_a_page_must_say_which_project_it_asks_about(app, method, path, body):
    answer = member(app, new_project(app), Role.OWNER).ask(method, path, body)

    assert refusal(answer) == (422, "invalid_argument")
    assert "X-Crawlsight-Project" in answer.json()["message"]


def test_a_page_sees_the_project_that_it_names_by_id_or_by_name(app):
    one, other = (new_project(app) for _ in range(2))
    key = app.key(project=one.name)
    app.send(key, [log_record(host="shop.example")])
    app.load()
    browser = administrator(app)

    seen = [
        [found["name"] for found in browser.ask("GET", "/v1/org/domains", x_crawlsight_project=said).json()]
        for said in (str(one.id), one.name, str(other.id))
    ]

    assert seen == [["shop.example"], ["shop.example"], []]


def test_whoever_loses_a_role_may_do_less_at_once(app):
    project = new_project(app)
    browser = member(app, project, Role.OWNER)
    user_id = browser.ask("GET", "/v1/session").json()["user"]["id"]
    other = member(app, project, Role.OWNER)

    other.ask("PATCH", f"/v1/projects/{project.id}/members/{user_id}", {"role": "viewer"})
    demoted = browser.ask("GET", f"/v1/projects/{project.id}/members")
    other.ask("DELETE", f"/v1/projects/{project.id}/members/{user_id}")
    removed = browser.ask("GET", f"/v1/projects/{project.id}/members")

    assert [refusal(answer) for answer in (demoted, removed)] == [(403, "forbidden"), (404, "not_found")]


def test_a_key_counts_before_a_session(app):
    project, other = new_project(app), new_project(app)
    key = app.key("bot", scopes=(Scope.REPORTS,), project=other.name)
    browser = member(app, project, Role.OWNER)

    by_key = browser.client.get("/v1/org/domains", headers={"x-api-key": key})
    by_bad_key = browser.ask("GET", "/v1/org/domains", x_crawlsight_project=str(project.id), x_api_key="x")

    assert (by_key.status_code, refusal(by_bad_key)) == (200, (401, "unauthorized"))


def test_a_proxys_own_password_does_not_hide_the_session(app):
    project = new_project(app)
    browser = member(app, project, Role.VIEWER)

    answer = browser.ask(
        "GET", "/v1/org/domains", x_crawlsight_project=str(project.id), authorization="Basic dXNlcjpwYXNz"
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/logs/custom", "/v1/logs/vercel", "/v1/logs/cloudflare_logpush", "/v1/logs/firehose"]
)
def test_logs_are_never_taken_from_a_session(app, path):
    project = new_project(app)
    browser = member(app, project, Role.OWNER)

    answer = browser.ask("POST", path, [log_record()], x_crawlsight_project=str(project.id))

    assert answer.status_code == 401


def test_an_editor_uploads_files_which_become_visits_of_the_source_upload(app):
    project = new_project(app)
    browser = member(app, project, Role.EDITOR)
    line = f'192.0.2.1 - - [22/Nov/2026:11:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "{GPTBOT}"\n'

    answer = browser.client.post(
        f"/v1/projects/{project.id}/uploads?host=shop.example",
        content=line.encode(),
        headers={"x-csrf-token": browser.csrf},
    )
    upload_id = answer.json()[0]["id"]
    asyncio.run(app.services.importer.run_once())

    found = browser.ask("GET", f"/v1/projects/{project.id}/uploads/{upload_id}").json()
    visits = app.visits(app.key(project=project.name))
    assert (found["state"], found["stored_ai_crawler_records"]) == ("done", 1)
    assert [(visit["source"], visit["path"]) for visit in visits] == [("upload", "/a")]
