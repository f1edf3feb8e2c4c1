"""The documentation is tested: what the code has by name, its page has by the same name."""

import importlib.util
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric

from crawlsight import errors
from crawlsight.detect.catalogue import BOT_TYPES
from crawlsight.ingest.body import ENCODINGS
from crawlsight.ingest.policy import IpPolicy, Keep
from crawlsight.ledger import Backlog, Scope
from crawlsight.record import REQUIRED_FIELDS, VISIT_COLUMNS
from crawlsight.reports.fields import DIMENSIONS, INTERVALS, METRIC_OPERATORS, METRICS, OPERATORS, Report
from crawlsight.server.app import ROUTES
from crawlsight.server.operations import run_checks
from crawlsight.server.problems import STATUSES
from crawlsight.server.telemetry import Metrics
from crawlsight.settings import Settings, describe
from crawlsight.visits import LoadProgress

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

LINK = re.compile(r"\]\(([^)\s]+)\)")


@cache
def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def cells(name):
    """Every row of every table of a page, as a tuple of its cells."""
    lines = [line for line in read(name).splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines]


def named_in_tables(name, column=0):
    """All that stands in code marks in a column of a page's tables."""
    return {
        found for row in cells(name) if len(row) > column for found in re.findall("`([^`]+)`", row[column])
    }


def generate():
    spec = importlib.util.spec_from_file_location("generate_documentation", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def all_errors(parent=errors.CrawlsightError):
    yield parent
    for child in parent.__subclasses__():
        yield from all_errors(child)


class EmptyOutbox:
    def backlog(self):
        return Backlog(0, 0, None)


def test_every_setting_is_documented():
    documented = named_in_tables("docs/settings.md")

    assert {name for name, _, _ in describe(Settings())} <= documented


def test_every_command_has_a_section_and_an_example():
    page = read("docs/cli.md")
    commands = [name for name, _ in generate().commands_by_name()]

    sections = {section.partition("\n")[0]: section for section in page.split("\n## ")[1:]}

    assert sorted(sections) == sorted(f"crawlsight {name}" for name in commands)
    without_example = [name for name, text in sections.items() if not re.search(rf"\n    .*{name}", text)]
    assert without_example == []


def test_every_option_is_documented_in_its_command():
    page = read("docs/cli.md")
    sections = {section.partition("\n")[0]: section for section in page.split("\n## ")[1:]}

    missing = [
        (name, param.opts[0])
        for name, command in generate().commands_by_name()
        for param in command.params
        if param.opts[0].startswith("-") and f"| `{param.opts[0]}` |" not in sections[f"crawlsight {name}"]
    ]

    assert missing == []


def test_every_error_code_is_documented_with_its_status():
    documented = {
        row[0]: re.findall(r"\d+", row[1]) for row in cells("docs/api.md") if len(row) == 4 and row[2]
    }

    wrong = [
        error.code
        for error in all_errors()
        if documented.get(f"`{error.code}`", [None])[:1]
        != ([str(STATUSES[error])] if error in STATUSES else ["500"] if error.code == "error" else [])
    ]

    assert wrong == []


def test_every_field_of_a_record_and_every_encoding_is_documented():
    assert set(REQUIRED_FIELDS) <= named_in_tables("docs/api.md")
    assert [name for name in ENCODINGS if f"`{name}`" not in read("docs/api.md")] == []


def test_every_route_is_documented():
    paths = sorted(path for route in ROUTES for path in route.paths)

    assert [path for path in paths if path not in read("docs/api.md") + read("docs/metrics.md")] == []


@pytest.mark.parametrize("choices", [Keep, IpPolicy, Scope])
def test_every_choice_of_a_project_or_key_is_documented(choices):
    text = read("docs/api.md") + read("docs/cli.md") + read("SECURITY.md")

    assert [choice.value for choice in choices if f"`{choice.value}`" not in text] == []


@pytest.mark.parametrize("report", list(Report))
def test_every_metric_and_dimension_is_documented_with_its_versions(report):
    documented = {
        (row[1].strip("`"), row[2])
        for row in cells("docs/reports.md")
        if len(row) > 3 and row[0] in {report.value, "both"}
    }

    known = {**METRICS[report], **DIMENSIONS[report]}
    expected = {(name, "1, 2" if found.since_version == 1 else "2") for name, found in known.items()}
    assert documented == expected


def test_every_operator_and_interval_is_documented():
    documented = named_in_tables("docs/reports.md")

    assert {*OPERATORS, *INTERVALS} <= documented
    assert [name for name in METRIC_OPERATORS if f"`{name}`" not in read("docs/reports.md")] == []


def test_every_column_of_visits_is_documented_with_its_type():
    folder = files("crawlsight.visits") / "schema"
    scripts = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda f: f.name)
    texts = [script.read_text(encoding="utf-8") for script in scripts]
    columns = re.findall(r"^    (\w+) (\w.*?),?$", texts[0].partition("ENGINE")[0], re.MULTILINE)
    for text in texts[1:]:
        columns += re.findall(r"ALTER TABLE visits ADD COLUMN IF NOT EXISTS (\w+) (\w.*?);", text)

    documented = [(row[0].strip("`"), row[1].strip("`")) for row in cells("docs/visits.md") if len(row) == 4]

    assert documented[2:] == columns
    assert tuple(name for name, _ in columns) == VISIT_COLUMNS


