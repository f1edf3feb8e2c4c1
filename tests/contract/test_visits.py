"""What a visits store does, on the embedded engine: blocks load once, rollups agree, values are bound."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rollup_parts import PAGE_SUMS, ROLLUPS, SUMS, TABLES, from_rollup, from_visits

from builders import NOW, encode_visits, visit
from crawlsight.errors import InvalidArgumentError, UnavailableError
from crawlsight.record import VISIT_COLUMNS
from crawlsight.visits.store import _statements

# Far from the ids that the ledger gives to the projects of other tests in this process.
_projects = itertools.count(3_000_000_000)


@pytest.fixture
def project():
    return {"project_id": next(_projects)}


def count(visits, table, project):
    column = "count()" if table == "visits" else "toUInt64(sum(visits))"
    sql = f"SELECT {column} FROM {table} WHERE project_id = {{project_id:UInt32}}"
    return visits.select(sql, project)[0][0]


def counts(visits, project):
    return {table: count(visits, table, project) for table in TABLES}


def test_a_visit_comes_out_as_it_went_in(visits, project):
    sent = visit(
        **project,
        query_params={"utm_source": "chatgpt.com", "é": "'\\\n"},
        path="/blog/é'\\\t\"",
        bytes_sent=2**63 - 1,
        duration_ms=0.25,
        timestamp=NOW.timestamp() + 0.123,
    )

    visits.insert(str(uuid4()), encode_visits([sent]))

    (row,) = visits.select(
        f"SELECT {', '.join(VISIT_COLUMNS)} FROM visits WHERE project_id = {{project_id:UInt32}}", project
    )
    stored = dict(zip(VISIT_COLUMNS, row, strict=True))
    stored["visit_id"] = str(stored["visit_id"])
    for name in ("timestamp", "received_at", "expires_at"):
        stored[name] = stored[name].replace(tzinfo=UTC).timestamp()
    assert stored == sent


def test_a_block_loaded_twice_is_stored_once_in_visits_and_in_every_rollup(visits, project):
    block_id, block = str(uuid4()), encode_visits([visit(**project, path=f"/{i}") for i in range(3)])

    for _ in range(3):
        visits.insert(block_id, block)

    assert counts(visits, project) == dict.fromkeys(TABLES, 3)


def test_equal_rows_in_two_blocks_are_stored_twice(visits, project):
    block = encode_visits([visit(**project)])

    for _ in range(2):
        visits.insert(str(uuid4()), block)

    assert counts(visits, project) == dict.fromkeys(TABLES, 2)


def test_a_block_of_many_months_is_taken_and_taken_once(visits, project):
    start = datetime(2020, 1, 15, tzinfo=UTC)
    block_id = str(uuid4())
    months = [visit(**project, timestamp=(start + timedelta(days=30 * i)).timestamp()) for i in range(60)]

    for _ in range(2):
        visits.insert(block_id, encode_visits(months))

    assert counts(visits, project) == dict.fromkeys(TABLES, 60)


def random_visits(project, number):
    chance = random.Random(7)
    return [
        visit(
            **project,
            timestamp=NOW.timestamp() - chance.randrange(5_000_000) / 10,
            expires_at=visit()["expires_at"] + chance.randrange(100_000),
            host=chance.choice(["a.example", "b.example"]),
            path=chance.choice(["/", "/a", "/b"]),
            bot_name=chance.choice(["", "GPTBot", "ClaudeBot"]),
            method=chance.choice(["GET", "HEAD"]),
            status_code=chance.choice([200, 404]),
            bot_type=chance.choice(["index", "ai_training", "ai_assistant", "ai_agent"]),
            verification=chance.choice(["verified", "claimed"]),
            is_ai_crawler=chance.choice([True, False]),
        )
        for _ in range(number)
    ]


@pytest.mark.parametrize("table", ROLLUPS)
def test_a_rollup_says_what_the_visits_say(visits, project, table):
    found = random_visits(project, 2_000)
    for start in range(0, len(found), 500):
        visits.insert(str(uuid4()), encode_visits(found[start : start + 500]))

    expected = from_visits(visits, project, table)

    assert len(expected) > 10
    assert from_rollup(visits, project, table) == expected


@pytest.mark.usefixtures("emptied_store")
def test_an_answer_is_given_again_until_visits_come_or_go(visits, project):
    sql = "SELECT toUInt64(sum(visits)) FROM visits_hourly WHERE project_id = {project_id:UInt32}"
    visits.insert(f"{uuid4()}", encode_visits([visit(**project)]))
    first = visits.recall(sql, project)

    assert visits.recall(sql, project) is first
    visits.insert(f"{uuid4()}", encode_visits([visit(**project)]))
    assert (first, visits.recall(sql, project)) == ([(1,)], [(2,)])
    visits.delete_project(project["project_id"])
    assert visits.recall(sql, project) == [(0,)]


def test_what_has_expired_leaves_every_table_when_parts_merge(visits, project):
    expired = visit(**project, expires_at=int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()))
    visits.insert(str(uuid4()), encode_visits([expired, visit(**project, path="/kept")]))

    visits._client().command("SYSTEM START TTL MERGES")
    for table in TABLES:
        visits._client().command(f"OPTIMIZE TABLE {table} FINAL")
    visits._client().command("SYSTEM STOP TTL MERGES")

    kept = [
        visits.select(f"SELECT path FROM {table} WHERE project_id = {{project_id:UInt32}}", project)
        for table in ("visits", "pages_hourly", "pages_monthly", *sorted(PAGE_SUMS))
    ]
    assert kept == [[("/kept",)]] * 6


def test_a_rollups_row_lives_as_long_as_its_longest_visit(visits, project):
    expired = visit(**project, expires_at=int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()))
    visits.insert(str(uuid4()), encode_visits([expired]))
    visits.insert(str(uuid4()), encode_visits([visit(**project)]))

    visits._client().command("OPTIMIZE TABLE visits_hourly FINAL")

    assert count(visits, "visits_hourly", project) >= 1


@pytest.mark.parametrize(
    "block",
    [
        b"not json\n",
        b'["x"]\n',
        encode_visits([visit()])[:-10],
        encode_visits([visit(project_id=3_999_999_999), visit(timestamp="never")]),
    ],
    ids=["text", "short", "cut", "wrong type"],
)
def test_a_block_that_cannot_be_read_is_refused_whole(visits, block):
    with pytest.raises(UnavailableError, match="visits cannot be written"):
        visits.insert(str(uuid4()), block)

    assert count(visits, "visits", {"project_id": 3_999_999_999}) == 0


ODD = [
    "",
    "'",
    "\\",
    "\\'",
    "\\n",
    "\n",
    "\t",
    "\r\n",
    "\0",
    "{x:String}",
    "%s",
    "%(v)s",
    "é\U0001f600",
    "--",
    "`",
    '"',
]


@pytest.mark.parametrize("value", ODD)
def test_an_odd_string_is_bound_as_it_is(visits, value):
    assert visits.select("SELECT {value:String}, length({value:String})", {"value": value}) == [
        (value, len(value.encode()))
    ]


def test_a_list_of_odd_strings_is_bound_as_it_is(visits):
    assert visits.select("SELECT {values:Array(String)}", {"values": ODD}) == [(ODD,)]


@settings(max_examples=200)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=3))
def test_any_text_is_bound_as_it_is(shared_app, values):
    found = shared_app.services.visits.select(
        "SELECT {value:String}, {values:Array(String)}", {"value": values[0], "values": values}
    )

    assert found == [(values[0], values)]


@settings(max_examples=50)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_bound_as_it_is(shared_app, value):
    assert shared_app.services.visits.select("SELECT {value:Float64}", {"value": value}) == [(value,)]


@pytest.mark.parametrize("pattern", ["(", "[", "*", "a{2,1}", "(?P<x", "\\"])
def test_a_bad_regular_expression_is_the_askers_mistake(visits, pattern):
    with pytest.raises(InvalidArgumentError, match="is not a regular expression"):
        visits.select("SELECT match(materialize('a'), {pattern:String})", {"pattern": pattern})


def test_any_other_failure_is_the_stores(visits):
    with pytest.raises(UnavailableError, match="visits cannot be read"):
        visits.select("SELECT no_such_column", {})


def test_the_store_answers(visits):
    visits.check()


def test_the_schema_is_at_its_newest_version(visits):
    versions = visits.select("SELECT version FROM schema_versions ORDER BY version", {})

    assert versions == [(version,) for version in range(1, 12)]


def test_a_store_with_the_former_sums_by_week_gets_those_of_today(visits, project):
    visits.insert(str(uuid4()), encode_visits(visit(**project, path=f"/{i % 3}") for i in range(9)))
    client = visits._client()

    for script in ("0010_sums_of_pages.sql", "0011_page_sums.sql"):
        text = (files("crawlsight.visits") / "schema" / script).read_text(encoding="utf-8")
        for statement in _statements(text):
            client.command(statement)
    visits.insert(str(uuid4()), encode_visits([visit(**project, path="/after")]))

    for table in sorted(PAGE_SUMS):
        assert from_rollup(visits, project, table) == from_visits(visits, project, table)
    assert visits.select("SELECT name FROM system.tables WHERE name LIKE 'pages_weekly%'", {}) == []


@pytest.mark.parametrize(
    ("script", "table", "columns"),
    [
        ("0009_pages_by_week.sql", "pages_hourly", "path"),
        ("0011_page_sums.sql", "page_sums_daily", "path"),
        ("0011_page_sums.sql", "page_sums_weekly", "path"),
        ("0011_page_sums.sql", "page_sums_monthly", "path"),
        ("0006_pages_by_month.sql", "pages_monthly", "path"),
        ("0007_visits_by_day.sql", "visits_daily", "method"),
    ],
)
def test_a_schema_script_that_was_cut_short_may_run_again(visits, project, script, table, columns):
    def found():
        rows = f"SELECT {columns}, {SUMS} FROM {table} WHERE project_id = {{project_id:UInt32}}"
        return sorted(visits.select(f"{rows} GROUP BY {columns}", project))

    visits.insert(
        str(uuid4()), encode_visits(visit(**project, path=f"/{i % 3}", method=f"M{i % 3}") for i in range(9))
    )
    text = (files("crawlsight.visits") / "schema" / script).read_text(encoding="utf-8")
    before = found()

    for statement in _statements(text):
        visits._client().command(statement)
    visits.insert(str(uuid4()), encode_visits([visit(**project, path="/after", method="XAFTER")]))

    after = found()
    assert [row[1] for row in after] == [3, 3, 3, 1]
    assert after[:3] == before
