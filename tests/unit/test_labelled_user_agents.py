"""How well crawlers are recognised among thousands of labelled user agents; half are held out of tuning."""

import json
from collections import Counter
from pathlib import Path

import pytest

from crawlsight.detect import CrawlerDetector, built_in_catalogue

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "labelled" / "user_agents.jsonl").read_text().splitlines()
]
SPLITS = ["tuning", "held_out"]

DETECTOR = CrawlerDetector(built_in_catalogue())


def in_split(split):
    return [row for row in LABELLED if row["split"] == split]


def takes_for_ai(row):
    found = DETECTOR.match(row["user_agent"])
    return found is not None and found.is_ai_crawler


def listing(rows):
    return "\n".join(
        f"{row['name'] or 'not AI'}: {row['user_agent'][:200]} ({row['source']})" for row in rows
    )


@pytest.mark.parametrize("split", SPLITS)
def test_of_those_taken_for_ai_crawlers_at_least_99_percent_are(split):
    taken = [row for row in in_split(split) if takes_for_ai(row)]
    wrong = [row for row in taken if not row["is_ai_crawler"]]

    precision = 1 - len(wrong) / len(taken)

    assert precision >= 0.99, f"precision {precision:.4f}; taken for AI crawlers:\n{listing(wrong)}"


@pytest.mark.parametrize("split", SPLITS)
def test_of_the_ai_crawlers_at_least_99_percent_are_recognised(split):
    crawlers = [row for row in in_split(split) if row["is_ai_crawler"]]
    missed = [row for row in crawlers if not takes_for_ai(row)]

    recall = 1 - len(missed) / len(crawlers)

    assert recall >= 0.99, f"recall {recall:.4f}; missed:\n{listing(missed)}"


@pytest.mark.parametrize("split", SPLITS)
def test_a_crawler_that_a_label_names_by_one_of_our_names_is_called_so(split):
    ours = {crawler.name for crawler in DETECTOR.catalogue.crawlers}
    rows = [row for row in in_split(split) if row["name"] in ours and takes_for_ai(row)]

    misnamed = [row for row in rows if DETECTOR.match(row["user_agent"]).name != row["name"]]

    assert len(rows) > 400
    assert misnamed == [], listing(misnamed)


def test_both_splits_have_crawlers_and_others_and_share_no_user_agent():
    kinds = Counter((row["split"], row["is_ai_crawler"]) for row in LABELLED)
    user_agents = [row["user_agent"] for row in LABELLED]

    assert set(kinds) == {(split, is_ai) for split in SPLITS for is_ai in (False, True)}
    assert min(kinds.values()) > 500
    assert len(set(user_agents)) == len(user_agents)
