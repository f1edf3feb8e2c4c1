"""Recognising crawlers in user agents: boundaries, precedence, log artefacts."""

import random
from urllib.parse import quote

import pytest
from crawler_detection_parts import CATALOGUE, DETECTOR, LABELLED, detector_of, name_of

from builders import BROWSER, GPTBOT
from crawlsight.detect import Catalogue, CrawlerDetector, Purpose
from crawlsight.errors import CatalogueError


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


@pytest.mark.parametrize("seed", range(5, 8))
def test_the_order_of_the_catalogue_changes_no_answer_on_real_user_agents(seed):
    shuffled = random.Random(seed).sample(CATALOGUE.crawlers, len(CATALOGUE.crawlers))
    other = CrawlerDetector(Catalogue(CATALOGUE.operators, tuple(shuffled)))

    assert [other.locate(user_agent) for user_agent in LABELLED] == [
        DETECTOR.locate(user_agent) for user_agent in LABELLED
    ]


def test_a_token_that_is_anothers_prefix_is_refused():
    with pytest.raises(CatalogueError) as refusal:
        detector_of(("Whole", {"tokens": ["acme-bot"]}), ("Start", {"token_prefixes": ["acme-bot"]}))

    assert str(refusal.value) == "Start and Whole share the token 'acme-bot'"


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
        "Mozilla/5.0 (compatible; Reader/1.0; +http://reader.example/?bots=gptbot)",
        "Mozilla/5.0 (compatible; Reader/1.0; +http://reader.example/#gptbot)",
        "Mozilla/5.0 (compatible; Reader/1.0; +https://gptbot.example/)",
        "Mozilla/5.0 (compatible; Reader/1.0; +https://gptbot/)",
        "Reader/1.0+(+https://seo.example/gptbot)",
        "Reader/1.0%20(+https%3A%2F%2Fseo.example%2Fgptbot)",
        "Reader/1.0 (mailto:gptbot@seo.example)",
        "Reader/1.0 (gptbot+list@seo.example)",
        "Reader/1.0 (@gptbot)",
        "Reader/1.0 (www.gptbot.example)",
        "Reader/1.0 (gptbot.example)",
    ],
)
def test_a_token_inside_a_longer_name_or_link_is_not_a_crawler(user_agent):
    assert name_of(user_agent) is None


@pytest.mark.parametrize(
    "user_agent",
    [
        "SeoReader/2.0 (+www.seo.example/gptbot)",
        "SeoReader/2.0 (+seo.example/how-to-block/gptbot)",
        "SeoReader/2.0 (+ftp://seo.example/gptbot)",
        "SeoReader/2.0 (+https://seo.example/?from=ftp://seo.example/gptbot)",
    ],
)
def test_a_token_inside_a_link_of_another_form_is_not_a_crawler(user_agent):
    assert name_of(user_agent) is None


@pytest.mark.parametrize(
    "user_agent",
    [
        "AcmeBot/1.0 (like GPTBot)",
        "AcmeBot/1.0 (LIKE GPTBOT)",
        "AcmeBot/1.0 (like GPTBot/1.2)",
        "AcmeBot/1.0%20(like%20GPTBot)",
        "AcmeBot/1.0+(like+GPTBot)",
    ],
)
def test_what_a_crawler_is_like_is_not_what_it_is(user_agent):
    assert name_of(user_agent) is None


def test_a_crawler_that_is_like_another_is_itself():
    assert name_of("Mozilla/5.0 (compatible; ClaudeBot/1.0; like Googlebot/2.1)") == "ClaudeBot"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("amazon-kendra-my-index", "amazon-kendra"),
        ("AMAZON-KENDRA-X/1", "amazon-kendra"),
        ("amazon-kendra-", "amazon-kendra"),
        ("amazon-kendra", None),
        ("amazon-kendraX", None),
        ("xamazon-kendra-x", None),
        ("my-amazon-kendra-x", None),
        ("Reader/1.0 (+https://amazon-kendra-x.example/)", None),
        ("amazon-kendra-x@seo.example", None),
        ("Reader/1.0 (like amazon-kendra-x)", None),
    ],
)
def test_a_prefix_stands_at_the_start_of_a_word_and_nowhere_else(user_agent, name):
    assert name_of(user_agent) == name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (compatible; anything; +https://github.com/rom1504/img2dataset)", "img2dataset"),
        ("Mozilla/5.0 (compatible; anything; +HTTP://GITHUB.COM/ROM1504/IMG2DATASET)", "img2dataset"),
        ("Mozilla/5.0+(compatible;+anything;++https://github.com/rom1504/img2dataset)", "img2dataset"),
        ("Mozilla/5.0 (compatible; anything; +https://github.com/rom1504/img2dataset/issues)", "img2dataset"),
        ("Mozilla/5.0 (compatible; anything; +https://github.com/rom1504/img2dataset2)", None),
        ("Mozilla/5.0 (compatible; anything; +https://github.com/rom1504/clip)", None),
        ("Mozilla/5.0 (compatible; anything) https://x.example rom1504/img2data", None),
    ],
)
def test_a_crawler_may_be_named_by_its_url_alone(user_agent, name):
    assert name_of(user_agent) == name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Devin/1.0", None),
        ("Devin/1.0 (+https://devin.ai)", "Devin"),
        ("Devin/1.0 (+HTTPS://DEVIN.AI)", "Devin"),
        ("Reader/1.0 (+https://devin.ai)", None),
        ("LinkupBot/1.0 (+https://linkup.com)", None),
        ("LinkupBot/1.0 (+https://linkup.so/bot)", "LinkupBot"),
    ],
)
def test_a_name_that_others_share_needs_its_owners_mark(user_agent, name):
    assert name_of(user_agent) == name


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("curl/8.5.0", "curl"),
        ("curl", "curl"),
        ("  curl  ", "curl"),
        ("Mozilla/5.0 (compatible; curl)", "curl"),
        ("how to curl", None),
        ("curl tool", None),
        ("curl/x", None),
    ],
)
def test_an_everyday_word_counts_where_a_product_is_named(user_agent, name):
    assert name_of(user_agent) == name


