"""Crawlsight as a library: two functions, whole values, and an import that costs nothing."""

import subprocess
import sys

import pytest

from builders import BROWSER, GOOGLEBOT, GPTBOT
from crawlsight.detect.ranges import built_in_snapshots
from crawlsight.detect.verify import Verdict
from crawlsight.library import Detection, detect, verify

HEAVY = ("litestar", "chdb", "sqlalchemy", "cryptography", "httpx", "granian", "typer")

GPTBOT_DATE = built_in_snapshots()["openai-gptbot"].date
GOOGLE_DATE = built_in_snapshots()["google-common"].date


def run(program):
    """Run a program in an interpreter of its own and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_crawler_is_named_with_all_that_is_known_of_it():
    assert detect(GPTBOT) == Detection(
        crawler="GPTBot",
        version="1.2",
        operator="OpenAI",
        product="ChatGPT",
        purpose="training",
        is_ai_crawler=True,
        documentation="https://developers.openai.com/api/docs/bots",
    )


def test_a_search_bot_is_no_ai_crawler():
    assert detect(GOOGLEBOT) == Detection(
        crawler="Googlebot",
        version="2.1",
        operator="Google",
        product="Google Search",
        purpose="search",
        is_ai_crawler=False,
        documentation="https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers",
    )


def test_a_crawler_that_tells_no_version_has_none():
    found = detect("Mozilla/5.0 (compatible; Bytespider)")

    assert (found.crawler, found.version) == ("Bytespider", "")


@pytest.mark.parametrize("user_agent", [BROWSER, "", "-", "NotGPTBot/1.0", "\ud800", "x" * 100_000])
def test_people_and_strangers_are_none(user_agent):
    assert detect(user_agent) is None
    assert verify(user_agent, "20.171.206.5") == Verdict("none", "")


@pytest.mark.parametrize(
    ("user_agent", "ip", "verdict"),
    [
        (GPTBOT, "20.171.206.5", Verdict("verified", f"ip:openai-gptbot@{GPTBOT_DATE}")),
        (GPTBOT, "20.171.206.5:443", Verdict("verified", f"ip:openai-gptbot@{GPTBOT_DATE}")),
        (GPTBOT, "20.171.206.0", Verdict("verified", f"ip:openai-gptbot@{GPTBOT_DATE}")),
        (GPTBOT, "203.0.113.9", Verdict("contradicted", f"outside:openai-gptbot@{GPTBOT_DATE}")),
        (GPTBOT, "10.0.0.1", Verdict("claimed", "private-address")),
        (GPTBOT, "", Verdict("claimed", "no-address")),
        ("Mozilla/5.0 (compatible; Bytespider)", "203.0.113.9", Verdict("unverifiable", "")),
        ("Google-Extended/1.0", "66.249.66.1", Verdict("contradicted", "robots-only")),
        (BROWSER, "4.151.71.180", Verdict("none", "")),
    ],
)
def test_a_claim_is_judged_by_the_address(user_agent, ip, verdict):
    assert verify(user_agent, ip) == verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("x.googlebot.com", Verdict("verified", "rdns:x.googlebot.com")),
        ("x.evil.example", Verdict("contradicted", f"outside:google-common@{GOOGLE_DATE}")),
        ("", Verdict("contradicted", f"outside:google-common@{GOOGLE_DATE}")),
        (None, Verdict("contradicted", f"outside:google-common@{GOOGLE_DATE}")),
    ],
)
def test_a_claim_is_judged_by_the_name_that_the_caller_has_asked_for(name, verdict):
    assert verify(GOOGLEBOT, "203.0.113.9", name) == verdict


def test_a_verdict_is_a_plain_pair_of_texts():
    state, evidence = verify("GPTBot/1.2", "203.0.113.9")

    assert (type(state), type(evidence)) == (str, str)


def test_importing_the_package_loads_nothing_heavy():
    program = f"import sys, crawlsight; print([name for name in {HEAVY} if name in sys.modules])"

    assert run(program) == "[]\n"


def test_using_it_loads_nothing_heavy_either():
    program = f"""
import sys
from crawlsight import detect, verify
detect("GPTBot/1.2"), verify("GPTBot/1.2", "203.0.113.9")
print([name for name in {HEAVY} if name in sys.modules])
"""

    assert run(program) == "[]\n"


@pytest.mark.parametrize(
    "program",
    [
        "import crawlsight; print([crawlsight.detect(agent).version for agent in ('GPTBot/1', 'GPTBot/2')])",
        """
from crawlsight import detect
first = detect("GPTBot/1").version
from crawlsight import detect
print([first, detect("GPTBot/2").version])
""",
        """
from crawlsight import verify
verify("GPTBot/1", "203.0.113.9")
from crawlsight import detect
print([detect(agent).version for agent in ("GPTBot/1", "GPTBot/2")])
""",
        """
import crawlsight.detect.catalogue
from crawlsight import detect
print([detect(agent).version for agent in ("GPTBot/1", "GPTBot/2")])
""",
    ],
    ids=["by attribute", "imported twice", "after verify", "beside the package of that name"],
)
def test_detect_stays_a_function_after_its_first_use(program):
    # The package crawlsight.detect, once loaded, must not take the function's place.
    assert run(program) == "['1', '2']\n"


def test_the_example_of_the_package_is_true():
    program = "import crawlsight, doctest; print(doctest.testmod(crawlsight))"

    assert run(program) == "TestResults(failed=0, attempted=3)\n"


def test_the_documented_names_are_public():
    program = "import crawlsight; print(sorted(crawlsight.__all__))"

    assert run(program) == "['Detection', '__version__', 'detect', 'verify']\n"
