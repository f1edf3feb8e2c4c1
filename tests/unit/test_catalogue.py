"""The catalogue of crawlers: what it refuses, and that its examples are true."""

import pytest

from crawlsight.detect import CrawlerDetector, built_in_catalogue, parse_catalogue
from crawlsight.errors import CatalogueError

CATALOGUE = built_in_catalogue()
DETECTOR = CrawlerDetector(CATALOGUE)

OPERATOR = '[operator.acme]\nname = "Acme"\n'

ENTRY = """
[[crawler]]
name = "{name}"
tokens = ["{token}"]
operator = "{operator}"
purpose = "{purpose}"
is_ai_crawler = true
documentation = "https://acme.example"
checked = 2026-11-22
examples = [{example}]
counterexamples = ["NotAcme/1.0"]
"""

# Every crawler that one of the seed documents names, and the provider's best known one where only a
# provider is named.
SEED_CRAWLERS = (
    "GPTBot",
    "OAI-SearchBot",
    "ChatGPT-User",
    "ClaudeBot",
    "Claude-User",
    "Claude-SearchBot",
    "PerplexityBot",
    "Perplexity-User",
    "Gemini",
    "Google-Extended",
    "meta-externalagent",
    "Bytespider",
    "Amazonbot",
    "Applebot",
    "Applebot-Extended",
    "CCBot",
    "cohere-ai",
    "YouBot",
    "MistralAI-User",
    "DuckAssistBot",
)

SEARCH_BOTS = (
    "Googlebot",
    "bingbot",
    "YandexBot",
    "Baiduspider",
    "DuckDuckBot",
    "Slurp",
)


def entry(name="AcmeBot", token="AcmeBot", operator="acme", purpose="training", example='"AcmeBot/1.0"'):
    return ENTRY.format(name=name, token=token, operator=operator, purpose=purpose, example=example)


def test_a_catalogue_is_read_with_its_operators():
    catalogue = parse_catalogue(OPERATOR + entry())

    crawler = catalogue.crawlers[0]
    assert (crawler.name, catalogue.operator_name(crawler), crawler.bot_type) == (
        "AcmeBot",
        "Acme",
        "ai_training",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry(operator="nobody"), "AcmeBot names the operator 'nobody', which has no table"),
        (entry() + entry(token="Other"), "AcmeBot is listed twice"),
        (entry() + entry(name="Copy", token="acmebot"), "Copy and AcmeBot share the token 'acmebot'"),
        (entry(example=""), "AcmeBot needs documentation, an example and a counterexample"),
    ],
)
def test_a_contradiction_is_refused_by_the_name_of_its_entry(text, message):
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue(OPERATOR + text)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[crawler]", "the catalogue cannot be read: "),
        (entry(purpose="fun"), "$.crawler[0].purpose"),
        (entry() + "colour = 'red'\n", "`colour`"),
        (entry().replace('name = "AcmeBot"\n', ""), "`name`"),
    ],
)
def test_an_unreadable_catalogue_is_refused_with_the_place(text, named):
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue(OPERATOR + text)

    assert named in str(refusal.value)


@pytest.mark.parametrize("crawler", CATALOGUE.crawlers, ids=lambda crawler: crawler.name)
def test_every_example_is_won_by_its_own_entry(crawler):
    winners = [DETECTOR.match(example) for example in crawler.examples]

    assert [winner and winner.name for winner in winners] == [crawler.name] * len(crawler.examples)


@pytest.mark.parametrize("crawler", CATALOGUE.crawlers, ids=lambda crawler: crawler.name)
def test_no_counterexample_is_won_by_its_entry(crawler):
    winners = [DETECTOR.match(example) for example in crawler.counterexamples]

    assert crawler.name not in [winner and winner.name for winner in winners]


def test_every_entry_can_be_found_by_each_of_its_tokens():
    unfound = [
        (crawler.name, token)
        for crawler in CATALOGUE.crawlers
        for token in crawler.tokens
        if DETECTOR.match(token) is not crawler
    ]

    assert unfound == []


@pytest.mark.parametrize("name", SEED_CRAWLERS)
def test_every_crawler_that_a_seed_names_is_an_ai_crawler(name):
    found = DETECTOR.match(f"Mozilla/5.0 (compatible; {name}/1.0)")

    assert found is not None
    assert (found.name, found.is_ai_crawler) == (name, True)


@pytest.mark.parametrize("name", SEARCH_BOTS)
def test_a_classic_search_bot_is_an_index_bot_and_no_ai_crawler(name):
    found = DETECTOR.match(f"Mozilla/5.0 (compatible; {name}/2.0)")

    assert found is not None
    assert (found.name.lower(), found.is_ai_crawler, found.bot_type) == (name.lower(), False, "index")
