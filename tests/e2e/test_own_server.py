"""Commands beside a running server: it knows them by the token that it tells in its data directory."""

import json
import subprocess
import sys
from http.client import HTTPConnection

import httpx
import pytest

from conftest import CRAWLSIGHT

LINE = '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /{} HTTP/1.1" 200 512 "-" "GPTBot/1.2"\n'

# What takes long to load, and what a command does not need whose work the server does.
HEAVY = {"httpx", "sqlalchemy", "rich", "pydantic", "crawlsight.ledger", "crawlsight.visits"}


@pytest.fixture
def log(tmp_path):
    found = tmp_path / "access.log"
    found.write_text("".join(LINE.format(number) for number in range(20)))
    return found


@pytest.fixture(scope="module")
def shop(shared_server):
    """A server with a project whose key is given, too."""
    return shared_server, shared_server.create_key("shop")


def told(server):
    return json.loads((server.data / "server.json").read_text())


def run(server, *arguments, stdin=None):
    """Run a command on the server's data directory; gives status, output and errors."""
    command = [CRAWLSIGHT, *map(str, arguments), "--data", str(server.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, input=stdin)
    return done.returncode, done.stdout, done.stderr


def imported(result):
    status, output, errors = result
    assert (status, errors) == (0, "")
    return [(found["name"], found["state"], found["lines"]) for found in json.loads(output)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "access.log", "--project", "shop", "--host", "shop.example"),
        ("report", "bots", "--project", "shop"),
        ("reclassify", "--project", "shop"),
        ("doctor",),
    ],
)
def test_a_command_loads_little_when_a_server_does_its_work(shop, log, arguments):
    server, _ = shop
    arguments = [str(log) if argument == log.name else argument for argument in arguments]

    done = subprocess.run(
        [sys.executable, "-X", "importtime", CRAWLSIGHT, *arguments, "--data", str(server.data)],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "crawlsight.cli.local_http" in loaded
    assert loaded & HEAVY == set()


def test_a_server_that_tells_no_token_is_called_one_of_another_version(server, log):
    server.run("project", "create", "shop")
    described = told(server)
    (server.data / "server.json").write_text(json.dumps({"url": described["url"], "pid": described["pid"]}))

    results = [
        run(server, *arguments)
        for arguments in (
            ("import", log, "--project", "shop"),
            ("report", "bots", "--project", "shop"),
            ("reclassify",),
        )
    ]

    message = (
        f"crawlsight: the server at {server.url} is of another version than this command,"
        " and tells it no token; restart it\n"
    )
    assert results == [(1, "", message)] * 3
    assert run(server, "doctor")[0] == 0


def test_a_token_is_good_until_the_server_ends(server, log):
    server.run("project", "create", "shop")
    before = told(server)
    mode = (server.data / "server.json").stat().st_mode & 0o777
    server.stop()
    is_left = (server.data / "server.json").exists()
    server.start()
    after = told(server)
    (server.data / "server.json").write_text(json.dumps({**after, "token": before["token"]}))

    refused = run(server, "report", "bots", "--project", "shop")

    assert (mode, is_left, before["token"] == after["token"]) == (0o600, False, False)
    assert refused == (
        1,
        "",
        f"crawlsight: the server at {server.url} is no longer the one of this directory; try again\n",
    )


def test_what_was_being_imported_when_the_server_was_killed_keeps_its_source(server, tmp_path):
    key = server.create_key("shop")
    large = tmp_path / "large.log"
    large.write_text("".join(LINE.format(number) for number in range(300_000)))
    path, token = "/v1/projects/shop/uploads", {"authorization": f"Bearer {told(server)['token']}"}
    sent = httpx.post(
        f"{server.url}{path}", params={"host": "a.example"}, content=large.read_bytes(), headers=token
    )
    assert sent.status_code == 202
    while httpx.get(f"{server.url}{path}/{sent.json()[0]['id']}", headers=token).json()["state"] == "waiting":
        pass
    server.kill()
    server.start()

    found = server.report_until([("import", 300_000)], 60, key, dimensions=["source"])

    assert found == [("import", 300_000)]


def test_the_token_stands_in_no_log_and_no_output(tmp_path, log, server):
    server.stop()
    server.environment["CRAWLSIGHT_LOG_LEVEL"] = "debug"
    server.start()
    server.run("project", "create", "shop")
    token = told(server)["token"]

    results = [
        run(server, "import", log, "--project", "shop", "--host", "shop.example"),
        run(server, "import", log, "--project", "none"),
        run(server, "report", "bots", "--project", "shop", "--by", "fame"),
        run(server, "doctor"),
    ]
    server.stop()

    log_lines = (tmp_path / "server.log").read_text()
    printed = "".join(text for _, *texts in results for text in texts)
    assert [status for status, *_ in results] == [0, 1, 1, 0]
    assert log_lines.count('"request"') > len(results)
    assert token not in printed + log_lines


def test_what_is_no_regular_file_is_imported_too(shop, log):
    server, _ = shop
    content = log.read_text().replace("GET /", "GET /piped/")

    found = run(
        server, "import", "/dev/stdin", "--project", "shop", "--host", "a.example", "--json", stdin=content
    )

    assert imported(found) == [("stdin", "done", 20)]


def test_an_empty_file_is_sent_and_refused_by_its_content(shop, tmp_path):
    server, _ = shop
    (tmp_path / "empty.log").touch()

    status, output, _ = run(server, "import", tmp_path / "empty.log", "--project", "shop", "--json")

    assert (status, json.loads(output)[0]["reason"][:17]) == (1, "the file is empty")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--project", "none"], "no project is named 'none'; see 'crawlsight project list'"),
        (["--project", "shop", "--format", "runes"], "no format is called 'runes'"),
        ([], "this server has projects; name one by --project"),
    ],
)
def test_a_large_file_that_is_refused_is_told_why(shop, tmp_path, options, message):
    server, _ = shop
    large = tmp_path / "large.log"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    status, output, errors = run(server, "import", large, *options)

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"crawlsight: {message}")


def test_a_command_without_a_server_says_so(tmp_path, log):
    command = [CRAWLSIGHT, "import", str(log), "--project", "shop", "--data", str(tmp_path / "none")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (
        1,
        f"crawlsight: no server runs on {tmp_path / 'none'}; start one with 'crawlsight serve'\n",
    )


def test_a_server_stops_without_those_who_wait_for_an_import(server):
    server.run("project", "create", "shop")
    path, token = "/v1/projects/shop/uploads", {"authorization": f"Bearer {told(server)['token']}"}
    contents = ["".join(LINE.format(f"{name}/{number}") for number in range(200_000)) for name in "abc"]
    files = [("files", content) for content in contents]
    first, *_, last = httpx.post(f"{server.url}{path}?host=a.example", files=files, headers=token).json()
    waiting = HTTPConnection("127.0.0.1", server.port, timeout=20)
    waiting.request("GET", f"{path}/{last['id']}?wait_ms=10000", headers=token)
    while httpx.get(f"{server.url}{path}/{first['id']}", headers=token).json()["state"] == "waiting":
        pass

    status = server.stop()

    with waiting.getresponse() as answer:
        assert (status, json.loads(answer.read())["state"]) == (0, "waiting")
    waiting.close()
