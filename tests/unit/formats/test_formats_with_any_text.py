"""Whatever a line holds, a parser gives one result and takes time linear in its length."""

import json
import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlsight.errors import InvalidArgumentError, UnknownFormatError
from crawlsight.formats import (
    FORMATS,
    Detection,
    Options,
    ParsedRecord,
    Rejected,
    Skipped,
    apache_format,
    detect_format,
    nginx_format,
    open_detected,
)
from crawlsight.formats.combined import CombinedParser

OPTIONS = Options(host="default.example")

SKIP_REASONS = {
    "blank line",
    "comment or header",
    "not a request",
    "no response was sent",
    "part of a longer line",
}

EVERY = {
    **FORMATS,
    "apache": apache_format('%v %h [%{%d/%b/%Y:%T}t %{%z}t] "%m %U%q %H" %>s "%{User-Agent}i" %{ms}T'),
    "nginx": nginx_format('$remote_addr [$time_local] "$request" $status "$http_referer" "$http_user_agent"'),
}
SAMPLES = [line for format_ in FORMATS.values() for line in format_.sample.split("\n")]

JSON_SAMPLES = [json.loads(line) for line in SAMPLES if line.startswith("{")]

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
HOSTILE = st.text(alphabet='"\\ []{}|:/-%+#?\t\n\rx0é\x00\x1c\ud800', max_size=40)


@st.composite
def damaged(draw):
    """A sample with pieces cut out, doubled or replaced."""
    line = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 3))):
        start, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
        line = (
            line[:start] + draw(st.sampled_from(["", line[start:end] * 2]) | HOSTILE | ANY_TEXT) + line[end:]
        )
    return line


@st.composite
def odd_json(draw):
    """A JSON sample in which some value, nested ones too, is something else."""
    value = draw(st.sampled_from(JSON_SAMPLES))
    value = json.loads(json.dumps(value))
    place = value
    odd = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.sampled_from(["", "-", "(null)", "0", "-1", "1e999", "9" * 5000, "٣", "²", "1.5.2"])
        | ANY_TEXT,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    )
    while True:
        name = draw(st.sampled_from(sorted(place)))
        if isinstance(place[name], dict) and draw(st.booleans()):
            place = place[name]
            continue
        place[name] = draw(odd)
        return json.dumps(value)


def assert_sound(results, lines, first_line):
    assert len(results) == len(lines)
    for number, result in enumerate(results, first_line):
        if isinstance(result, ParsedRecord):
            assert isinstance(result.timestamp, datetime)
            assert result.timestamp.utcoffset().total_seconds() == 0
            assert result.method
            assert result.host
            assert result.path
            assert 100 <= result.status_code <= 599
            assert result.bytes_sent is None or 0 <= result.bytes_sent < 2**63
            assert result.duration_ms is None or 0 <= result.duration_ms <= 1e15
            assert len(result.ip) <= 128
            assert len(result.path) <= 2048
        else:
            assert result.line == number
            assert isinstance(result, Rejected) or result.reason in SKIP_REASONS
            assert len(result.reason) < 400


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=60)
@given(
    lines=st.lists(ANY_TEXT | HOSTILE | damaged() | odd_json(), max_size=6), first_line=st.integers(1, 9**9)
)
def test_any_lines_get_one_result_each(name, lines, first_line):
    header = EVERY[name].sample.split("\n")[:-1]
    parser = EVERY[name].open(OPTIONS)
    parser.parse(header, 1)

    assert_sound(parser.parse(lines, first_line), lines, first_line)


@pytest.mark.parametrize("prefix", ["syslog", "cri", "docker"])
@given(lines=st.lists(ANY_TEXT | HOSTILE | damaged(), max_size=6))
def test_any_lines_behind_a_prefix_get_one_result_each(prefix, lines):
    parser = open_detected(Detection(FORMATS["combined"], "", prefix), OPTIONS)

    assert_sound(parser.parse(lines, 7), lines, 7)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT | HOSTILE | damaged() | odd_json(), max_size=6))
def test_any_head_is_detected_or_unknown(lines):
    try:
        detection = detect_format(lines)
    except UnknownFormatError:
        return
    assert detection.format.name in FORMATS


