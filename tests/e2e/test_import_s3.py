"""``crawlsight import s3://…`` into a real server, out of a storage that speaks like S3."""

import gzip
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from builders import BROWSER, GPTBOT
from crawlsight.cli.main import main
from crawlsight.ledger import Ledger, Scope
from crawlsight.settings import Settings
from s3_parts import SECRET, running_storage

CRAWLSIGHT = str(Path(sys.executable).parent / "crawlsight")

FIELDS = ("date", "time", "c-ip", "cs-method", "cs-uri-stem", "sc-status", "cs(User-Agent)", "x-host-header")


@pytest.fixture(scope="module")
def storage():
    with running_storage() as found:
        yield found


@pytest.fixture(scope="module")
def shop(shared_server):
    """A server with the project ``shop``; gives the server and a key."""
    ledger = Ledger(Settings(data=shared_server.data).effective_ledger_dsn)
    project = ledger.projects.create("shop")
    _, key = ledger.keys.create(project, scopes=[Scope.INGEST, Scope.REPORTS])
    ledger.close()
    return shared_server, key


@pytest.fixture
def run(shop, storage, monkeypatch, capsys):
    """Import from this process, by address and key; gives status, output and errors."""
    server, key = shop
    for name, value in storage.environment().items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        reach = ("--url", server.url, "--key", key)
        monkeypatch.setattr(sys, "argv", ["crawlsight", "import", "--project", "shop", *reach, *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        output, errors = capsys.readouterr()
        return end.value.code or 0, output, errors

    return run


def visit(path, agent=GPTBOT, host="shop.example"):
    values = ("2026-11-22", "04:11:33", "203.0.113.9", "GET", path, "200", agent.replace(" ", "%20"))
    return dict(zip(FIELDS, (*values, host), strict=True))


def w3c(*visits):
    """What CloudFront writes into an object by default."""
    rows = ["\t".join(found.values()) for found in visits]
    lines = ["#Version: 1.0", f"#Fields: {' '.join(FIELDS)}", *rows, ""]
    return gzip.compress("\n".join(lines).encode())


def as_json(*visits):
    return gzip.compress("".join(f"{json.dumps(found)}\n" for found in visits).encode())


def told(output):
    """Name, format and state of each upload, its lines, and how many were stored."""
    return [
        (found["name"], found["format"], found["state"], found["lines"], found["stored_ai_crawler_records"])
        for found in json.loads(output)
    ]


def test_the_logs_of_a_cdn_are_imported_once_and_not_read_again(shop, storage, run):
    server, key = shop
    seen = partial(visit, host="cdn.example")
    bucket = storage.bucket(
        {
            "cdn/": b"",
            "cdn/E1.2026-11-22-04.aaaa.gz": w3c(seen("/a"), seen("/b"), seen("/c", BROWSER)),
            "cdn/E1.2026-11-22-05.bbbb.gz": w3c(seen("/d")),
            "cdn/v2/E1.2026-11-22-06.cccc.gz": as_json(seen("/e"), seen("/f")),
            "other/E2.gz": w3c(seen("/g")),
        }
    )
    source, reach = f"s3://{bucket}/cdn/", ("--project", "shop", "--data", str(server.data))
    environment = {**os.environ, **storage.environment()}

    first = subprocess.run(
        [CRAWLSIGHT, "import", source, *reach, "--json"], capture_output=True, env=environment, check=True
    )
    storage.deny_reading(bucket)
    status, second, _ = run(source)

    assert told(first.stdout) == [
        ("E1.2026-11-22-04.aaaa.gz", "cloudfront", "done", 5, 2),
        ("E1.2026-11-22-05.bbbb.gz", "cloudfront", "done", 3, 1),
        ("E1.2026-11-22-06.cccc.gz", "cloudfront_json", "done", 2, 2),
    ]
    assert (status, second.splitlines()[1:]) == (0, ["3 imported before"])
    query = {"domain": "cdn.example", "dimensions": ["bot_name"]}
    assert server.report_until([("GPTBot", 5)], 20, key, **query) == [("GPTBot", 5)]


def test_of_an_object_that_has_grown_only_what_is_new_is_stored(run, storage):
    bucket = storage.bucket({"one.gz": w3c(visit("/g1"), visit("/g2"))})
    run(f"s3://{bucket}/one.gz", "--json")
    storage.put(bucket, "one.gz", w3c(visit("/g1"), visit("/g2"), visit("/g3")))

    status, output, _ = run(f"s3://{bucket}/one.gz", "--json")

    assert (status, told(output)) == (0, [("one.gz", "cloudfront", "done", 1, 1)])


def test_the_same_log_under_another_name_stores_nothing_twice(run, storage):
    bucket = storage.bucket({"a.gz": w3c(visit("/n")), "b.gz": w3c(visit("/n"))})

    _, output, _ = run(f"s3://{bucket}", "--json")

    assert [found[4] for found in told(output)] == [1, 0]


def test_files_and_objects_are_imported_together(run, storage, tmp_path):
    bucket = storage.bucket({"one.gz": w3c(visit("/t1"))})
    (tmp_path / "two.gz").write_bytes(w3c(visit("/t2")))

    _, output, _ = run(str(tmp_path / "two.gz"), f"s3://{bucket}/one", "--json")

    assert [(found[0], found[4]) for found in told(output)] == [("two.gz", 1), ("one.gz", 1)]


def test_an_object_that_cannot_be_read_does_not_stop_the_others(run, storage):
    bucket = storage.bucket({"b.gz": w3c(visit("/o"))})
    storage.put(bucket, "a.gz", w3c(visit("/p")), StorageClass="GLACIER")

    status, output, errors = run(f"s3://{bucket}", "--json")

    assert (status, [found[0] for found in told(output)]) == (1, ["b.gz"])
    assert errors == (f"crawlsight: s3://{bucket}/a.gz is archived; restore it, or pass over it by --since\n")


@pytest.mark.parametrize(("since", "names"), [("1h", ["a.gz"]), ("9999-01-31", [])])
def test_only_what_was_modified_since_then_is_imported(run, storage, since, names):
    bucket = storage.bucket({"a.gz": w3c(visit(f"/since/{since}"))})

    status, output, errors = run(f"s3://{bucket}", "--since", since, "--json")

    assert (status, [found[0] for found in told(output)], errors) == (0, names, "")


@pytest.mark.parametrize(
    ("arguments", "changed", "message"),
    [
        (["s3://{bucket}/nothing"], {}, "there is nothing to import under s3://{bucket}/nothing"),
        (["s3://{bucket}", "--since", "soon"], {}, "--since 'soon': give an ISO 8601 instant such as"),
        (["s3://{bucket}"], {"AWS_ACCESS_KEY_ID": ""}, "there are no AWS credentials for s3://{bucket}"),
    ],
)
def test_a_failure_is_one_line_without_the_secret(run, storage, monkeypatch, arguments, changed, message):
    bucket = storage.bucket({"a.gz": w3c(visit("/a"))})
    for name, value in changed.items():
        monkeypatch.setenv(name, value)

    status, output, errors = run(*(argument.format(bucket=bucket) for argument in arguments))

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"crawlsight: {message.format(bucket=bucket)}")
    assert SECRET not in errors


def test_without_the_library_its_extra_is_named(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "crawlsight.client.s3", raising=False)

    assert run("s3://logs/cdn") == (
        1,
        "",
        "crawlsight: boto3 is missing, which this needs; pip install 'crawlsight[s3]'\n",
    )
