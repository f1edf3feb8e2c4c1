"""What the documentation tells people to copy, for tests that try it."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

_PAGES = Path(__file__).parents[1] / "docs"

# A fenced block, also one within a list.
_BLOCK = re.compile(r"^ *```([\w-]+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def documented(page: str, language: str, changes: Mapping[str, object], number: int = 0) -> str:
    """Give a block of a page, the keys of *changes* replaced by their values, and nothing else changed.

    Args:
        page: Path below ``docs/``.
        number: Which of the page's blocks of this language, from 0.
    """
    text = (_PAGES / page).read_text(encoding="utf-8")
    block = dedent([found[2] for found in _BLOCK.finditer(text) if found[1] == language][number])
    for old, new in changes.items():
        assert old in block, f"{old!r} is not in {page}"
        block = block.replace(old, str(new))
    return block
