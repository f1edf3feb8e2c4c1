"""Tables and progress: whole lines for other programs, what fits for a terminal."""

import os
import pty
import subprocess
import sys

import pytest

TABLE = "print_table(['name', 'visits', 'seen'], {rows!r}, numbers=['visits'])"
PROGRESS = """
with showing_progress('access.log', is_quiet={quiet}) as show:
    for lines in {lines}:
        show({{'lines': lines, 'bytes_read': lines, 'bytes_total': 100}})
"""
ROWS = [("GPTBot", 1234, True), ("[/markup]", None, False)]

IMPORTS = (
    "from crawlsight.cli.options import print_table; from crawlsight.cli.progress import showing_progress\n"
)


def piped(code):
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS + code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout, done.stderr


def shown(code, columns=80):
    """Run it in a terminal; gives what that received, and whether rich was loaded."""
    terminal, its_end = pty.openpty()
    code += "\nimport sys; print('rich' in sys.modules)"
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTS + code],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm"},
    ) as process:
        os.close(its_end)
        received = b""
        try:
            while chunk := os.read(terminal, 10_000):
                received += chunk
        except OSError:
            # So it is told on Linux that the other end is closed.
            pass
        assert process.wait(60) == 0
    os.close(terminal)
    lines = received.decode().replace("\r\n", "\n").rstrip("\n")
    text, _, is_loaded = lines.rpartition("\n")
    return text, is_loaded.endswith("True")


def test_other_programs_see_whole_lines():
    output, errors = piped(TABLE.format(rows=[*ROWS, ("x" * 200, 5, True), ("Bücher", 6, True)]))

    assert errors == ""
    assert [line.split() for line in output.splitlines()] == [
        ["name", "visits", "seen"],
        ["GPTBot", "1,234", "yes"],
        ["[/markup]", "-", "no"],
        ["x" * 200, "5", "yes"],
        ["Bücher", "6", "yes"],
    ]
    assert "\x1b" not in output


def test_columns_are_aligned_and_numbers_to_the_right():
    output, _ = piped(TABLE.format(rows=ROWS))

    assert output == "name       visits  seen\nGPTBot      1,234  yes\n[/markup]       -  no\n"


def test_a_table_without_rows_is_its_header():
    assert piped(TABLE.format(rows=[])) == ("name  visits  seen\n", "")


def test_a_terminal_sees_the_same_with_the_header_in_bold():
    text, is_loaded = shown(TABLE.format(rows=ROWS))

    assert text.splitlines() == [
        "\x1b[1mname       visits  seen\x1b[0m",
        "GPTBot      1,234  yes",
        "[/markup]       -  no",
    ]
    assert not is_loaded


@pytest.mark.parametrize("rows", [[("x" * 70, 1, True)], [("爬虫[/b]", 2, False)], [("a\tb\x07", 3, True)]])
def test_what_may_not_fit_into_a_terminal_is_folded(rows):
    text, is_loaded = shown(TABLE.format(rows=rows), columns=40)

    assert is_loaded
    assert all(len(line) <= 40 for line in text.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines())
    assert "[/b]" in text or "爬虫" not in rows[0][0]


def test_progress_is_for_terminals_alone():
    code = PROGRESS.format(quiet=False, lines=[50])
    text, is_loaded = shown(code)

    assert piped(code) == ("", "")
    assert ("access.log" in text, "50 lines" in text, is_loaded) == (True, True, True)


@pytest.mark.parametrize(("quiet", "lines"), [(True, [50]), (False, [])])
def test_no_progress_is_shown_of_what_is_done_at_once_or_if_not_wanted(quiet, lines):
    assert shown(PROGRESS.format(quiet=quiet, lines=lines)) == ("", False)
