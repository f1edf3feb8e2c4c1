"""What tests of the commands of detection share: a way to run them, and entries of one's own."""

import io
import json
import os
import sys

import pytest

from crawlsight.cli.main import main
from crawlsight.detect import built_in_catalogue
from crawlsight.detect.ranges import built_in_snapshots

CATALOGUE = built_in_catalogue()
GPTBOT_DATE = built_in_snapshots()["openai-gptbot"].date


def runner(tmp_path, monkeypatch, capsys):
    """Run a command in this process, on a data directory of its own; gives status, output, errors."""
    for name in [name for name in os.environ if name.startswith("CRAWLSIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CRAWLSIGHT_DATA", str(tmp_path))

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["crawlsight", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as end:
            main()
        output, errors = capsys.readouterr()
        return end.value.code or 0, output, errors

    return run


def printed_json(result):
    status, output, errors = result
    assert (status, errors, output.count("\n")) == (0, "", 1)
    return json.loads(output)


OPERATOR = '[operator.acme]\nname = "Acme"\n'


def entry(name="AcmeBot", token="AcmeBot", documentation="https://acme.example/bot", example="AcmeBot/1.0"):
    return f"""
[[crawler]]
name = "{name}"
tokens = ['{token}']
operator = "acme"
purpose = "training"
is_ai_crawler = true
documentation = "{documentation}"
checked = 2026-11-22
examples = ['{example}']
counterexamples = ["NotAcme/1.0"]
"""
