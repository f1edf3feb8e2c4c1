"""Uploads are cut into lines and rows, and lines that a runtime broke up are put together again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.formats import FORMATS, Detection, Options, Skipped, decode_lines, open_detected, split_json
from crawlsight.formats.results import PART_OF_A_LINE

COMBINED = FORMATS["combined"].sample


@pytest.mark.parametrize(
    ("chunk", "lines"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\nb", ["a", "", "b"]),
        (b"\xef\xbb\xbfa\n", ["a"]),
        (b"a\x0cb\x0b\x1c\x85\n", ["a\x0cb\x0b\x1c\ufffd"]),
        ("a\u2028b\u0085c\n".encode(), ["a\u2028b\u0085c"]),
        (b"\xb4\xfa\xff\n", ["\ufffd\ufffd\ufffd"]),
        (b"a\rb\n", ["a\rb"]),
        ("产\n".encode(), ["产"]),
    ],
)
def test_only_line_feeds_end_lines(chunk, lines):
    assert decode_lines(chunk) == lines


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\ufeff", codec="utf-8")), max_size=8))
def test_lines_survive_being_joined_and_cut(lines):
    assert decode_lines("".join(f"{line}\n" for line in lines).encode()) == lines


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("[]", []),
        ('{"logs": []}', []),
        ('[{"a":1},\n {"b":[2]}]', ['{"a":1}', '{"b":[2]}']),
        ('{"a":1}{"b":2}', ['{"a":1}', '{"b":2}']),
        ('{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']),
        ('{"requestId":"x","records":[{"a":1}],"timestamp":1}', ['{"a": 1}']),
        ('{"Records":[{"a":"é"}]}', ['{"a": "é"}']),
        ('{"logs":[{"a":1},{"b":2', ['{"a":1}', '{"b":2']),
        ('[{"a":1},{"b":', ['{"a":1}', '{"b":']),
        ('{"a":1} nonsense {"b":2}', ['{"a":1}', 'nonsense {"b":2}']),
        ("[1,2]", ["1", "2"]),
    ],
)
def test_json_documents_become_rows(text, rows):
    assert split_json(text) == rows


@given(st.lists(st.dictionaries(st.text(), st.integers() | st.text() | st.none())))
def test_every_object_of_an_array_becomes_a_row(objects):
    assert [json.loads(row) for row in split_json(json.dumps(objects))] == objects


@given(st.text(alphabet='[]{}",:\\ \n1ael', max_size=60))
def test_no_text_is_too_broken_to_be_cut(text):
    assert isinstance(split_json(text), list)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"logs":[' * 20_000, '{"a":' * 100_000])
def test_deep_documents_are_cut_without_harm(text):
    assert len(split_json(text)) <= 1


def test_parts_of_a_line_are_put_together():
    parser = open_detected(Detection(FORMATS["combined"], "", "cri"), Options(host="h"))
    time = "2026-11-22T04:11:33.1Z"

    results = parser.parse(
        [
            f"{time} stdout P {COMBINED[:50]}",
            f"{time} stderr F 2026/11/22 04:11:33 [error] 12#12: x",
            f"{time} stdout P {COMBINED[50:90]}",
            f"{time} stdout F {COMBINED[90:]}",
        ],
        11,
    )

    (whole,) = FORMATS["combined"].open(Options(host="h")).parse([COMBINED], 1)
    assert results == [
        Skipped(11, PART_OF_A_LINE),
        Skipped(12, "not a request"),
        Skipped(13, PART_OF_A_LINE),
        whole,
    ]


def test_parts_of_a_line_in_dockers_file_are_put_together_over_calls():
    parser = open_detected(Detection(FORMATS["combined"], "", "docker"), Options(host="h"))
    first = json.dumps({"log": COMBINED[:50], "stream": "stdout", "time": "x"})
    last = json.dumps({"log": f"{COMBINED[50:]}\n", "stream": "stdout", "time": "x"})

    results = [*parser.parse([first], 1), *parser.parse([last], 2)]

    (whole,) = FORMATS["combined"].open(Options(host="h")).parse([COMBINED], 1)
    assert results == [Skipped(1, PART_OF_A_LINE), whole]


def test_a_line_of_endless_parts_is_cut():
    parser = open_detected(Detection(FORMATS["combined"], "", "cri"), Options(host="h"))
    part = f"2026-11-22T04:11:33.1Z stdout P {'x' * 16_384}"

    results = parser.parse([*[part] * 100, "2026-11-22T04:11:33.1Z stdout F end"], 1)

    assert [type(result).__name__ for result in results] == ["Skipped"] * 100 + ["Rejected"]


def test_a_line_without_the_prefix_is_read_as_it_is():
    parser = open_detected(Detection(FORMATS["combined"], "", "syslog"), Options(host="h"))

    assert parser.parse([COMBINED], 1) == FORMATS["combined"].open(Options(host="h")).parse([COMBINED], 1)
