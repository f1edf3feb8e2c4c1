"""Every format reads its golden log, awkward rows and all, exactly as the file beside it says."""

from pathlib import Path

import msgspec
import pytest

from crawlsight.formats import FORMATS, Options, ParsedRecord, Rejected, decode_lines

GOLDEN = Path(__file__).parents[2] / "golden" / "formats"
LOGS = sorted(GOLDEN.glob("*.log"))

OPTIONS = Options(host="default.example")


def described(result):
    if isinstance(result, ParsedRecord):
        values = msgspec.to_builtins(result)
        return {name: value for name, value in values.items() if value is not None}
    word = "rejected" if isinstance(result, Rejected) else "skipped"
    return {"line": result.line, word: result.reason}


def read(path):
    """Each result of a golden log; a format's further logs are named FORMAT_SOMETHING."""
    names = [name for name in FORMATS if path.stem == name] or [path.stem.partition("_")[0]]
    lines = decode_lines(path.read_bytes())
    return [described(result) for result in FORMATS[names[0]].open(OPTIONS).parse(lines, 1)]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_golden_log_is_read_as_expected(path):
    assert read(path) == msgspec.json.decode(path.with_suffix(".json").read_bytes())


def test_every_format_has_a_golden_log():
    assert set(FORMATS) <= {path.stem for path in LOGS}
