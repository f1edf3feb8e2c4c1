"""The commands of the published address ranges: list and refresh."""

import json
import os
import subprocess
import sys

import pytest
from cli_detection_parts import CATALOGUE, GPTBOT_DATE, OPERATOR, entry, printed_json, runner

from crawlsight.detect import built_in_knowledge
from crawlsight.detect.ranges import Snapshot
from crawlsight.refresh.files import KnowledgeFiles


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    return runner(tmp_path, monkeypatch, capsys)


def test_the_lists_are_listed_with_their_size_and_day(run):
    found = printed_json(run("ranges", "list", "--json"))

    knowledge = built_in_knowledge()
    assert [row["list"] for row in found] == sorted(CATALOGUE.ip_lists)
    assert next(row for row in found if row["list"] == "openai-gptbot") == {
        "list": "openai-gptbot",
        "operator": "OpenAI",
        "prefixes": len(knowledge.snapshots["openai-gptbot"].prefixes),
        "date": GPTBOT_DATE,
        "url": "https://openai.com/gptbot.json",
    }


def test_a_list_without_a_copy_has_no_day(run, tmp_path, monkeypatch):
    own = '[ip_list.acme]\noperator = "acme"\nurl = "https://acme.example/ranges.json"\n'
    (tmp_path / "own.toml").write_text(OPERATOR + own + entry())
    monkeypatch.setenv("CRAWLSIGHT_CATALOGUE", str(tmp_path / "own.toml"))

    found = printed_json(run("ranges", "list", "--json"))

    assert [row for row in found if row["list"] == "acme"] == [
        {
            "list": "acme",
            "operator": "Acme",
            "prefixes": 0,
            "date": None,
            "url": "https://acme.example/ranges.json",
        }
    ]


def test_a_refreshed_list_is_listed_in_place_of_the_packages(run, tmp_path):
    snapshot = Snapshot("https://x.example", "https://x.example", "", "2026-11-21", ("192.0.32.0/24",))
    KnowledgeFiles(tmp_path / "knowledge").keep_snapshot("openai-gptbot", snapshot)

    found = printed_json(run("ranges", "list", "--json"))

    (row,) = [row for row in found if row["list"] == "openai-gptbot"]
    assert (row["prefixes"], row["date"]) == (1, "2026-11-21")


def test_the_lists_are_a_table_for_people(run):
    status, output, errors = run("ranges", "list")

    header, *rows = output.splitlines()
    assert (status, errors, len(rows)) == (0, "", len(CATALOGUE.ip_lists))
    assert header.split() == ["list", "operator", "prefixes", "date", "url"]


def test_a_list_that_nobody_knows_is_refused_before_anything_is_fetched(run, tmp_path):
    assert run("ranges", "refresh", "--list", "openai-gptbot", "--list", "nope") == (
        1,
        "",
        "crawlsight: no list is called 'nope'; see 'crawlsight ranges list'\n",
    )
    assert not (tmp_path / "knowledge").exists()


def test_a_snapshot_that_was_broken_by_hand_is_one_line_that_names_it(run, tmp_path):
    folder = tmp_path / "knowledge" / "ranges"
    folder.mkdir(parents=True)
    (folder / "openai-gptbot.json").write_text("{")

    status, output, errors = run("ranges", "list")

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith("crawlsight: ")
    assert "openai-gptbot.json" in errors


def test_refreshing_without_the_servers_parts_tells_what_became_of_the_lists(tmp_path):
    # Nothing listens at the proxy, so that every fetch fails at once and without a network.
    program = """
import sys
sys.modules["cryptography"] = sys.modules["http_sf"] = None
from crawlsight.cli.main import main
main()
"""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLSIGHT_")}
    done = subprocess.run(
        [sys.executable, "-c", program, "ranges", "refresh", "--json", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**environ, "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
    )

    assert done.returncode == 1
    rows = [row for row in json.loads(done.stdout or "[]") if row["what"] == "ip_list"]
    assert [row["name"] for row in rows] == sorted(CATALOGUE.ip_lists)
    assert all(row["error"] for row in rows)
