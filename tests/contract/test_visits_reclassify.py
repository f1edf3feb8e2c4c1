"""Stored visits judged again, on the embedded engine: what changes, what stays, and what a crash leaves."""

import itertools
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from rollup_parts import PAGE_SUMS, ROLLUPS, from_rollup, from_visits

from builders import encode_visits, visit
from crawlsight.detect.unknown import BOT_SHAPES, looks_like_bot
from crawlsight.errors import UnavailableError
from crawlsight.ingest.reclassification import HUMAN, Classification
from crawlsight.visits import Change, Identity, Reclassified

pytestmark = pytest.mark.usefixtures("emptied_store")

_projects = itertools.count(3_500_000_000)

MADE_BOT = Classification("MadeBot", "made", "ai_agent", "agent", True, "verified", "ip:made@2026-11-01")

PERSON = {
    "user_agent": "a browser",
    "bot_name": "",
    "bot_provider": "",
    "bot_type": "",
    "purpose": "",
    "is_ai_crawler": False,
    "verification": "none",
    "referral_source": "chatgpt",
    "referral_type": "referer",
}

NOVEMBER, OCTOBER = (datetime(2026, month, 5, 12, 30, tzinfo=UTC).timestamp() for month in (11, 10))


@pytest.fixture
def project():
    return {"project_id": next(_projects)}


def by_user_agent(**judgements):
    """A judge that knows these user agents, by their names with ``_`` for a space, and leaves the others."""

    def classify(user_agent, ip, current):
        return judgements.get(user_agent.replace(" ", "_"), current)

    return classify


def insert(visits, *found):
    visits.insert(str(uuid4()), encode_visits(found))


def stored(visits, project, columns, grouping=""):
    sql = f"SELECT {columns} FROM visits WHERE project_id = {{project_id:UInt32}} {grouping} ORDER BY ALL"
    return visits.select(sql, project)


def assert_rollups_agree(visits, project):
    for table in ROLLUPS:
        assert from_rollup(visits, project, table) == from_visits(visits, project, table)


def mixed_visits(project):
    """Thirty of GPTBot in two months, six of a person, four of another crawler."""
    return [
        *(
            visit(
                **project, user_agent="gptbot", path=f"/{i}", timestamp=month, bytes_sent=i, ip=f"192.0.2.{i}"
            )
            for i in range(15)
            for month in (NOVEMBER, OCTOBER)
        ),
        *(visit(**project, **PERSON, path=f"/{i}", timestamp=NOVEMBER + i * 3600) for i in range(6)),
        *(visit(**project, user_agent="stays", timestamp=OCTOBER, host="b.example") for _ in range(4)),
    ]


MIXED = by_user_agent(gptbot=HUMAN, a_browser=MADE_BOT)

MIXED_CHANGES = (
    Change(30, Identity("GPTBot", "claimed"), Identity("", "none")),
    Change(6, Identity("", "none"), Identity("MadeBot", "verified")),
)


def test_a_dry_run_counts_what_would_change_and_changes_nothing(visits, project):
    insert(visits, *mixed_visits(project))
    before = stored(visits, project, "*")

    found = visits.reclassify(project["project_id"], MIXED, is_dry_run=True)

    assert found == Reclassified(40, 36, dry_run=True, changes=MIXED_CHANGES)
    assert stored(visits, project, "*") == before
    assert_rollups_agree(visits, project)


def test_applying_changes_the_visits_and_both_rollups(visits, project):
    insert(visits, *mixed_visits(project))

    found = visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert found == Reclassified(40, 36, dry_run=False, changes=MIXED_CHANGES)
    columns = ", ".join(Classification._fields)
    assert stored(visits, project, f"DISTINCT user_agent, {columns}") == [
        ("a browser", *MADE_BOT),
        ("gptbot", *HUMAN),
        ("stays", "GPTBot", "openai", "ai_training", "training", True, "claimed", ""),
    ]
    assert_rollups_agree(visits, project)


def test_a_week_that_is_in_two_months_is_summed_up_from_both(visits, project):
    days = [datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 10, 1, 1, tzinfo=UTC)]
    found = [
        visit(**project, user_agent=user_agent, timestamp=day.timestamp())
        for day in days
        for user_agent in ("gptbot", "stays")
    ]
    insert(visits, *found, visit(**project, **PERSON, timestamp=days[1].timestamp()))

    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert_rollups_agree(visits, project)


def test_a_month_in_which_no_bot_is_left_is_summed_up(visits, project):
    insert(visits, visit(**project, user_agent="gptbot", timestamp=NOVEMBER))

    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert_rollups_agree(visits, project)


