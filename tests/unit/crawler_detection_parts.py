"""What tests of recognising crawlers share: detectors, and user agents of real logs."""

import json
from pathlib import Path

from crawlsight.detect import CrawlerDetector, built_in_catalogue, parse_catalogue

CATALOGUE = built_in_catalogue()
DETECTOR = CrawlerDetector(CATALOGUE)
LABELLED = [
    json.loads(line)["user_agent"]
    for line in (Path(__file__).parents[1] / "labelled" / "user_agents.jsonl").read_text().splitlines()
]


def name_of(user_agent):
    found = DETECTOR.match(user_agent)
    return found and found.name


def detector_of(*entries):
    """A detector of a catalogue of one's own: an entry is its name and what is special about it."""
    usual = {
        "operator": "acme",
        "purpose": "other",
        "is_ai_crawler": "false",
        "documentation": "https://acme.example",
        "checked": "2026-11-22",
        "examples": ["Example/1.0"],
        "counterexamples": ["Counterexample/1.0"],
    }
    unquoted = {"is_ai_crawler", "checked"}
    tables = ['[operator.acme]\nname = "Acme"']
    for name, changes in entries:
        values = {"name": name, **usual, **changes}
        lines = (
            f"{key} = {value if key in unquoted else json.dumps(value)}" for key, value in values.items()
        )
        tables.append("[[crawler]]\n" + "\n".join(lines))
    return CrawlerDetector(parse_catalogue("\n".join(tables)))