def test_every_column_of_the_rollups_is_documented():
    script = (files("crawlsight.visits") / "schema" / "0002_rollups.sql").read_text(encoding="utf-8")
    definitions = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)\n\((.*?)\n\)", script, re.DOTALL)

    names = {
        name
        for table, body in definitions
        for name in (table, *re.findall(r"^    (\w+)", body, re.MULTILINE))
    }

    assert names <= named_in_tables("docs/visits.md") | named_in_tables("docs/visits.md", 1)


def test_every_prometheus_metric_is_documented():
    metrics = Metrics()
    metrics.watch(EmptyOutbox(), LoadProgress(), lambda: None)

    def exposed(family: Metric) -> str:
        return f"{family.name}_total" if family.type == "counter" else family.name

    names = {exposed(family) for family in metrics.registry.collect()}
    assert names <= named_in_tables("docs/metrics.md")


def test_every_readiness_check_is_documented():
    checks = re.findall(
        r'^        "(\w+)": _check', Path(run_checks.__code__.co_filename).read_text(), re.MULTILINE
    )

    assert checks
    assert set(checks) <= named_in_tables("docs/metrics.md")


def test_every_purpose_is_explained():
    assert set(BOT_TYPES.items()) <= {
        (row[0].strip("`"), row[1].strip("`")) for row in cells("docs/crawlers.md") if len(row) == 3
    }


@pytest.mark.parametrize("name", generate().PAGES)
def test_generated_parts_are_up_to_date(name):
    page = read(f"docs/{name}")

    assert generate().rewrite(page) == page, "run: .venv/bin/python docs/generate.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page):
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)

    assert broken == []


def anchors(page):
    """The anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_has_plans(page):
    assert (
        re.findall(r"\b(?:TODO|FIXME|TBD|coming soon)\b", page.read_text(encoding="utf-8"), re.IGNORECASE)
        == []
    )


def test_every_source_is_linked_from_the_list_of_sources():
    linked = set(LINK.findall(read("docs/sources/README.md")))
    pages = {page.name for page in (ROOT / "docs" / "sources").glob("*.md")}

    assert pages - {"README.md"} <= linked


def test_every_reference_page_and_decision_is_reachable_from_the_readme():
    linked = {target.partition("#")[0] for target in LINK.findall(read("README.md"))}
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}

    assert pages <= linked
    assert "docs/decisions/" in linked