@given(st.text(max_size=60) | st.text(alphabet='%{}tTrhsq>"$requst_ \\', max_size=40))
def test_any_text_as_a_format_is_compiled_or_refused(text):
    for compile_format in (apache_format, nginx_format):
        try:
            parser = compile_format(text).open(OPTIONS)
        except InvalidArgumentError:
            continue
        assert_sound(parser.parse(SAMPLES, 1), SAMPLES, 1)


COMBINED_FAMILY = [name for name in FORMATS if isinstance(FORMATS[name].open(OPTIONS), CombinedParser)]


@pytest.mark.parametrize("name", COMBINED_FAMILY)
@pytest.mark.parametrize("client_in_forwarded", [False, True])
@settings(max_examples=60)
@given(lines=st.lists(damaged(), min_size=1, max_size=4))
def test_many_lines_at_once_are_read_as_each_alone(name, client_in_forwarded, lines):
    parser = FORMATS[name].open(Options(host="default.example", client_in_forwarded=client_in_forwarded))

    assert parser.parse(lines, 1) == [parser.judge_row(line, number) for number, line in enumerate(lines, 1)]


SIZE = 64 * 1024
HOSTILE_LINES = {
    "quotes": '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "' + '"' * SIZE,
    "quotes and spaces": '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET / HTTP/1.1" 200 5 "'
    + '" ' * SIZE,
    "spaces": "203.0.113.9 " + " " * SIZE,
    "backslashes": '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /' + "\\" * SIZE,
    "escaped quotes": '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /' + '\\"' * SIZE,
    "brackets": "[" * SIZE,
    "words": '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET / HTTP/1.1" 200 5 "-" "' + '"a" ' * SIZE,
    "opened words": '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET / HTTP/1.1" 200 5 "-" "'
    + ' "a' * SIZE,
    "colons": "1:" * SIZE,
    "dots": "203.0.113.9" + ".a" * SIZE + " x",
    "braces": "{" * SIZE,
    "json": '{"a":"' + "\\u0041" * SIZE + '"}',
    "deep json": '{"a":' * SIZE,
    "hashes": "#Fields: " + "a " * SIZE,
    "tabs": "a\t" * SIZE,
    "commas": "," * SIZE,
    "long first column": "x" * SIZE,
    "syslog": "<190>1 2026-11-22T04:11:33Z web-1 nginx 12 - " + '[a b="' * SIZE,
    "syslog 3164": "Nov 22 04:11:33 " + "a" * SIZE,
    "percent": "2026-11-22\t04:11:33\t" + "%25" * SIZE,
    "tail": FORMATS["combined"].sample + ' "' + '\\" "' * SIZE,
    "tail of hosts": FORMATS["combined"].sample + " " + "a." * SIZE + "1",
    "forwarded": FORMATS["combined"].sample + ' "' + "10.0.0.1," * 5_000 + '"',
    "haproxy": FORMATS["haproxy"].sample.replace("{}", "{" * SIZE),
    "alb": FORMATS["alb"].sample.replace("GPTBot/1.2", '"' * SIZE),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_hostile_line_of_64_kb_takes_linear_time(name):
    options = Options(host="default.example", client_in_forwarded=True)
    slow = {}
    for kind, line in HOSTILE_LINES.items():
        parser = EVERY[name].open(options)
        started = time.perf_counter()
        assert_sound(parser.parse([line], 1), [line], 1)
        spent = time.perf_counter() - started
        # What is quadratic takes minutes here, what is linear some milliseconds.
        if spent > 1:
            slow[kind] = spent

    assert slow == {}


@pytest.mark.parametrize("prefix", ["syslog", "cri", "docker"])
def test_a_hostile_line_behind_a_prefix_takes_linear_time(prefix):
    parser = open_detected(Detection(FORMATS["combined"], "", prefix), OPTIONS)

    started = time.perf_counter()
    results = parser.parse(list(HOSTILE_LINES.values()), 1)

    assert len(results) == len(HOSTILE_LINES)
    assert time.perf_counter() - started < 10


def test_results_are_numbered_from_the_line_given():
    results = FORMATS["combined"].open(OPTIONS).parse(["", "garbage", FORMATS["combined"].sample], 41)

    assert results[0] == Skipped(41, "blank line")
    assert results[1] == Rejected(42, "not in the format combined: 'garbage'")


def test_results_of_many_lines_are_numbered_through():
    lines = [FORMATS["combined"].sample] * 4_999 + ["garbage"]

    assert FORMATS["combined"].open(OPTIONS).parse(lines, 1)[-1].line == 5_000
