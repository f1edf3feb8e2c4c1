"""Uploading log files: every line is accounted for, nothing is stored twice, and a restart goes on."""

import asyncio
import bz2
import gzip
import json

import httpx
import pytest
import zstandard

from builders import BROWSER, GOOGLEBOT, GPTBOT
from crawlsight.ingest.policy import Keep

LINE = '{ip} - - [22/Nov/2026:11:{minute:02}:{second:02} +0000] "GET {path} HTTP/1.1" 200 1234 "-" "{agent}"'


def line(path="/a", agent=GPTBOT, number=0):
    return LINE.format(ip="203.0.113.9", minute=number // 60 % 60, second=number % 60, path=path, agent=agent)


def log(*lines):
    return "".join(f"{found}\n" for found in lines).encode()


def path_of(app, key):
    return f"/v1/projects/{app.services.ledger.keys.find(key).project_name}/uploads"


def finished(app, key, upload_id):
    """The upload, once it is done: without the application's lifespan, files are imported by hand."""
    asyncio.run(app.services.importer.run_once())
    return app.client.get(f"{path_of(app, key)}/{upload_id}", headers={"x-api-key": key}).json()


def upload(app, key, content, **parameters):
    parameters = {"name": "access.log", "host": "example.com", **parameters}
    answer = app.client.post(
        path_of(app, key), content=content, params=parameters, headers={"x-api-key": key}
    )
    assert answer.status_code == 202, answer.text
    return finished(app, key, answer.json()[0]["id"])


def counters(found):
    names = (
        "lines",
        "received_records",
        "stored_ai_crawler_records",
        "stored_other_records",
        "dropped_records",
        "quarantined_records",
        "rejected_records",
        "skipped_lines",
    )
    return tuple(found[name] for name in names)


def paths(app, key):
    return [visit["path"] for visit in app.visits(key)]


@pytest.mark.parametrize(
    "compress", [bytes, gzip.compress, bz2.compress, zstandard.compress], ids=["plain", "gz", "bz2", "zst"]
)
def test_every_line_of_a_file_ends_in_a_counter(app, compress):
    key = app.key("ank")
    content = log(line("/a"), line("/b", BROWSER), "", "nonsense", line("/c", GOOGLEBOT))

    found = upload(app, key, compress(content))

    assert counters(found) == (5, 4, 1, 0, 2, 0, 1, 1)
    assert (found["state"], found["format"], found["skipped"]) == ("done", "combined", {"blank line": 1})
    assert [error["line"] for error in found["errors"]] == [4]
    assert paths(app, key) == ["/a"]


def test_a_file_that_ends_inside_a_line_has_that_line_too(app):
    key = app.key("ank")

    found = upload(app, key, log(line("/a")) + line("/b").encode())

    assert counters(found)[:3] == (2, 2, 2)
    assert sorted(paths(app, key)) == ["/a", "/b"]


def test_the_same_file_twice_stores_nothing_twice(app):
    key = app.key("ank")
    content = log(*(line(f"/{number}", number=number) for number in range(50)))

    first, second = upload(app, key, content), upload(app, key, gzip.compress(content))

    assert (counters(first)[2], counters(second)) == (50, (0,) * 8)
    assert len(paths(app, key)) == 50


def test_of_a_file_that_has_grown_only_the_tail_is_stored(app):
    key = app.key("ank")
    content = log(*(line(f"/{number}", number=number) for number in range(50)))
    upload(app, key, content)

    second = upload(app, key, content + log(line("/new", number=59)))

    assert counters(second)[:3] == (1, 1, 1)
    assert sorted(paths(app, key)) == sorted([*(f"/{number}" for number in range(50)), "/new"])


def test_a_file_that_only_begins_alike_is_stored_whole(app):
    key = app.key("ank")
    upload(app, key, log(line("/same"), line("/a")))

    second = upload(app, key, log(line("/same"), line("/b")))

    assert counters(second)[2] == 2
    assert sorted(paths(app, key)) == ["/a", "/b", "/same", "/same"]


def test_a_large_file_is_stored_in_pieces_and_none_twice(app):
    key = app.key("bot", project=app.project(keep=Keep.ALL))
    content = log(*(line(f"/{number}", BROWSER, number % 3000) for number in range(5_000)))

    found = upload(app, key, content)

    assert counters(found) == (5_000, 5_000, 0, 5_000, 0, 0, 0, 0)
    assert len(set(paths(app, key))) == 5_000


def test_columns_named_in_the_middle_of_a_file_are_used_from_there_on(app):
    key = app.key("ank")
    rows = [
        f"2026-11-22 10:00:{number % 60:02} 203.0.113.9 GET /a{number} 200 GPTBot/1.2"
        for number in range(9_000)
    ]
    more = [
        f"2026-11-22 11:00:{number % 60:02} 200 /b{number} GET 203.0.113.9 GPTBot/1.2"
        for number in range(9_000)
    ]
    content = log(
        "#Version: 1.0",
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)",
        *rows,
        "#Fields: date time sc-status cs-uri-stem cs-method c-ip cs(User-Agent)",
        *more,
    )

    found = upload(app, key, content)

    assert (found["reason"][:3], found["format"]) == ("W3C", "w3c")
    assert counters(found)[:3] == (18_003, 18_000, 18_000)
    assert found["skipped"] == {"comment or header": 3}


