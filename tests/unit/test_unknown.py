"""Which user agents look like bots: of those that no entry matches, few people's and most bots'."""

import json
from pathlib import Path

import pytest

from builders import BROWSER, GPTBOT
from crawlsight.detect import CrawlerDetector, built_in_catalogue
from crawlsight.detect.unknown import looks_like_bot

LABELLED = Path(__file__).parents[1] / "labelled" / "user_agents.jsonl"

# Where the labelled user agents come from tells bots from what people use.
BOTS = ("crawler-user-agents", "bots.yml", "crawlers.txt", "crawler_user_agents", "top-crawler-agents")
PEOPLE = (
    "devices.txt",
    "desktop",
    "mobile_apps",
    "clienthints",
    "console.yml",
    "feature_phone",
    "wearable",
    "smart_speaker",
    "car_browser",
    "mediaplayer",
    "peripheral",
    "portable_media",
    "smart_display",
    "fixtures/tv",
    "camera.yml",
    "smartphone",
    "tablet",
    "phablet",
    "top-user-agents",
    "WinFuture23",
)


def unmatched(sources, split="held_out"):
    detector = CrawlerDetector(built_in_catalogue())
    labelled = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    return [
        found["user_agent"]
        for found in labelled
        if found["split"] == split
        and any(source in found["source"] for source in sources)
        and detector.find(found["user_agent"]) is None
    ]


def share(user_agents):
    return sum(map(looks_like_bot, user_agents)) / len(user_agents)


def test_at_most_one_in_a_hundred_of_what_people_use_looks_like_a_bot():
    people = unmatched(PEOPLE)

    assert len(people) > 500
    assert share(people) <= 0.01


def test_four_in_five_bots_look_like_bots():
    bots = unmatched(BOTS)

    assert len(bots) > 500
    assert share(bots) >= 0.8


@pytest.mark.parametrize(
    "user_agent",
    [
        GPTBOT,
        "Foobot/1.0",
        "bot",
        "some robot",
        "Mozilla/5.0 (compatible; Something/1.0; +https://example.com)",
        "Mozilla/5.0 (compatible; Something/1.0)",
        "Something (https://example.com/about)",
        "Something (someone@example.com)",
        "example-crawler",
        "ExampleSpider/2",
        "ExampleScraper",
        "example-fetcher 1.0",
        "FreePBX-Scanner/1.0",
        "SiteMonitor",
        "some-library/1.2",
        "some-library/1.2-beta (linux/amd64)",
        "my.client v2.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0",
    ],
)
def test_it_looks_like_a_bot(user_agent):
    assert looks_like_bot(user_agent)


IN_APP = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "-",
        BROWSER,
        f"Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) {ANDROID}",
        f"Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) {ANDROID}",
        f"Mozilla/5.0 (Linux; Android 13; Cubot P80 Build/TP1A) {ANDROID}",
        f"Mozilla/5.0 (Linux; Android 14; SM-S911B; wv) {ANDROID} [FB_IAB/FB4A;FBAV/480.0.0.0;]",
        f"{IN_APP} Mobile/15E148 Instagram 350.0.0.0 (iPhone15,2; iOS 18_0; de_DE)",
        f"{IN_APP} Mobile/15E148 CamScanner/6.2",
        f"{IN_APP} GSA/340.0 Mobile/15E148 Safari/604.1",
        f"{IN_APP} Mobile/15E148 [LinkedInApp]/9.30",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
        "Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
        "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; en) Presto/2.12.423 Version/12.16",
        "Dalvik/2.1.0 (Linux; U; Android 13; SM-A235F Build/TP1A)",
        "SomeApp/12 CFNetwork/1494.0.7 Darwin/23.4.0",
    ],
)
def test_it_does_not_look_like_a_bot(user_agent):
    assert not looks_like_bot(user_agent)
