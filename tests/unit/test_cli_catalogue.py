"""The commands of the catalogue: check and list, with entries of one's own."""

import json

import msgspec
import pytest
from cli_detection_parts import CATALOGUE, OPERATOR, entry, printed_json, runner

from crawlsight.detect.check import check_catalogue


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    return runner(tmp_path, monkeypatch, capsys)


def test_the_built_in_catalogue_holds(run):
    assert run("catalogue", "check") == (
        0,
        f"{len(CATALOGUE.crawlers)} entries of {len(CATALOGUE.operators)} operators hold\n",
        "",
    )


def test_entries_of_ones_own_that_hold_are_counted_with_the_others(run, tmp_path):
    (tmp_path / "own.toml").write_text(OPERATOR + entry())

    assert run("catalogue", "check", str(tmp_path / "own.toml")) == (
        0,
        f"{len(CATALOGUE.crawlers) + 1} entries of {len(CATALOGUE.operators) + 1} operators hold\n",
        "",
    )


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (entry(example="Other/1.0"), ["AcmeBot: its example 'Other/1.0' is won by nobody"]),
        (entry(example="AcmeBot GPTBot-like"), []),
        (
            entry(token="Acme", example="Acme OAI-SearchBot/1.0"),
            ["AcmeBot: its example 'Acme OAI-SearchBot/1.0' is won by OAI-SearchBot"],
        ),
        (
            entry(token="Acme.*Bot", example="Acme.*Bot/1.0"),
            ["AcmeBot: its token 'Acme.*Bot' is no plain text of 2 to 80 characters"],
        ),
        (
            entry(token="(?i)AcmeBot", example="(?i)AcmeBot/1.0"),
            ["AcmeBot: its token '(?i)AcmeBot' is no plain text of 2 to 80 characters"],
        ),
        (
            entry(token="A", example="A/1.0"),
            ["AcmeBot: its token 'A' is no plain text of 2 to 80 characters"],
        ),
        (entry(documentation="https://wiki"), ["AcmeBot: its documentation 'https://wiki' is no URL"]),
        (
            entry().replace('["NotAcme/1.0"]', '["AcmeBot/2.0", "NotAcme/1.0"]'),
            ["AcmeBot: its counterexample 'AcmeBot/2.0' matches it"],
        ),
        (
            entry(documentation="https://x", example="Other/1.0"),
            [
                "AcmeBot: its documentation 'https://x' is no URL",
                "AcmeBot: its example 'Other/1.0' is won by nobody",
            ],
        ),
    ],
)
def test_each_fault_is_a_line_by_the_name_of_its_entry(run, tmp_path, text, faults):
    (tmp_path / "own.toml").write_text(OPERATOR + text)

    status, output, errors = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert (status, errors) == (1 if faults else 0, "")
    assert [line for line in output.splitlines() if not line.endswith(" hold")] == faults


def test_an_entry_that_wins_what_belongs_to_another_is_told_by_the_others_name(run, tmp_path):
    token = "compatible; GPTBot"
    (tmp_path / "own.toml").write_text(OPERATOR + entry(token=token, example=f"Mozilla/5.0 ({token}/1.0)"))

    status, output, _ = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert status == 1
    assert {line.partition(":")[0] for line in output.splitlines()} == {"GPTBot"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry(token="GPTBot"), "AcmeBot and GPTBot share the token 'GPTBot'"),
        (entry(token="gptbot"), "AcmeBot and GPTBot share the token 'gptbot'"),
        (entry(documentation=""), "AcmeBot needs documentation"),
        (entry(documentation="the wiki"), "AcmeBot needs documentation"),
        (
            entry().replace('documentation = "https://acme.example/bot"\n', ""),
            "missing required field `documentation`",
        ),
        ("[[crawler]", "the catalogue cannot be read: "),
    ],
)
def test_a_file_that_contradicts_itself_or_the_catalogue_is_refused(run, tmp_path, text, message):
    (tmp_path / "own.toml").write_text(OPERATOR + text)

    status, output, errors = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith("crawlsight: ")
    assert message in errors


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff")]
)
def test_a_file_that_cannot_be_read_is_named(run, tmp_path, make):
    make(tmp_path / "own.toml")

    status, output, errors = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"crawlsight: {tmp_path}/own.toml cannot be read: ")


def test_the_crawlers_are_listed_by_name(run):
    status, output, errors = run("catalogue", "list")

    header, *rows = output.splitlines()
    assert (status, errors, header.split()) == (
        0,
        "",
        ["name", "operator", "product", "purpose", "AI", "tokens"],
    )
    names = sorted((crawler.name for crawler in CATALOGUE.crawlers), key=str.lower)
    assert [row.startswith(name) for name, row in zip(names, rows, strict=True)] == [True] * len(names)
    (gptbot,) = [row for row in rows if row.startswith("GPTBot ")]
    assert gptbot.split() == ["GPTBot", "OpenAI", "ChatGPT", "training", "yes", "GPTBot"]


def test_the_crawlers_are_listed_for_scripts_with_all_that_is_known(run):
    found = printed_json(run("catalogue", "list", "--json"))

    assert found == json.loads(msgspec.json.encode(CATALOGUE.crawlers))
    assert len(found) == len(CATALOGUE.crawlers)


def test_a_catalogue_is_checked_by_the_library_alike():
    bad = CATALOGUE.with_entries(OPERATOR + entry(example="Other/1.0"))

    assert check_catalogue(bad) == ["AcmeBot: its example 'Other/1.0' is won by nobody"]