@pytest.mark.parametrize(
    "user_agent",
    ["python-requests/2.31 YaK", "X/1 python-requests/2.31", "python-requests/2.31 X/1"],
)
def test_a_crawlers_own_name_wins_over_the_tool_that_it_was_made_with(user_agent):
    tool = ("tool", {"tokens": ["python-requests"], "purpose": "library"})
    detector = detector_of(tool, ("own", {"tokens": ["X", "YaK"]}))

    assert detector.match(user_agent).name == "own"


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose not in {"library", "browser"}])
def test_every_purpose_says_more_than_a_library_or_a_browser(purpose):
    detector = detector_of(
        ("library", {"tokens": ["a-very-long-library"], "purpose": "library"}),
        ("browser", {"tokens": ["a-very-long-browser"], "purpose": "browser"}),
        ("own", {"tokens": ["own"], "purpose": purpose}),
    )

    assert detector.match("a-very-long-library/1 own/1 a-very-long-browser/1").name == "own"


def test_of_two_tools_the_longer_name_wins():
    detector = detector_of(
        ("library", {"tokens": ["library"], "purpose": "library"}),
        ("browser", {"tokens": ["my-browser"], "purpose": "browser"}),
    )

    assert detector.match("library/1 my-browser/1").name == "browser"


def test_of_two_tokens_of_one_length_the_first_in_the_user_agent_wins():
    detector = detector_of(("A", {"tokens": ["abot"]}), ("B", {"tokens": ["bbot"]}))

    assert [detector.match(text).name for text in ("abot bbot", "bbot abot")] == ["A", "B"]


@pytest.mark.parametrize(
    ("user_agent", "match"),
    [
        (GPTBOT, ("GPTBot", "GPTBot", "1.2")),
        ("gptbot", ("GPTBot", "GPTBot", "")),
        ("GPTBot 1.2", ("GPTBot", "GPTBot", "1.2")),
        ("GPTBot v2", ("GPTBot", "GPTBot", "2")),
        ("GPTBot/V1.2.3-beta_4", ("GPTBot", "GPTBot", "1.2.3-beta_4")),
        ("GPTBot/1.2; +https://openai.com", ("GPTBot", "GPTBot", "1.2")),
        ("GPTBot/x", ("GPTBot", "GPTBot", "")),
        ("GPTBot (1.2)", ("GPTBot", "GPTBot", "")),
        ("GPTBot  1.2", ("GPTBot", "GPTBot", "")),
        ("GPTBot/", ("GPTBot", "GPTBot", "")),
        ("GPTBot%2F1.2", ("GPTBot", "GPTBot", "1.2")),
        ("GPTBot%252F1.2", ("GPTBot", "GPTBot", "1.2")),
        ("GPTBot+1.2", ("GPTBot", "GPTBot", "1.2")),
        ("GPTBot/" + "1" * 40, ("GPTBot", "GPTBot", "1" * 32)),
        ("Terra Cotta 0.1 https://www.github.com/ceramicTeam", ("TerraCotta", "Terra Cotta", "0.1")),
        ("Applebot/0.1 Applebot-Extended/0.2", ("Applebot-Extended", "Applebot-Extended", "0.2")),
        ("python-requests/2.31 GPTBot/1.2", ("GPTBot", "GPTBot", "1.2")),
        ("İİİ GPTBot/1.2", ("GPTBot", "GPTBot", "1.2")),
        ("😀 GPTBot/1.2", ("GPTBot", "GPTBot", "1.2")),
        (BROWSER, None),
        ("", None),
    ],
)
def test_a_match_tells_the_token_as_the_catalogue_spells_it_and_the_version(user_agent, match):
    found = DETECTOR.locate(user_agent)

    assert (found and (found.crawler.name, found.token, found.version)) == match


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
