"""The catalogue of crawlers: what it refuses, and that its examples are true."""

from datetime import date
from urllib.parse import urlsplit

import pytest

from crawlsight.detect import CrawlerDetector, built_in_catalogue, parse_catalogue
from crawlsight.detect.check import check_catalogue
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
        if DETECTOR.match(f"compatible; {token}; {' '.join(crawler.disclosed_by)}") is not crawler
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


def test_the_catalogue_knows_at_least_120_ai_crawlers_and_150_others():
    ai_crawlers = [crawler for crawler in CATALOGUE.crawlers if crawler.is_ai_crawler]

    assert (len(ai_crawlers) >= 120, len(CATALOGUE.crawlers) - len(ai_crawlers) >= 150) == (True, True)


def is_page(url, *schemes):
    address = urlsplit(url)
    return address.scheme in schemes and "." in address.netloc and url == url.strip()


def test_every_entry_is_documented_by_a_page():
    undocumented = [
        (crawler.name, crawler.documentation)
        for crawler in CATALOGUE.crawlers
        if not is_page(crawler.documentation, "http", "https")
    ]

    assert undocumented == []


def test_every_entry_was_checked_on_a_day_that_has_been():
    undated = [
        (crawler.name, crawler.checked)
        for crawler in CATALOGUE.crawlers
        if not date(2026, 1, 1) <= crawler.checked <= date(2026, 12, 31)
    ]

    assert undated == []


def test_every_ip_list_is_published_under_https():
    lists = CATALOGUE.ip_lists.items()

    assert [(slug, found.url) for slug, found in lists if not is_page(found.url, "https")] == []


def test_no_two_entries_win_each_others_examples():
    examples = [(crawler.name, example) for crawler in CATALOGUE.crawlers for example in crawler.examples]

    won = {(name, DETECTOR.match(example).name) for name, example in examples}

    assert {(name, winner) for name, winner in won if name != winner} == set()


def test_no_example_is_given_twice():
    owners = {}
    for crawler in CATALOGUE.crawlers:
        for example in crawler.examples:
            owners.setdefault(example, []).append(crawler.name)

    assert {example: names for example, names in owners.items() if len(names) > 1} == {}


def test_an_example_is_won_by_its_own_token_and_not_by_another_entrys():
    located = [
        (
            crawler.name,
            DETECTOR.locate(example).token,
            (*crawler.tokens, *crawler.token_prefixes, *crawler.urls),
        )
        for crawler in CATALOGUE.crawlers
        for example in crawler.examples
    ]

    assert [(name, token) for name, token, own in located if token not in own] == []


@pytest.mark.parametrize(
    "name", ["Googlebot", "bingbot", "GPTBot", "ClaudeBot", "CCBot", "PerplexityBot", "Applebot"]
)
def test_a_crawler_that_everybody_imitates_can_be_verified(name):
    crawler = next(crawler for crawler in CATALOGUE.crawlers if crawler.name == name)

    assert (crawler.ip_lists or crawler.rdns_suffixes or crawler.signature_agents) != ()


def test_reverse_dns_suffixes_begin_with_a_dot_and_agents_are_bare_hosts():
    suffixes = {suffix for crawler in CATALOGUE.crawlers for suffix in crawler.rdns_suffixes}
    agents = {agent for crawler in CATALOGUE.crawlers for agent in crawler.signature_agents}

    assert {suffix for suffix in suffixes if not suffix.startswith(".") or suffix != suffix.lower()} == set()
    assert {agent for agent in agents if urlsplit(f"https://{agent}").netloc != agent.lower()} == set()


ADDED = OPERATOR + entry(name="GPTBot", token="GPTBot/9") + entry(name="Novel", token="NovelBot")


def test_an_entry_of_ones_own_replaces_the_one_of_its_name_and_joins_the_others():
    merged = CATALOGUE.with_entries(ADDED)

    kept = [crawler for crawler in CATALOGUE.crawlers if crawler.name != "GPTBot"]
    assert merged.crawlers[: len(kept)] == tuple(kept)
    assert [(crawler.name, crawler.tokens) for crawler in merged.crawlers[len(kept) :]] == [
        ("GPTBot", ("GPTBot/9",)),
        ("Novel", ("NovelBot",)),
    ]
    assert merged.operators == {**CATALOGUE.operators, **parse_catalogue(OPERATOR).operators}
    assert merged.ip_lists == CATALOGUE.ip_lists


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry() + entry(token="Other"), "AcmeBot is listed twice"),
        (entry(token="ClaudeBot"), "AcmeBot and ClaudeBot share the token 'ClaudeBot'"),
        (entry(operator="nobody"), "AcmeBot names the operator 'nobody', which has no table"),
        (entry() + 'ip_lists = ["none"]\n', "AcmeBot names the IP list 'none', which has no table"),
        (
            entry().replace('tokens = ["AcmeBot"]\n', ""),
            "AcmeBot needs a token, or an IP list or signature agent to recognise it by",
        ),
        (
            entry() + '[ip_list.mine]\noperator = "none"\nurl = "https://acme.example"\n',
            "mine names the operator 'none', which has no table",
        ),
        (
            entry()
            + '[ip_list.mine]\noperator = "acme"\nurl = "https://acme.example"\nbrowsers_are = "Who"\n',
            "mine names the crawler 'Who', which has no entry",
        ),
    ],
)
def test_entries_of_ones_own_that_contradict_the_catalogue_are_refused(text, message):
    with pytest.raises(CatalogueError) as refusal:
        CATALOGUE.with_entries(OPERATOR + text)

    assert str(refusal.value) == message


@pytest.mark.parametrize("token", ["", " "])
def test_an_empty_token_is_refused(token):
    with pytest.raises(CatalogueError):
        CATALOGUE.with_entries(OPERATOR + entry(token=token))


def test_documentation_that_is_no_address_is_refused():
    with pytest.raises(CatalogueError):
        CATALOGUE.with_entries(OPERATOR + entry().replace('"https://acme.example"', '"see below"'))


def test_the_built_in_catalogue_has_no_fault():
    assert check_catalogue(CATALOGUE) == []
