"""crawlsight reclassify and report unknown-bots, on the stores themselves."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from builders import BROWSER, OWN_ENTRY, batch_commit, judge, log_record
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ledger import Ledger


def run_apart(data, *arguments):
    """Run a command in a process of its own: the embedded engine opens one directory per process."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLSIGHT_")}
    own = {"CRAWLSIGHT_CATALOGUE": str(data / "own.toml")} if (data / "own.toml").exists() else {}
    done = subprocess.run(
        [sys.executable, "-c", "from crawlsight.cli.main import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**environ, "CRAWLSIGHT_DATA": str(data), **own},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def data(tmp_path):
    """Two projects whose visits, of two Foobots and a person each, are not loaded yet."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite3")
    now = datetime.now(UTC)
    for name in ("blog", "shop"):
        project = ledger.projects.create(name, keep=Keep.ALL)
        records = [
            log_record(timestamp=now.isoformat(), user_agent=user_agent)
            for user_agent in ("Foobot/1.0", "Foobot/1.0", BROWSER)
        ]
        outcome = judge(records, policy=Policy(project.id, Keep.ALL), now=now)
        ledger.batches.store(batch_commit(outcome, project_id=project.id)).result(10)
    ledger.close()
    return tmp_path


def test_what_the_catalogue_learns_is_found_in_what_is_stored(data):
    nothing = run_apart(data, "reclassify", "--project", "shop")
    (data / "own.toml").write_text(OWN_ENTRY)

    would = run_apart(data, "reclassify")
    applied = run_apart(data, "reclassify", "--apply", "--project", "shop", "--json")
    left = run_apart(data, "reclassify", "--json")

    change = {
        "visits": 2,
        "from": {"bot_name": "", "verification": "none"},
        "to": {"bot_name": "Foobot", "verification": "unverifiable"},
    }
    shop = {"project": "shop", "visits": 3, "changed": 2, "dry_run": False, "changes": [change]}
    assert nothing == (0, "0 of 3 visits would change; --apply changes them\n", "")
    assert [line.split() for line in would[1].splitlines()] == [
        ["project", "visits", "from", "to"],
        ["blog", "2", "no", "bot", "Foobot,", "unverifiable"],
        ["shop", "2", "no", "bot", "Foobot,", "unverifiable"],
        ["4", "of", "6", "visits", "would", "change;", "--apply", "changes", "them"],
    ]
    assert (would[0], would[2], applied[0], applied[2]) == (0, "", 0, "")
    assert json.loads(applied[1]) == [shop]
    assert json.loads(left[1]) == [
        {**shop, "project": "blog", "dry_run": True},
        {"project": "shop", "visits": 3, "changed": 0, "dry_run": True, "changes": []},
    ]


def test_an_unknown_project_is_one_line(data):
    assert run_apart(data, "reclassify", "--project", "nobody") == (
        1,
        "",
        "crawlsight: no project is named 'nobody'; see 'crawlsight project list'\n",
    )


def test_unknown_bots_are_a_table_for_people_and_json_for_scripts(data):
    status, table, errors = run_apart(data, "report", "unknown-bots", "--project", "shop")
    found = json.loads(run_apart(data, "report", "unknown-bots", "--project", "shop", "--json")[1])

    header, row = table.splitlines()
    assert (status, errors) == (0, "")
    assert header.split() == ["user_agent", "visits", "addresses", "first_visit", "last_visit", "hosts"]
    assert row.split()[:3] == ["Foobot/1.0", "2", "1"]
    assert found["info"] == {"total_rows": 1}
    assert {name: found["data"][0][name] for name in ("user_agent", "visits", "addresses", "hosts")} == {
        "user_agent": "Foobot/1.0",
        "visits": 2,
        "addresses": 1,
        "hosts": 1,
    }


def test_a_list_that_cannot_be_is_one_line(data):
    assert run_apart(data, "report", "unknown-bots", "--project", "shop", "--limit", "0") == (
        1,
        "",
        "crawlsight: pagination.limit: Input should be at least 1; got 0\n",
    )
