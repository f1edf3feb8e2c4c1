"""Recognising crawlers in user agents: boundaries, precedence, log artefacts, hostile strings."""

import random
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER, GPTBOT
from crawlsight.detect import Catalogue, CrawlerDetector, built_in_catalogue

CATALOGUE = built_in_catalogue()
DETECTOR = CrawlerDetector(CATALOGUE)


def name_of(user_agent):
    found = DETECTOR.match(user_agent)
    return found and found.name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("", None),
        ("-", None),
        (BROWSER, None),
        (GPTBOT, "GPTBot"),
        ("GPTBot", "GPTBot"),
        ("gptbot/1.2", "GPTBot"),
        ("GPTBOT/1.2", "GPTBot"),
        ("(GPTBot)", "GPTBot"),
        ("x;GPTBot,y", "GPTBot"),
        ("MyGPTBotClone/1.0", None),
        ("GPTBot2/1.0", None),
        ("My-GPTBot/1.0", None),
        ("my_GPTBot", None),
        ("Claude-Userland/1.0", None),
        ("Claude-User-Group/1.0", None),
        ("xCCBot/2.0", None),
        ("ShowyouBot/1.0", None),
        ("Mozilla/4.0 (compatible; MSIE 8.0; SLCC1; SLCC2)", None),
        ("Claude-User", "Claude-User"),
        ("Bytespider", "Bytespider"),
    ],
)
def test_only_whole_tokens_count_in_any_case(user_agent, name):
    assert name_of(user_agent) == name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Applebot/0.1 Applebot-Extended/0.1", "Applebot-Extended"),
        ("Applebot-Extended/0.1 Applebot/0.1", "Applebot-Extended"),
        ("Mozilla/5.0 (compatible; AI2Bot; Ai2Bot-Dolma)", "Ai2Bot-Dolma"),
        ("Googlebot/2.1 GPTBot/1.2", "Googlebot"),
        ("Mozilla/5.0 (Macintosh) Amazonbot-Video/0.1", "Amazonbot"),
    ],
)
def test_of_several_tokens_the_longest_wins(user_agent, name):
    assert name_of(user_agent) == name


@pytest.mark.parametrize("seed", range(5))
def test_the_answer_does_not_depend_on_the_order_of_the_catalogue(seed):
    shuffled = random.Random(seed).sample(CATALOGUE.crawlers, len(CATALOGUE.crawlers))
    other = CrawlerDetector(Catalogue(CATALOGUE.operators, tuple(shuffled)))
    user_agents = [
        user_agent
        for crawler in CATALOGUE.crawlers
        for user_agent in (*crawler.examples, *crawler.counterexamples)
    ]
    pairs = [" ".join(random.Random(seed).sample(user_agents, 2)) for _ in range(50)]

    assert other.find_all(user_agents + pairs) == DETECTOR.find_all(user_agents + pairs)


@pytest.mark.parametrize(
    "user_agent",
    [
        "SeoReader/2.0 (+https://seo.example/how-to-block-gptbot)",
        "SeoReader/2.0 (+https://seo.example/gptbot)",
        "SeoReader/2.0 (+HTTP://SEO.EXAMPLE/GPTBOT)",
        "Mailer/1.0 (gptbot@seo.example)",
        "Mailer/1.0 (team+gptbot@seo.example)",
        "Mailer/1.0 (me@gptbot.example)",
    ],
)
def test_a_token_inside_a_url_or_an_address_is_not_a_crawler(user_agent):
    assert name_of(user_agent) is None


def test_an_address_beside_a_token_does_not_hide_it():
    assert name_of("Mozilla/5.0 (compatible; PanguBot;pangubot@huawei.com)") == "PanguBot"


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0%20(compatible;%20GPTBot/1.2;%20+https://openai.com/gptbot)",
        "Mozilla/5.0+(compatible;+GPTBot/1.2;++https://openai.com/gptbot)",
        "Mozilla/5.0%20AppleWebKit/537.36%20(KHTML,%20like%20Gecko);%20compatible;%20GPTBot/1.2",
        "Mozilla/5.0;%20GPTBot/1.0",
        '"userAgent=Mozilla/5.0 (compatible; GPTBot/1.2"',
        "GPTBot/1.2, GPTBot/1.2",
    ],
)
def test_the_encodings_of_log_formats_are_undone(user_agent):
    assert name_of(user_agent) == "GPTBot"


@pytest.mark.parametrize(
    "encode",
    [quote, lambda text: text.replace(" ", "%20"), lambda text: text.replace(" ", "+"), str.upper, str.lower],
    ids=["percent", "spaces", "plus", "upper", "lower"],
)
def test_every_example_is_recognised_in_any_encoding_and_case(encode):
    examples = [(example, crawler.name) for crawler in CATALOGUE.crawlers for example in crawler.examples]

    missed = [(example, name) for example, name in examples if name_of(encode(example)) != name]

    assert missed == []


def test_a_percent_sign_among_spaces_is_left_alone():
    assert name_of("100% real GPTBot/1.2") == "GPTBot"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Gemini", "Gemini"),
        ("Gemini/1.0", "Gemini"),
        ("gemini/2.5", "Gemini"),
        ("Mozilla/5.0 (compatible; Gemini; +https://gemini.google.com/)", "Gemini"),
        ("Mozilla/5.0 (compatible; Gemini)", "Gemini"),
        ("Mozilla/5.0+(compatible;+Gemini/1.0)", "Gemini"),
        ("Mozilla/5.0 (compatible; Gemini-Deep-Research; +https://gemini.google/)", "Gemini-Deep-Research"),
        ("Mozilla/5.0 (iPhone) Mobile/15E148 GoogleWv/1.0 GeminiiOS/1.2026.2470603", None),
        ("Mozilla/5.0 (Linux; Android 4.4; HTCGemini) Mobile", None),
        ("Mozilla/5.0 (Linux; Android 8.0; Gemini 4G Build/O00623) Mobile", None),
        ("Mozilla/5.0 (Linux; Android 7.1; Gemini PDA) Mobile", None),
        ("com.gemini/1.0", None),
        ("com.gemini.app/3.2", None),
        ("Gemini-Trading-App/1.0", None),
        ("GeminiPro/1.0", None),
    ],
)
def test_gemini_counts_as_a_whole_product_token_alone(user_agent, name):
    assert name_of(user_agent) == name


def test_a_token_at_either_end_of_a_very_long_user_agent_is_found():
    filler = "x" * 65_536

    assert [name_of(f"GPTBot/1.2 {filler}"), name_of(f"{filler} GPTBot/1.2")] == ["GPTBot", "GPTBot"]


def seconds(work, argument):
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        work(argument)
        best = min(best, time.perf_counter() - started)
    return best


@pytest.mark.parametrize("unit", ["(", "a", "a@", "a.", "%2", "+", "http://", "GPTBot-", "((a)", "-@", "٣"])
def test_time_grows_no_faster_than_the_length_of_hostile_strings(unit):
    short, long = unit * (4_096 // len(unit)), unit * (65_536 // len(unit))

    growth = seconds(DETECTOR.match, long) / max(seconds(DETECTOR.match, short), 1e-5)

    # Sixteen times the length: 16 would be linear, 256 quadratic.
    assert growth < 100


@given(st.text(max_size=300))
def test_no_text_raises_and_the_cache_answers_as_the_matcher(text):
    assert DETECTOR.find(text) is DETECTOR.match(text)


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
