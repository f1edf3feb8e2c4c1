"""The command line: what it prints, for people and for scripts, and how it fails."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from builders import BROWSER, GPTBOT, batch_commit, judge, log_record
from crawlsight.cli.main import main
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ledger import Ledger
from crawlsight.ledger.secrets import KeyStyle, key_style


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in this process, on a data directory of its own; gives status, output, errors."""
    for name in [name for name in os.environ if name.startswith("CRAWLSIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CRAWLSIGHT_DATA", str(tmp_path))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["crawlsight", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        output, errors = capsys.readouterr()
        return end.value.code or 0, output, errors

    return run


def run_apart(tmp_path, *arguments, stdin=b""):
    """Run a command in a process of its own: the embedded engine opens one directory per process."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLSIGHT_")}
    done = subprocess.run(
        [sys.executable, "-c", "from crawlsight.cli.main import main; main()", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env={**environ, "CRAWLSIGHT_DATA": str(tmp_path)},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def printed_json(result):
    status, output, errors = result
    assert (status, errors, output.count("\n")) == (0, "", 1)
    return json.loads(output)


def test_a_project_is_created_and_the_next_step_told(run):
    assert run("project", "create", "shop") == (
        0,
        "created project shop; next: crawlsight key create --project 'shop'\n",
        "",
    )


def test_a_project_is_created_with_its_policy_and_listed(run):
    options = ["--keep", "ai", "--retention-days", "30", "--ip-policy", "mask", "--human-ip-policy", "drop"]
    domains = ["--domain", "shop.example", "--domain", "blog.example"]

    created = printed_json(run("project", "create", "shop", *domains, *options, "--json"))

    assert created["name"] == "shop"
    assert created["policy"] == {
        "project_id": created["id"],
        "keep": "ai",
        "retention_days": 30,
        "domains": ["shop.example", "blog.example"],
        "ip_policy": "mask",
        "human_ip_policy": "drop",
    }
    assert printed_json(run("project", "list", "--json")) == [created]


def test_projects_are_listed_as_a_table_with_whole_lines(run):
    run("project", "create", "shop", "--domain", "a-very-long-name-of-a-shop." * 6 + "example")

    status, output, errors = run("project", "list")

    header, row = output.splitlines()
    assert (status, errors) == (0, "")
    assert header.split() == ["id", "name", "domains", "keeps", "days", "created"]
    assert row.split()[1:5] == ["shop", "a-very-long-name-of-a-shop." * 6 + "example", "crawlers", "90"]


@pytest.mark.parametrize("style", list(KeyStyle))
def test_a_new_key_is_the_only_thing_printed(run, style):
    run("project", "create", "shop")

    status, output, errors = run("key", "create", "--project", "shop", "--style", style)

    assert (status, errors) == (0, "")
    assert key_style(output.removesuffix("\n")) is style


def test_a_key_is_listed_without_its_secret(run):
    run("project", "create", "shop")
    options = ["--scope", "reports:read", "--scope", "logs:ingest", "--name", "edge"]
    created = printed_json(run("key", "create", "--project", "shop", *options, "--json"))

    (listed,) = printed_json(run("key", "list", "--json"))

    secret = created["key"]
    assert {name: listed[name] for name in ("id", "project", "style", "hint", "name", "scopes")} == {
        "id": created["id"],
        "project": "shop",
        "style": "ank",
        "hint": f"ank_…{secret[-4:]}",
        "name": "edge",
        "scopes": ["logs:ingest", "reports:read"],
    }
    assert secret not in run("key", "list")[1]


def test_a_revoked_key_shows_when(run):
    run("project", "create", "shop")
    key_id = printed_json(run("key", "create", "--project", "shop", "--json"))["id"]

    assert run("key", "revoke", str(key_id)) == (0, f"revoked key {key_id}\n", "")
    (listed,) = printed_json(run("key", "list", "--json"))
    assert listed["revoked_at"] is not None


def test_a_key_expires_when_told(run):
    run("project", "create", "shop")
    expiry = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0, tzinfo=None)

    run("key", "create", "--project", "shop", "--expires", expiry.isoformat())

    (listed,) = printed_json(run("key", "list", "--json"))
    assert listed["expires_at"] == f"{expiry.isoformat()}Z"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["key", "create", "--project", "shop"], "no project is named 'shop'; see 'crawlsight project list'"),
        (["key", "revoke", "5"], "no key has the id 5; see 'crawlsight key list'"),
        (
            ["project", "create", "a/b"],
            "project name 'a/b': use 1-100 letters, digits, spaces, dots, dashes or underscores",
        ),
        (
            ["project", "create", "a", "--retention-days", "0"],
            "retention of 0 days: it must be between 1 and 20000",
        ),
        (["project", "create", "a", "--domain", "a b"], "domain 'a b': give a host name such as example.com"),
        (
            ["report", "bots", "--project", "shop"],
            "no project is named 'shop'; see 'crawlsight project list'",
        ),
    ],
)
def test_an_error_is_one_line_and_exit_status_one(run, arguments, message):
    assert run(*arguments) == (1, "", f"crawlsight: {message}\n")


def test_a_name_that_is_taken_is_an_error(run):
    run("project", "create", "shop")

    assert run("project", "create", "shop") == (1, "", "crawlsight: a project named 'shop' exists already\n")


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("soon", "--expires 'soon': give an ISO 8601 instant such as 2027-01-31T00:00:00Z"),
        ("2020-01-01T00:00:00Z", "expiry 2020-01-01 00:00:00+00:00 is in the past"),
    ],
)
def test_an_expiry_that_cannot_be_is_an_error(run, expires, message):
    run("project", "create", "shop")

    result = run("key", "create", "--project", "shop", "--expires", expires)

    assert result == (1, "", f"crawlsight: {message}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["key", "create"],
        ["key", "revoke", "x"],
        ["project", "create", "a", "--keep", "some"],
        ["serve", "--port", "x"],
    ],
)
def test_a_wrong_use_is_exit_status_two(run, arguments):
    status, output, errors = run(*arguments)

    assert (status, output) == (2, "")
    assert errors.startswith("Usage: ")
    assert f"crawlsight {arguments[0]} " in errors or "No such command 'nonsense'" in errors


def test_a_ledger_that_cannot_be_opened_is_one_line(run, monkeypatch):
    monkeypatch.setenv("CRAWLSIGHT_LEDGER_DSN", "sqlite:////dev/null/ledger.sqlite3")

    status, output, errors = run("project", "list")

    assert (status, output) == (1, "")
    assert errors.startswith("crawlsight: the ledger at ")
    assert errors.count("\n") == 1


def test_settings_are_printed_for_people_and_for_scripts(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CRAWLSIGHT_PORT", "9000")
    monkeypatch.setenv("CRAWLSIGHT_LEDGER_DSN", "postgresql+psycopg://ann:s3cret@db.example/c")

    found = printed_json(run("settings", "--json"))

    assert {name: found[f"CRAWLSIGHT_{name}"] for name in ("PORT", "DATA", "LEDGER_DSN", "MAX_RECORDS")} == {
        "PORT": "9000",
        "DATA": str(tmp_path),
        "LEDGER_DSN": "postgresql+psycopg://ann:***@db.example/c",
        "MAX_RECORDS": "1000",
    }
    assert re.search(r"^CRAWLSIGHT_PORT +9000 +Port the server listens on", run("settings")[1], re.MULTILINE)


def test_an_unknown_setting_is_an_error(run, monkeypatch):
    monkeypatch.setenv("CRAWLSIGHT_PROT", "9000")

    assert run("settings") == (
        1,
        "",
        "crawlsight: CRAWLSIGHT_PROT is not a setting; see 'crawlsight settings' for their names\n",
    )


def test_detect_names_the_crawler_of_each_line(tmp_path):
    stdin = f"{GPTBOT}\r\n{BROWSER}\n\n\xff bingbot/2.0".encode("latin-1")

    status, output, errors = run_apart(tmp_path, "detect", stdin=stdin)

    nobody = {"crawler": None, "operator": None, "purpose": None, "is_ai_crawler": False}
    assert (status, errors) == (0, "")
    assert [json.loads(line) for line in output.splitlines()] == [
        {
            "user_agent": GPTBOT,
            "crawler": "GPTBot",
            "operator": "OpenAI",
            "purpose": "training",
            "is_ai_crawler": True,
        },
        {"user_agent": BROWSER, **nobody},
        {"user_agent": "", **nobody},
        {
            "user_agent": "\ufffd bingbot/2.0",
            "crawler": "bingbot",
            "operator": "Microsoft",
            "purpose": "search",
            "is_ai_crawler": False,
        },
    ]


def test_detect_of_nothing_is_nothing(tmp_path):
    assert run_apart(tmp_path, "detect") == (0, "", "")


def test_doctor_checks_every_store(tmp_path):
    status, output, errors = run_apart(tmp_path, "doctor", "--json")

    found = json.loads(output)
    assert (status, errors) == (0, "")
    assert list(found) == ["catalogue", "server", "ledger", "visits", "disk"]
    assert all(result.startswith("ok") for result in found.values())


def test_doctor_fails_with_what_to_do(tmp_path):
    (tmp_path / "visits").write_text("no directory")
    (tmp_path / "ledger.sqlite3").write_text("no database" * 100)

    status, output, _ = run_apart(tmp_path, "doctor", "--json")

    found = json.loads(output)
    assert status == 1
    assert not found["ledger"].startswith("ok")
    assert not found["visits"].startswith("ok")


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A data directory with visits of a GPTBot and of a person whom ChatGPT sent, not yet loaded."""
    data = tmp_path_factory.mktemp("reported")
    ledger = Ledger(f"sqlite:///{data}/ledger.sqlite3")
    project = ledger.projects.create("shop", keep=Keep.ALL)
    now = datetime.now(UTC)
    records = [
        log_record(timestamp=now.isoformat(), path="/bot"),
        log_record(
            timestamp=now.isoformat(), path="/person", user_agent=BROWSER, referer="https://chatgpt.com/"
        ),
    ]
    outcome = judge(records, policy=Policy(project.id, Keep.ALL), now=now)
    ledger.batches.store(batch_commit(outcome, project_id=project.id)).result(10)
    ledger.close()
    return data


def test_a_report_is_answered_from_the_stores_when_no_server_runs(reported):
    status, output, errors = run_apart(
        reported, "report", "bots", "--project", "shop", "--by", "path", "--json"
    )

    found = json.loads(output)
    assert (status, errors) == (0, "")
    assert found["info"]["total_rows"] == 1
    assert (found["data"][0]["dimensions"], found["data"][0]["metrics"][:5]) == (["/bot"], [1, 0, 0, 1, 0])


def test_a_report_is_a_table_for_people(reported):
    status, output, errors = run_apart(reported, "report", "referrals", "--project", "shop", "--since", "24h")

    header, row = output.splitlines()
    assert (status, errors) == (0, "")
    assert (header.split(), row.split()[:2]) == (["referral_source", "visits", "last_visit"], ["openai", "1"])


@pytest.mark.parametrize(
    ("options", "named"),
    [(["--since", "yesterday"], "yesterday"), (["--by", "fame"], "fame"), (["--limit", "0"], "at least 1")],
)
def test_a_report_that_cannot_be_is_one_line(reported, options, named):
    status, output, errors = run_apart(reported, "report", "bots", "--project", "shop", *options)

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith("crawlsight: ")
    assert named in errors


@pytest.mark.parametrize(("name", "problem"), [("none.log", "does not exist"), ("", "is a directory")])
def test_a_file_that_cannot_be_imported_is_named_before_anything_is_sent(run, tmp_path, name, problem):
    file = str(tmp_path / name)

    status, output, errors = run("import", file, "--project", "shop")

    assert (status, output) == (2, "")
    words = " ".join(errors.replace("│", " ").split())
    assert f"{problem}." in words
