"""docs/formats.md names every format, with the sample that the code has."""

from pathlib import Path

import pytest

from crawlsight.formats import FORMATS
from crawlsight.formats.results import (
    BLANK_LINE,
    COMMENT_OR_HEADER,
    NO_RESPONSE,
    NOT_A_REQUEST,
    PART_OF_A_LINE,
)

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_listed_with_its_title_and_sample(name):
    format_ = FORMATS[name]
    sample = "\n".join(f"    {line}" for line in format_.sample.replace("\t", "→").split("\n"))

    assert f"| `{name}` |" in PAGE
    assert f"### {name}\n\n{format_.title}.\n\n{sample}\n" in PAGE


def test_every_reason_for_skipping_a_line_is_explained():
    reasons = (BLANK_LINE, COMMENT_OR_HEADER, NOT_A_REQUEST, NO_RESPONSE, PART_OF_A_LINE)

    assert [reason for reason in reasons if f"`{reason}`" not in PAGE] == []