def test_after_applying_no_answer_from_before_is_given(visits, project):
    insert(visits, *mixed_visits(project))
    sql = "SELECT bot_name FROM visits_hourly WHERE project_id = {project_id:UInt32} GROUP BY 1 ORDER BY 1"
    before = visits.recall(sql, project)

    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert visits.recall(sql, project) == visits.select(sql, project) != before


def test_applying_leaves_every_other_column_as_it_was(visits, project):
    others = (
        "visit_id, source, timestamp, received_at, expires_at, host, path, query_params, method, status_code,"
        " ip, user_agent, referer, bytes_sent, duration_ms"
    )
    insert(visits, *mixed_visits(project))
    before = stored(visits, project, others)

    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert stored(visits, project, others) == before


def test_nobody_sent_a_crawler_and_of_a_former_crawler_nobody_knows_who_sent_it(visits, project):
    insert(
        visits,
        visit(**project, **PERSON),
        visit(**project, **{**PERSON, "user_agent": "stays"}),
        visit(**project, user_agent="gptbot"),
    )

    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert stored(visits, project, "user_agent, referral_source, referral_type") == [
        ("a browser", "none", "none"),
        ("gptbot", "none", "none"),
        ("stays", "chatgpt", "referer"),
    ]


def test_another_project_is_left_alone(visits, project):
    other = {"project_id": next(_projects)}
    insert(visits, *mixed_visits(project), *mixed_visits(other))
    before = stored(visits, other, "*")
    rolled = [from_rollup(visits, other, table) for table in ROLLUPS]

    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert stored(visits, other, "*") == before
    assert [from_rollup(visits, other, table) for table in ROLLUPS] == rolled
    assert_rollups_agree(visits, other)


def test_visits_alike_but_for_what_is_stored_of_them_are_judged_each_by_its_own(visits, project):
    insert(
        visits,
        visit(**project, path="/signed", verification="verified", verification_evidence="signature:a#b"),
        visit(**project, path="/not"),
    )

    def classify(user_agent, ip, current):
        return current if current.verification_evidence else HUMAN

    visits.reclassify(project["project_id"], classify, is_dry_run=False)

    assert stored(visits, project, "path, bot_name, verification_evidence") == [
        ("/not", "", ""),
        ("/signed", "GPTBot", "signature:a#b"),
    ]


def test_what_changes_only_in_its_details_counts_as_changed(visits, project):
    insert(visits, visit(**project, user_agent="gptbot"))
    detailed = Classification("GPTBot", "other", "index", "search", False, "claimed", "no-snapshot")

    found = visits.reclassify(project["project_id"], by_user_agent(gptbot=detailed), is_dry_run=False)

    same = Identity("GPTBot", "claimed")
    assert found.changes == (Change(1, same, same),)
    assert stored(visits, project, ", ".join(Classification._fields)) == [tuple(detailed)]
    assert_rollups_agree(visits, project)


def test_more_groups_than_fit_into_a_piece_are_all_judged_and_once(visits, project):
    number = 45_000
    for start in range(0, number, 15_000):
        insert(
            visits,
            *(
                visit(**project, user_agent="gptbot", ip=f"10.0.{i // 256}.{i % 256}", path=f"/{i % 7}")
                for i in range(start, start + 15_000)
            ),
        )
    asked = []

    def classify(user_agent, ip, current):
        asked.append(ip)
        return MADE_BOT if ip.endswith("7") else current

    found = visits.reclassify(project["project_id"], classify, is_dry_run=False)

    assert (found.visits, len(asked), len(set(asked))) == (number, number, number)
    assert stored(visits, project, "bot_name, count(), countIf(endsWith(ip, '7'))", "GROUP BY bot_name") == [
        ("GPTBot", number - found.changed, 0),
        ("MadeBot", found.changed, found.changed),
    ]
    assert_rollups_agree(visits, project)


def test_odd_user_agents_and_values_come_through(visits, project):
    odd = ["", "'", "\\", "\n\t\0", "é\U0001f600", "{x:String}", '"`--']
    insert(visits, *(visit(**project, user_agent=user_agent) for user_agent in odd))

    def classify(user_agent, ip, current):
        return MADE_BOT._replace(verification_evidence=user_agent)

    visits.reclassify(project["project_id"], classify, is_dry_run=False)

    assert stored(visits, project, "user_agent, verification_evidence") == sorted((ua, ua) for ua in odd)


def test_a_project_without_visits_has_nothing_to_judge(visits, project):
    found = visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    assert found == Reclassified(0, 0, dry_run=False, changes=())


