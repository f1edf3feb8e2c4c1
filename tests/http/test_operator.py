"""The operator's commands, which come with the token that the server tells in its data directory."""

import asyncio

import pytest
from test_access import EDIT, INGEST, OWN, READ, REPORT

from builders import GPTBOT, log_record
from crawlsight.ledger import Scope
from people import Browser, new_project, refusal

LINE = f'192.0.2.1 - - [22/Nov/2026:11:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "{GPTBOT}"\n'


def ask(app, method, path, body=None, project=None, token=None):
    """Ask as a command does; a project that the path does not name is named in the header."""
    headers = {"authorization": f"Bearer {token or app.services.operator_token}"}
    if project is not None:
        headers["x-crawlsight-project"] = project
    return app.client.request(method, path, json=body, headers=headers)


def send_file(app, project):
    """Upload a file as a command does; gives the upload's path."""
    path = f"/v1/projects/{project.name}/uploads"
    answer = app.client.post(
        f"{path}?host=shop.example",
        content=LINE.encode(),
        headers={"authorization": f"Bearer {app.services.operator_token}"},
    )
    assert answer.status_code == 202
    return f"{path}/{answer.json()[0]['id']}"


@pytest.mark.parametrize(("method", "path", "body"), READ + INGEST + EDIT)
def test_commands_may_read_import_and_judge_again_in_every_project(app, method, path, body):
    for project in (new_project(app), new_project(app)):
        answer = ask(app, method, path.format(project=project.name), body, project.name)

        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *OWN,
        ("POST", "/v1/projects/{project}/keys", {"name": "edge"}),
        ("PATCH", "/v1/projects/{project}", {"keep": "all"}),
        ("DELETE", "/v1/projects/{project}", {"name": "{project}"}),
    ],
)
def test_commands_may_not_manage_what_is_managed_in_the_ledger(app, method, path, body):
    project = new_project(app)

    answer = ask(app, method, path.format(project=project.name), body)

    assert refusal(answer) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/session", None),
        ("GET", "/v1/users", None),
        ("POST", "/v1/users", {"name": "eve"}),
        ("POST", "/v1/projects", {"name": "other"}),
        ("POST", "/v1/logs/custom", [log_record()]),
        ("POST", "/v1/logs/vercel", [log_record()]),
    ],
)
def test_commands_are_no_user_and_send_no_single_logs(app, method, path, body):
    assert ask(app, method, path, body, new_project(app).name).status_code == 401


def test_commands_see_all_projects(app):
    projects = {new_project(app).name for _ in range(2)}

    listed = ask(app, "GET", "/v1/projects").json()

    assert projects <= {found["name"] for found in listed}
    assert {found["role"] for found in listed} == {None}


def test_a_command_must_name_a_project_that_there_is(app):
    nowhere = ask(app, "POST", "/v2/reports/bots", REPORT)
    elsewhere = ask(app, "POST", "/v2/reports/bots", REPORT, "nobodys")

    assert refusal(nowhere) == (422, "invalid_argument")
    assert refusal(elsewhere) == (404, "not_found")
    assert elsewhere.json()["detail"] == "no project is named 'nobodys'; see 'crawlsight project list'"


def test_a_command_means_the_project_of_that_name_whatever_ids_there_are(app):
    first = new_project(app)
    named_like_its_id = app.services.ledger.projects.create(str(first.id))

    answer = ask(app, "GET", f"/v1/projects/{first.id}")

    assert answer.json()["id"] == named_like_its_id.id


def test_a_token_that_is_nearly_right_is_refused_like_any_bad_key_and_not_told_again(app):
    token = app.services.operator_token
    bad = [token[:-1], f"{token}x", token.swapcase(), token.encode().hex(), b"\xfc" * 43]

    answers = [
        app.client.get("/v1/projects", headers={"authorization": b"Bearer " + one})
        for one in (text if isinstance(text, bytes) else text.encode() for text in bad)
    ]

    assert [refusal(answer) for answer in answers] == [(401, "unauthorized")] * 5
    assert {answer.json()["detail"] for answer in answers} == {"the API key is invalid, revoked or expired"}


def test_the_token_is_good_as_bearer_token_alone(app):
    project = new_project(app)
    token = app.services.operator_token

    answers = [
        app.client.get(f"/v1/projects/{project.name}/uploads", headers={name: token})
        for name in ("x-api-key", "x-ansehn-api-key", "authorization")
    ]

    assert [refusal(answer) for answer in answers] == [(401, "unauthorized")] * 3


def test_the_token_is_never_a_cookie(app):
    browser = Browser(app)
    browser.client.cookies.set("crawlsight_session", app.services.operator_token)

    assert refusal(browser.ask("GET", "/v1/session")) == (401, "unauthorized")


def test_every_server_has_a_token_of_its_own_which_is_256_bits(app, open_app):
    other = open_app().services

    assert len(app.services.operator_token) == 43
    assert other.operator_token != app.services.operator_token
    assert refusal(ask(app, "GET", "/v1/projects", token=other.operator_token)) == (401, "unauthorized")


def test_the_services_do_not_show_the_token(app):
    assert app.services.operator_token not in repr(app.services)


def test_commands_ask_as_often_as_they_like(open_app):
    app = open_app(reports_requests_per_hour=1)
    project = new_project(app)

    answers = [ask(app, "POST", "/v2/reports/bots", REPORT, project.name) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3


def test_what_a_command_imports_becomes_visits_of_the_source_import(app):
    project = new_project(app)
    upload = send_file(app, project)
    asyncio.run(app.services.importer.run_once())

    found = ask(app, "GET", upload).json()

    assert (found["state"], found["stored_ai_crawler_records"]) == ("done", 1)
    key = app.key(project=project.name, scopes=(Scope.REPORTS,))
    assert [(visit["source"], visit["path"]) for visit in app.visits(key)] == [("import", "/a")]


def test_what_a_command_imports_keeps_its_source_when_the_next_server_goes_on(app, open_app):
    project = new_project(app)
    upload = send_file(app, project)
    following = open_app()
    for left in following.services.ledger.uploads.unfinished():
        following.services.importer.add(left)

    asyncio.run(following.services.importer.run_once())

    assert ask(following, "GET", upload).json()["state"] == "done"
    key = app.key(project=project.name, scopes=(Scope.REPORTS,))
    assert [visit["source"] for visit in app.visits(key)] == ["import"]


def test_the_status_of_a_project_calls_the_commands_files_by_their_source(app):
    project = new_project(app)
    send_file(app, project)
    asyncio.run(app.services.importer.run_once())

    status = ask(app, "GET", f"/v1/projects/{project.name}/status").json()

    (source,) = status["sources"]
    assert (source["name"], source["stored_24h"], source["advice"]) == ("import", 1, "")


def test_a_command_makes_no_key_and_leaves_to_the_first_one_what_the_project_keeps(app):
    project = new_project(app)
    send_file(app, project)

    assert app.services.ledger.keys.list(project.id) == []
    app.key("bot", project=project.name)
    assert app.services.ledger.projects.by_name(project.name).policy.retention_days == 3_650