def test_several_files_come_in_one_form(app):
    key = app.key("ank")
    files = [
        ("files", ("one.log", log(line("/1")))),
        ("files", ("two.log.gz", gzip.compress(log(line("/2"))))),
    ]

    answer = app.client.post(
        path_of(app, key), files=files, params={"host": "example.com"}, headers={"x-api-key": key}
    )
    done = [finished(app, key, found["id"]) for found in answer.json()]

    assert [(found["name"], found["stored_ai_crawler_records"]) for found in done] == [
        ("one.log", 1),
        ("two.log.gz", 1),
    ]
    listed = app.client.get(path_of(app, key), headers={"x-api-key": key}).json()
    assert {found["id"] for found in listed} == {found["id"] for found in done}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"what is this\nno log\n", "no format fits the first line 'what is this'"),
        (b"\x1f\x8bbroken", "the file cannot be decompressed"),
        (b"", "the file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_the_reason(app, content, reason):
    found = upload(app, app.key("ank"), content)

    assert (found["state"], found["reason"][: len(reason)]) == ("failed", reason)


def test_a_template_reads_a_format_of_ones_own(app):
    key = app.key("ank")
    content = log(f"1795345200.5|GET|/x|{GPTBOT}|204|203.0.113.9", "")

    found = upload(
        app,
        key,
        content,
        format="nginx",
        template="$msec|$request_method|$request_uri|$http_user_agent|$status|$remote_addr",
    )

    assert (counters(found)[2], found["format"]) == (
        1,
        "$msec|$request_method|$request_uri|$http_user_agent|$status|$remote_addr",
    )
    assert paths(app, key) == ["/x"]


def test_what_is_refused_is_told_at_once(app):
    key = app.key("ank")
    headers = {"x-api-key": key}

    unknown = app.client.post(path_of(app, key), content=b"x", params={"format": "runes"}, headers=headers)
    elsewhere = app.client.post("/v1/projects/nobody/uploads", content=b"x", headers=headers)
    anonymous = app.client.post(path_of(app, key), content=b"x")
    missing = app.client.get(f"{path_of(app, key)}/nothing", headers=headers)

    assert (unknown.status_code, "no format is called 'runes'" in unknown.text) == (422, True)
    assert [answer.status_code for answer in (elsewhere, anonymous, missing)] == [404, 401, 404]


def test_a_file_is_known_again_among_others_with_the_same_first_line(app):
    key = app.key("ank")
    fields = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)"
    rows = [f"2026-11-22 10:00:0{number} 203.0.113.9 GET /{number} 200 GPTBot/1.2" for number in range(5)]
    short, long = log(fields, rows[0]), log(fields, *rows[1:])

    first = [counters(upload(app, key, content))[2] for content in (short, long)]
    again = [counters(upload(app, key, content))[2] for content in (long, short)]

    assert (first, again) == ([1, 4], [0, 0])


def test_a_file_that_was_misread_can_be_sent_again_in_its_own_format(app):
    key = app.key("ank")
    content = log(*(f"{line(number=number)} 31" for number in range(3)))

    misread = counters(upload(app, key, content, format="caddy"))
    again = counters(upload(app, key, content, format="combined_ms"))

    assert (misread[2], again[2]) == (0, 3)


def test_files_with_the_same_header_are_not_taken_for_one_that_has_grown(app):
    key = app.key("ank")
    fields = "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)"
    rows = [f"2026-11-22 10:00:0{number} 203.0.113.9 GET /{number} 200 GPTBot/1.2" for number in range(3)]
    found = [upload(app, key, log(fields, row)) for row in rows]

    uploads = app.services.ledger.uploads
    read_beside = [uploads.earlier(uploads.get(app.project_id(key), one["id"])) for one in found]

    assert read_beside == [[], [], []]


def test_a_file_that_has_grown_from_nothing_but_a_header_is_stored(app):
    key = app.key("ank")
    header = log("#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)")
    row = log("2026-11-22 10:00:00 203.0.113.9 GET /a 200 GPTBot/1.2")

    found = [upload(app, key, content, format="w3c") for content in (header, header + row, header + row)]

    assert [(one["state"], counters(one)[2]) for one in found] == [("done", 0), ("done", 1), ("done", 0)]


def test_an_import_is_found_by_its_fingerprint_once_it_is_done(app):
    key, headers = app.key("ank"), {"x-api-key": app.key("ank")}
    asked = {"fingerprint": ["one", "two", "three"]}
    upload(app, key, log(line("/a")), fingerprint="one")
    upload(app, key, b"what is this\nno log\n", fingerprint="two")
    upload(app, key, log(line("/b")))

    found = app.client.get(path_of(app, key), params=asked, headers={"x-api-key": key}).json()
    elsewhere = app.client.get(path_of(app, headers["x-api-key"]), params=asked, headers=headers).json()

    assert [(one["fingerprint"], one["state"]) for one in found] == [("one", "done")]
    assert elsewhere == []


