"""Refreshing IP lists: what is kept, what is told, and what leaves the last good copy."""

import subprocess
import sys

import msgspec
import pytest
from refresh_parts import FORMER, LIST_URL, acme, encode, files_knowledge, refresher

from crawlsight.detect import built_in_knowledge
from crawlsight.detect.ranges import Snapshot
from crawlsight.errors import UnavailableError
from crawlsight.refresh.fetch import Fetched
from crawlsight.refresh.files import KnowledgeFiles


def list_body(*prefixes, **more):
    return encode({**more, "prefixes": [{"ipv4Prefix": prefix} for prefix in prefixes]})


@pytest.fixture
def files(tmp_path):
    return KnowledgeFiles(tmp_path / "knowledge")


def test_a_new_list_is_kept_with_its_date_and_source(files):
    body = list_body("192.0.32.0/24", "192.0.40.0/24", creationTime="2026-11-20T08:00:00Z")

    found = list(refresher(files, {LIST_URL: body}).ip_lists(["acme"]))

    assert found == [Fetched("ip_list", "acme", entries=2, added=2, removed=0, error="")]
    assert files.load().snapshots["acme"] == Snapshot(
        source=LIST_URL,
        obtained_from=LIST_URL,
        created="2026-11-20T08:00:00Z",
        obtained="2026-11-22",
        prefixes=("192.0.32.0/24", "192.0.40.0/24"),
    )


def test_a_list_that_tells_no_date_has_that_of_its_copy(files):
    list(refresher(files, {LIST_URL: list_body("192.0.32.0/24")}).ip_lists(["acme"]))

    assert files.load().snapshots["acme"].date == "2026-11-22"


@pytest.mark.parametrize("created", ["20 November 2026", "Fri, 20 Nov 2026 08:00:00 GMT", "11/20/2026", "v7"])
def test_a_date_that_is_none_of_iso_8601_does_not_become_part_of_the_evidence(files, created):
    body = list_body("192.0.32.0/24", creationTime=created)

    list(refresher(files, {LIST_URL: body}).ip_lists(["acme"]))

    assert files.load().snapshots["acme"].date == "2026-11-22"


def test_a_changed_list_tells_what_came_and_what_went(files):
    body = list_body("192.0.33.0/24", "192.0.40.0/24", "192.0.41.0/24")

    found = list(refresher(files, {LIST_URL: body}, acme(snapshots={"acme": FORMER})).ip_lists(["acme"]))

    assert found == [Fetched("ip_list", "acme", entries=3, added=2, removed=1, error="")]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            (b"<html>Not today</html>", "text/html"),
            "the IP list is a web page that shows no list in a code block",
        ),
        (list_body(), "the IP list names no address"),
        (
            list_body("10.0.0.0/8"),
            "the IP list has '10.0.0.0/8', which overlaps private or reserved addresses",
        ),
        (UnavailableError("https://acme.example answers 503"), "https://acme.example answers 503"),
    ],
    ids=["error page", "empty", "private", "unavailable"],
)
def test_what_is_no_list_keeps_the_last_good_copy_and_tells(files, answer, error):
    files.keep_snapshot("acme", FORMER)
    before = files.fingerprint()

    (found,) = refresher(files, {LIST_URL: answer}, files_knowledge(files)).ip_lists(["acme"])

    assert msgspec.structs.replace(found, error="") == Fetched("ip_list", "acme", 2, 0, 0, "")
    assert found.error.startswith(error)
    assert files.fingerprint() == before
    assert files.load().snapshots["acme"] == FORMER


def test_without_slugs_every_list_is_refreshed_and_one_that_fails_stops_no_other(files):
    answers = {"https://acme.example/two.json": list_body("192.0.40.0/24")}

    found = list(refresher(files, answers).ip_lists())

    assert found == [
        Fetched("ip_list", "acme", 0, 0, 0, f"{LIST_URL} cannot be fetched: no such host"),
        Fetched("ip_list", "acme-two", 1, 1, 0, ""),
    ]


def test_a_list_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "knowledge").write_text("a file where the folder belongs")
    files = KnowledgeFiles(tmp_path / "knowledge")

    (found,) = refresher(files, {LIST_URL: list_body("192.0.40.0/24")}).ip_lists(["acme"])

    assert (found.entries, found.added) == (0, 0)
    assert "acme.json cannot be written: " in found.error


def test_lists_are_refreshed_without_the_servers_parts(tmp_path):
    program = """
import sys
from datetime import date
from pathlib import Path
sys.modules["cryptography"] = sys.modules["http_sf"] = None
from crawlsight.detect import built_in_knowledge
from crawlsight.refresh.fetch import Refresher
from crawlsight.refresh.files import KnowledgeFiles
files = KnowledgeFiles(Path(sys.argv[1]))
get = lambda url: (b'{"prefixes": [{"ipv4Prefix": "192.0.32.0/24"}]}', "application/json")
print([found.entries for found in Refresher(built_in_knowledge(), files, get, date(2026, 11, 22)).ip_lists()])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout == f"{[1] * len(built_in_knowledge().catalogue.ip_lists)}\n", done.stderr