def test_a_block_loaded_again_after_its_visits_were_changed_is_still_stored_once(visits, project):
    block_id, block = str(uuid4()), encode_visits(mixed_visits(project))
    visits.insert(block_id, block)

    for _ in range(2):
        visits.reclassify(project["project_id"], MIXED, is_dry_run=False)
        visits.insert(block_id, block)

    assert stored(visits, project, "count()") == [(40,)]
    assert_rollups_agree(visits, project)


def test_what_is_loaded_afterwards_is_counted_too(visits, project):
    insert(visits, *mixed_visits(project))
    visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    insert(visits, *mixed_visits(project))

    assert stored(visits, project, "count()") == [(80,)]
    assert_rollups_agree(visits, project)


def test_nothing_is_changed_while_a_block_may_be_half_loaded(visits, project):
    insert(visits, *mixed_visits(project))
    with pytest.raises(UnavailableError):
        visits.insert(str(uuid4()), b"no block\n")

    with pytest.raises(UnavailableError, match="a block is half loaded"):
        visits.reclassify(project["project_id"], MIXED, is_dry_run=False)

    insert(visits, visit(**project, user_agent="stays"))
    assert visits.reclassify(project["project_id"], MIXED, is_dry_run=False).changed == 36


def test_a_judge_that_fails_leaves_rollups_that_agree(visits, project):
    insert(visits, *mixed_visits(project))

    def classify(user_agent, ip, current):
        if user_agent == "a browser":
            raise ZeroDivisionError
        return HUMAN

    with pytest.raises(ZeroDivisionError):
        visits.reclassify(project["project_id"], classify, is_dry_run=False)

    assert_rollups_agree(visits, project)
    assert visits.select("SELECT count() FROM rollup_rebuilds", {}) == [(0,)]


SHARED = """
import json, os, signal, sys
from builders import encode_visits, visit
from crawlsight.ingest.reclassification import HUMAN
from crawlsight.visits import VisitStore
from crawlsight.visits.reclassify import Reclassification

store = VisitStore(sys.argv[1])
block = encode_visits(visit(project_id=project, path=f"/{i}") for project in (7, 8) for i in range(10))
"""

CRASHING = """
store.insert("block", block)
run = Reclassification(store._client(), 7, lambda user_agent, ip, current: HUMAN)
for month in run.months():
    run.apply(month)
os.kill(os.getpid(), signal.SIGKILL)
"""

READING = """
def rows(table, sum, name="bot_name"):
    columns = f"project_id, {name}, toUInt32({sum})"
    return store.select(f"SELECT {columns} FROM {table} GROUP BY project_id, {name} ORDER BY ALL", {})

def counts():
    rollups = ("visits_hourly", "visits_daily", "pages_hourly", "pages_monthly")
    tables = {"visits": "count()", **dict.fromkeys(rollups, "sum(visits)")}
    found = {table: rows(table, sum) for table, sum in tables.items()}
    for table in ("page_sums_daily", "page_sums_weekly", "page_sums_monthly"):
        found[table] = rows(table, "sum(visits)", "crawlers = [cityHash64('GPTBot')]")
    return found

store.open()
found = [counts(), store.select("SELECT count() FROM rollup_rebuilds", {})]
store.insert("block", block)
print(json.dumps([*found, counts()]))
"""


def run_apart(code, *arguments):
    """Run *code* in a process of its own, which may own another store."""
    return subprocess.run(
        [sys.executable, "-c", SHARED + code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


def test_what_a_crash_leaves_between_visits_and_rollups_is_finished_when_the_store_is_opened(tmp_path):
    dsn = f"chdb://{tmp_path}/visits"
    crashed = run_apart(CRASHING, dsn)
    assert crashed.returncode == -9, crashed.stderr

    opened = run_apart(READING, dsn)

    assert opened.returncode == 0, opened.stderr
    rows = [[7, "", 10], [8, "GPTBot", 10]]
    agreeing = {table: [[8, 1, 10]] if table in PAGE_SUMS else rows for table in ("visits", *ROLLUPS)}
    assert json.loads(opened.stdout) == [agreeing, [[0]], agreeing]


def test_the_engine_and_the_library_agree_on_what_looks_like_a_bot(visits):
    labelled = Path(__file__).parents[1] / "labelled" / "user_agents.jsonl"
    user_agents = [json.loads(line)["user_agent"] for line in labelled.read_text("utf-8").splitlines()]
    disagreeing = []
    for start in range(0, len(user_agents), 500):
        asked = user_agents[start : start + 500]
        sql = "SELECT arrayMap(x -> match(x, {shapes:String}), {asked:Array(String)})"
        ((answers,),) = visits.select(sql, {"shapes": BOT_SHAPES, "asked": asked})
        disagreeing += [
            user_agent
            for user_agent, answer in zip(asked, answers, strict=True)
            if bool(answer) != looks_like_bot(user_agent)
        ]

    assert disagreeing == []