def test_a_fingerprint_that_cannot_be_is_refused(app):
    key = app.key("ank")

    def ask(fingerprints):
        return app.client.get(
            path_of(app, key), params={"fingerprint": fingerprints}, headers={"x-api-key": key}
        )

    answers = [ask(["f" * 64] * 100), ask(["f" * 65]), ask(["f"] * 101)]

    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert answers[1].json()["detail"] == "a fingerprint has at most 64 characters"
    assert answers[2].json()["detail"] == "more than 100 fingerprints; ask in parts"


def test_an_import_may_ask_how_far_it_is_as_often_as_it_likes(open_app):
    app = open_app(reports_requests_per_hour=1)
    key = app.key("ank")

    states = [upload(app, key, log(line("/a")))["state"] for _ in range(3)]

    assert states == ["done"] * 3


def test_the_day_of_a_header_counts_for_all_lines_until_the_next(app):
    key = app.key("ank")
    header = (
        "#Date: 2026-11-22 10:00:00",
        "#Fields: time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)",
    )
    rows = [f"10:00:{number % 60:02} 203.0.113.9 GET /a{number} 200 GPTBot/1.2" for number in range(12_000)]

    found = upload(app, key, log(*header, *rows), format="w3c")

    assert counters(found)[:3] == (12_002, 12_000, 12_000)


def test_of_two_files_of_one_length_each_is_known_again(app):
    key = app.key("ank")
    one, other = (log(line("/same"), line(path)) for path in ("/1", "/2"))

    first = [counters(upload(app, key, content))[2] for content in (one, other)]
    again = [counters(upload(app, key, content))[2] for content in (one, other)]

    assert (first, again) == ([2, 2], [0, 0])


def test_a_json_document_over_many_lines_is_read_as_a_whole(app):
    key = app.key("ank")
    record = {"timestamp": "2026-11-22T11:00:00Z", "method": "GET", "host": "example.com", "status_code": 200}
    records = [
        record | {"path": f"/{number}", "ip": "203.0.113.9", "user_agent": GPTBOT} for number in range(4_000)
    ]

    found = upload(app, key, json.dumps(records, indent=1).encode(), host="")

    assert counters(found)[1:] == (4_000, 4_000, 0, 0, 0, 0, 0)
    assert len(set(paths(app, key))) == 4_000


def receive(app, key):
    """Upload a file that nobody imports yet; gives the path of the upload."""
    sent = app.client.post(path_of(app, key), content=log(line("/a")), headers={"x-api-key": key})
    return f"{path_of(app, key)}/{sent.json()[0]['id']}"


@pytest.mark.parametrize("content", [log(line("/a")), b"what is this\nno log\n"])
def test_whoever_waits_for_an_import_is_answered_as_soon_as_it_has_ended(app, content):
    key = app.key("ank")
    sent = app.client.post(path_of(app, key), content=content, headers={"x-api-key": key}).json()[0]
    importer = app.services.importer

    async def wait_beside_the_import():
        transport = httpx.ASGITransport(app.client.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver.local", headers={"x-api-key": key}
        ) as client:
            path = f"{path_of(app, key)}/{sent['id']}"
            asked = asyncio.create_task(client.get(path, params={"wait_ms": 10_000}))
            while not importer.endings.are_awaited:  # noqa: ASYNC110 - nobody tells that somebody waits
                await asyncio.sleep(0)
            is_early = asked.done()
            await importer.run_once()
            return is_early, (await asyncio.wait_for(asked, 5)).json()

    is_early, found = asyncio.run(wait_beside_the_import())

    assert (is_early, found["state"]) == (False, "done" if b"GET" in content else "failed")
    assert not importer.endings.are_awaited


@pytest.mark.parametrize("wait_ms", [0, 1])
def test_who_has_waited_is_told_how_far_it_is(app, wait_ms):
    key = app.key("ank")
    path = receive(app, key)

    found = app.client.get(path, params={"wait_ms": wait_ms}, headers={"x-api-key": key}).json()

    assert found["state"] == "waiting"
    assert not app.services.importer.endings.are_awaited
    asyncio.run(app.services.importer.run_once())


def test_for_what_has_ended_nobody_waits(app):
    key = app.key("ank")
    sent = upload(app, key, log(line("/a")))

    found = app.client.get(
        f"{path_of(app, key)}/{sent['id']}", params={"wait_ms": 10_000}, headers={"x-api-key": key}
    )

    assert (found.json()["state"], found.elapsed.total_seconds() < 5) == ("done", True)


@pytest.mark.parametrize("wait_ms", ["-1", "10001", "0.5", "x", ""])
def test_a_wait_that_cannot_be_is_refused(app, wait_ms):
    key = app.key("ank")

    answer = app.client.get(
        f"{path_of(app, key)}/nothing", params={"wait_ms": wait_ms}, headers={"x-api-key": key}
    )

    assert answer.status_code == 422
    assert answer.json()["detail"] == f"wait_ms: {wait_ms!r} is no whole number from 0 to 10000"
