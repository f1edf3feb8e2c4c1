"""The command detect: each line of input answered as JSON."""

import io
import json

import msgspec
import pytest
from cli_detection_parts import CATALOGUE
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER, GOOGLEBOT, GPTBOT
from crawlsight.cli.detect import write_detections
from crawlsight.detect import CrawlerDetector

DETECTOR = CrawlerDetector(CATALOGUE)


class Chunks:
    """A stream that gives at most so many bytes at a time, whatever is asked for."""

    def __init__(self, content, size):
        self._stream, self._size = io.BytesIO(content), size

    def read(self, count=-1):
        return self._stream.read(self._size if count < 0 else min(count, self._size))


def detections(content, size=1 << 20):
    target = io.BytesIO()
    write_detections(Chunks(content, size), target)
    return target.getvalue()


def expected_line(user_agent):
    """One answer, found and written without any of the command's shortcuts."""
    crawler = DETECTOR.match(user_agent)
    answer = {"user_agent": user_agent, "crawler": None, "operator": None, "purpose": None}
    if crawler is not None:
        answer |= {
            "crawler": crawler.name,
            "operator": CATALOGUE.operator_name(crawler),
            "purpose": crawler.purpose.value,
        }
    return msgspec.json.encode({**answer, "is_ai_crawler": crawler is not None and crawler.is_ai_crawler})


def expected_lines(content):
    lines = content.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return b"".join(expected_line(line.rstrip(b"\r").decode("utf-8", "replace")) + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("content", "user_agents"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"GPTBot/1.2\n", ["GPTBot/1.2"]),
        (b"GPTBot/1.2", ["GPTBot/1.2"]),
        (b"GPTBot/1.2\r\ncurl/8\r\n", ["GPTBot/1.2", "curl/8"]),
        (b"GPTBot/1.2\r\n\r\ncurl/8\r", ["GPTBot/1.2", "", "curl/8"]),
        (b"\n\ncurl/8\n\n", ["", "", "curl/8", ""]),
        (b'a "quoted" bot\n', ['a "quoted" bot']),
        (b"back\\slash\\n\n", ["back\\slash\\n"]),
        (b"tab\tbell\x07null\x00del\x7f\n", ["tab\tbell\x07null\x00del\x7f"]),
        (b"\xff GPTBot/1.2 \xc3\n", ["\ufffd GPTBot/1.2 \ufffd"]),
        ("ünïcödé \u2028 \U0001f916\n".encode(), ["ünïcödé \u2028 \U0001f916"]),
        (b"a\rb\n", ["a\rb"]),
        (b"\xef\xbf\xbd\n", ["\ufffd"]),
        (b'","crawler":"x"\n', ['","crawler":"x"']),
    ],
)
def test_each_line_is_answered_as_json(content, user_agents):
    found = detections(content)

    assert [json.loads(line)["user_agent"] for line in found.split(b"\n")[:-1]] == user_agents
    assert found == b"".join(expected_line(user_agent) + b"\n" for user_agent in user_agents)


def test_an_answer_has_five_members_in_their_order():
    assert detections(f"{GPTBOT}\n{BROWSER}\n".encode()) == (
        b'{"user_agent":"%b","crawler":"GPTBot","operator":"OpenAI","purpose":"training","is_ai_crawler":true}\n'
        b'{"user_agent":"%b","crawler":null,"operator":null,"purpose":null,"is_ai_crawler":false}\n'
        % (GPTBOT.encode(), BROWSER.encode())
    )


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_chunks_may_end_anywhere_in_a_line(size):
    content = f"{GPTBOT}\r\n\n{BROWSER}\nünï \U0001f916 bingbot/2.0\n".encode() * 2 + b"ClaudeBot"

    assert detections(content, size) == expected_lines(content)


def test_a_line_longer_than_a_chunk_is_one_line():
    content = b"x" * (3 << 20) + b" GPTBot/1.2\nGPTBot/1.2"

    assert detections(content) == expected_lines(content)


lines = st.sampled_from(
    [
        GPTBOT.encode(),
        BROWSER.encode(),
        GOOGLEBOT.encode(),
        b'"GPTBot/1.0"',
        b"GPTBot\\",
        b"GPTBot\xff",
        b"GPTBot\x00",
        b"",
        b"\r",
        b"\xe2\x80\xa8ClaudeBot/1",
    ]
)


@given(
    st.lists(lines | st.binary(max_size=12) | st.text(max_size=12).map(str.encode), max_size=12),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
    st.integers(1, 40),
)
def test_the_output_is_that_of_a_plain_reading_line_by_line(found, ending, is_ended, size):
    content = ending.join(found) + (ending if is_ended else b"")

    assert detections(content, size) == expected_lines(content)
