"""Recognising crawlers under load: long and hostile strings, large catalogues, full caches."""

import random
import time

import pytest
from crawler_detection_parts import CATALOGUE, DETECTOR, LABELLED, detector_of, name_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawlsight.detect import Catalogue, CrawlerDetector


def test_a_token_at_either_end_of_a_very_long_user_agent_is_found():
    filler = "x" * 65_536

    assert [name_of(f"GPTBot/1.2 {filler}"), name_of(f"{filler} GPTBot/1.2")] == ["GPTBot", "GPTBot"]


def seconds(work, argument, repeats=5):
    best = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        work(argument)
        best = min(best, time.perf_counter() - started)
    return best


HOSTILE_UNITS = [
    "(",
    "a",
    "a@",
    "a.",
    "%2",
    "%25",
    "+",
    "http://",
    "http://gptbot/",
    "GPTBot-",
    "gptbot ",
    "like gptbot ",
    "gptbot@",
    "gptbot.a@ ",
    "((a)",
    "-@",
    "٣",
    "İ",
    "\ud800",
]


@pytest.mark.parametrize("unit", HOSTILE_UNITS)
@pytest.mark.parametrize("length", [1_000, 65_536])
def test_twice_the_length_of_a_hostile_string_takes_at_most_thrice_the_time(unit, length):
    short, long = unit * (length // len(unit)), unit * (2 * length // len(unit))

    assert seconds(DETECTOR.match, long) <= 3 * seconds(DETECTOR.match, short) + 0.001


def test_a_thousand_more_entries_leave_the_time_per_user_agent_as_it_was():
    chance = random.Random(1)
    endings = ["Bot", "-crawler", "Spider", "Fetcher", "-Agent"]
    names = [f"{''.join(chance.choices('abcdefgiklmnoprstu', k=8))}{endings[i % 5]}" for i in range(1_000)]
    extra = detector_of(*((name, {"tokens": [name]}) for name in names)).catalogue.crawlers
    few, many = DETECTOR, CrawlerDetector(Catalogue(CATALOGUE.operators, CATALOGUE.crawlers + extra))
    user_agents = chance.sample(LABELLED, 300)

    def match_all(detector):
        for user_agent in user_agents:
            detector.match(user_agent)

    # Turn by turn, so that what slows the machine down for a while slows both.
    rounds = [(seconds(match_all, few, 1), seconds(match_all, many, 1)) for _ in range(30)]

    assert many.match(f"{names[0]}/1.0").name == names[0]
    assert min(after for _, after in rounds) <= 1.3 * min(before for before, _ in rounds)


@settings(max_examples=300)
@given(st.text(max_size=300) | st.text(st.characters(), max_size=300))
@example("\ud800 GPTBot/1.2")
def test_no_text_raises_and_the_cache_answers_as_the_matcher(text):
    assert DETECTOR.find(text) is DETECTOR.match(text)


@pytest.mark.parametrize("user_agent", ["\ud800 GPTBot/1.2", "GPTBot/1.2 \udc80"])
def test_half_a_character_beside_a_token_does_not_hide_it(user_agent):
    assert name_of(user_agent) == "GPTBot"


@pytest.mark.parametrize(
    "user_agent",
    ["SeoReader/2.0 (+https://seo.example/" + "a/" * 1_500 + "gptbot)", "a" * 3_000 + "GPTBot" + " " * 1_018],
    ids=["link", "word"],
)
def test_the_cut_through_a_very_long_user_agent_makes_no_crawler(user_agent):
    assert name_of(user_agent) is None


def test_the_cache_keeps_its_answers_when_it_overflows():
    detector = CrawlerDetector(CATALOGUE)
    user_agents = [f"GPTBot/{i}" if i % 2 else f"Reader/{i}" for i in range(45_000)]
    expected = ["GPTBot" if i % 2 else None for i in range(45_000)]

    rounds = [[found and found.name for found in detector.find_all(user_agents)] for _ in range(2)]

    assert rounds == [expected, expected]


def test_the_cache_does_not_grow_without_end():
    detector = CrawlerDetector(CATALOGUE)

    detector.find_all(f"Reader/{i}" for i in range(100_000))

    assert len(detector._recent) + len(detector._older) <= 40_000
