"""crawlsight user: what it prints, for people and for scripts, and how it fails."""

import io
import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

from builders import PASSWORD
from crawlsight.cli.main import main
from crawlsight.ledger import Ledger, Member, Role
from crawlsight.server.ownership import RunningServer, own_data_directory, tell_address

LINK = re.compile(r"http://127\.0\.0\.1:8000/signin#token=([\w-]{43})\n")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in this process, on a data directory of its own; gives status, output, errors."""
    for name in [name for name in os.environ if name.startswith("CRAWLSIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CRAWLSIGHT_DATA", str(tmp_path))

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "argv", ["crawlsight", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            main()
        output, errors = capsys.readouterr()
        return end.value.code or 0, output, errors

    return run


@pytest.fixture
def ledger(tmp_path):
    found = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite3")
    yield found
    found.close()


def printed_json(result):
    status, output, errors = result
    assert (status, errors, output.count("\n")) == (0, "", 1)
    return json.loads(output)


def test_a_user_without_a_password_gets_a_link_which_is_the_only_thing_printed(run, ledger):
    status, output, errors = run("user", "create", "ann")

    session = ledger.sessions.find(ledger.sessions.start_by_link(LINK.fullmatch(output)[1]))
    assert (status, errors) == (0, "")
    assert (session.user, session.is_by_link) == (ledger.users.by_name("ann"), True)


def test_a_user_is_created_with_a_password_of_standard_input(run, ledger):
    result = run("user", "create", "ann", "--password-stdin", stdin=f"{PASSWORD}\n")

    assert result == (0, "created user ann\n", "")
    assert ledger.users.sign_in("ann", PASSWORD) == ledger.users.by_name("ann")


def test_a_user_is_created_as_a_member(run, ledger):
    project = ledger.projects.create("shop")

    run("user", "create", "ann", "--project", "shop", "--role", "editor")
    run("user", "create", "bob", "--project", "shop")

    assert ledger.members.list(project.id) == [Member(1, "ann", Role.EDITOR), Member(2, "bob", Role.VIEWER)]


def test_a_user_is_created_for_scripts(run):
    created = printed_json(run("user", "create", "ann", "--admin", "--json"))
    with_password = printed_json(
        run("user", "create", "bob", "--password-stdin", "--json", stdin=f"{PASSWORD}\n")
    )

    assert LINK.fullmatch(created["url"] + "\n")
    left = datetime.fromisoformat(created["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(days=1)
    assert (created["id"], created["name"]) == (1, "ann")
    assert with_password == {"id": 2, "name": "bob", "url": None, "expires_at": None}


def test_users_are_listed_for_people_and_for_scripts(run, ledger):
    ledger.users.create("bob", password=PASSWORD)
    ledger.users.create("Ann", is_admin=True)

    listed = printed_json(run("user", "list", "--json"))
    status, output, errors = run("user", "list")

    assert [{name: user[name] for name in ("id", "name", "is_admin", "has_password")} for user in listed] == [
        {"id": 2, "name": "Ann", "is_admin": True, "has_password": False},
        {"id": 1, "name": "bob", "is_admin": False, "has_password": True},
    ]
    assert (status, errors) == (0, "")
    assert [line.split()[:4] for line in output.splitlines()] == [
        ["id", "name", "administrator", "password"],
        ["2", "Ann", "yes", "no"],
        ["1", "bob", "no", "yes"],
    ]


def test_a_link_is_made_for_whoever_forgot_the_password(run, ledger):
    user = ledger.users.create("ann", password=PASSWORD)

    status, output, errors = run("user", "link", "ANN")
    for_scripts = printed_json(run("user", "link", "ann", "--json"))

    token = LINK.fullmatch(output)[1]
    assert (status, errors) == (0, "")
    assert ledger.sessions.find(ledger.sessions.start_by_link(token)).user == user
    assert list(for_scripts) == ["url", "expires_at"]


def test_a_link_leads_to_the_server_that_runs(run, ledger, tmp_path):
    ledger.users.create("ann")

    with own_data_directory(tmp_path):
        tell_address(tmp_path, RunningServer("http://127.0.0.1:9876", "token"))
        _, output, _ = run("user", "link", "ann")

    assert output.startswith("http://127.0.0.1:9876/signin#token=")


def test_a_link_leads_to_where_people_find_the_server(run, ledger, monkeypatch):
    ledger.users.create("ann")
    monkeypatch.setenv("CRAWLSIGHT_PUBLIC_URL", "https://logs.example.com/")

    assert run("user", "link", "ann")[1].startswith("https://logs.example.com/signin#token=")


def test_a_user_is_deleted(run, ledger):
    ledger.users.create("Ann")

    assert run("user", "delete", "ann") == (0, "deleted user Ann\n", "")
    assert ledger.users.list() == []


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["create", "taken"], "", "a user named 'taken' exists already"),
        (
            ["create", "x", "--project", "shop"],
            "",
            "no project is named 'shop'; see 'crawlsight project list'",
        ),
        (["create", "x", "--password-stdin"], "short\n", "password of 5 characters: use 10 to 1000"),
        (
            ["create", "x", "--password-stdin"],
            "",
            "--password-stdin: standard input is empty; send the password as its line",
        ),
        (
            ["create", "a/b"],
            "",
            "user name 'a/b': use 1-100 letters, digits, spaces or .@+'-_, beginning with a letter or digit",
        ),
        (["link", "x"], "", "no user is named 'x'; see 'crawlsight user list'"),
        (["delete", "x"], "", "no user is named 'x'; see 'crawlsight user list'"),
        (["delete", "taken"], "", "user 1 is the last administrator; make another one first"),
    ],
)
def test_an_error_is_one_line_and_changes_nothing(run, ledger, arguments, stdin, message):
    user = ledger.users.create("taken", is_admin=True)

    assert run("user", *arguments, stdin=stdin) == (1, "", f"crawlsight: {message}\n")
    assert ledger.users.list() == [user]


@pytest.mark.parametrize(
    "arguments", [["create"], ["create", "x", "--role", "boss"], ["link"], ["delete"], ["create", "a", "b"]]
)
def test_a_wrong_use_is_exit_status_two(run, arguments):
    status, output, errors = run("user", *arguments)

    assert (status, output) == (2, "")
    assert errors.startswith("Usage: ")
