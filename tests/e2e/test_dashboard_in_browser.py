"""The dashboard in a real browser on a real server: what people do with it, from the first sign-in on."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from browser_parts import PHONE, chromium, sign_in_link, visiting
from playwright.sync_api import expect

from builders import PASSWORD, log_record
from conftest import running

PAGES = ["/", "/pages", "/crawlers", "/referrals", "/logs", "/compare", "/sources", "/upload", "/settings"]

# In the published list of OpenAI's GPTBot, and in nobody's.
GPTBOT, ELSEWHERE = "20.125.66.85", "203.0.113.10"


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A server that nobody has signed in to, and the path of its link."""
    for server in running(tmp_path_factory.mktemp("server"), {}):
        yield server, sign_in_link(server.process.stdout.readline())


@pytest.fixture(scope="module")
def demo(browser, tmp_path_factory):
    """A server with ninety days of demo data, and the cookies of somebody who is signed in."""
    for server in running(tmp_path_factory.mktemp("demo"), {}):
        link = sign_in_link(server.process.stdout.readline())
        server.run("demo")
        with visiting(browser, server.url) as visit:
            page = visit.open(link)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Set password").click()
            expect(page.get_by_role("link", name="Server Logs")).to_be_visible()
            signed_in = page.context.storage_state()
        yield server, signed_in


def log_lines(count):
    at = datetime.now(UTC) - timedelta(hours=2)
    return "".join(
        f'{ELSEWHERE} - - [{at + timedelta(seconds=number):%d/%b/%Y:%H:%M:%S +0000}] "GET /uploaded/{number}'
        f' HTTP/1.1" 200 512 "-" "Mozilla/5.0 (compatible; ClaudeBot/1.0)"\n'
        for number in range(count)
    )


def batch():
    at = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    gptbot = {"timestamp": at, "host": "shop.example", "user_agent": "Mozilla/5.0 (compatible; GPTBot/1.2)"}
    return [
        *(log_record(**gptbot, path=f"/guides/{number}", ip=GPTBOT) for number in range(3)),
        log_record(**gptbot, path="/guides/0", ip=ELSEWHERE),
    ]


def send(server, key, records):
    headers = {"x-ansehn-api-key": key, "idempotency-key": f"{len(records)}-{key[-6:]}"}
    return httpx.post(f"{server.url}/v1/logs/custom", json={"logs": records}, headers=headers).status_code


def test_from_the_first_sign_in_to_a_revoked_key(browser, started, tmp_path):
    server, link = started
    with visiting(browser, server.url) as visit:
        page = visit.open(link)

        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Set password").click()
        page.get_by_label("Name").fill("shop")
        page.get_by_role("button", name="Create project").click()
        expect(page.get_by_role("link", name="Server Logs")).to_be_visible()

        visit.open("/settings?part=keys")
        page.get_by_label("Name").fill("nginx of the shop")
        page.get_by_role("button", name="Create key").click()
        key = page.get_by_text(re.compile(r"^ank_\w{40}$")).inner_text()
        page.get_by_role("button", name="I have copied it").click()

        visit.open("/")
        assert send(server, key, batch()) == 200
        expect(page.get_by_text("Received: 4 records")).to_be_visible(timeout=3_000)
        page.get_by_role("button", name="Show the dashboard").click()
        visits = page.locator(".tile", has_text="AI visits")
        expect(visits).to_contain_text("4")
        expect(page.locator(".tile", has_text="Verified")).to_contain_text("75%")

        page.get_by_label("Verified only").check()
        expect(visits).to_contain_text("3")
        assert "verified" in page.url

        page.get_by_role("table", name="Top pages").get_by_role("link", name="All about /guides/0").click()
        expect(page.get_by_role("heading", name="/guides/0", level=2)).to_be_visible()
        page.go_back()
        expect(visits).to_contain_text("3")

        visit.open("/upload")
        log = tmp_path / "access.log"
        log.write_text(log_lines(2_000))
        page.get_by_role("textbox", name="Host").fill("shop.example")
        page.locator("input[type=file]").set_input_files(log)
        expect(page.get_by_text("imported: 2,000 of 2,000 lines stored")).to_be_visible()

        visit.open("/settings?part=keys")
        page.get_by_role("button", name=re.compile("Revoke.*nginx of the shop")).click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
        expect(page.get_by_role("table", name="Keys").get_by_text("nginx of the shop")).to_have_count(0)
        assert send(server, key, batch()) == 401
        assert visit.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [None, PHONE], ids=["wide", "phone"])
def test_every_page_can_be_used_by_everybody(browser, demo, scheme, size):
    server, signed_in = demo
    options = {"color_scheme": scheme} | ({"viewport": size} if size else {})
    with visiting(browser, server.url, storage_state=signed_in, **options) as visit:
        page, faults = visit.page, {}
        for path in PAGES:
            visit.open(path)
            expect(page.locator(".skeleton")).to_have_count(0)
            faults[path] = visit.faults()
            is_too_wide = "document.documentElement.scrollWidth > innerWidth"
            assert not page.evaluate(is_too_wide), f"{path} scrolls sideways"
        assert faults == {path: [] for path in PAGES}
        assert visit.troubles == []


def test_the_first_load_is_small_and_nothing_jumps(browser, demo):
    server, signed_in = demo
    with visiting(browser, server.url, storage_state=signed_in) as visit:
        page = visit.open("/")
        expect(page.locator(".skeleton")).to_have_count(0)

        loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
        shift = page.evaluate(
            """new Promise(done => {
                let sum = 0;
                new PerformanceObserver(list => {
                    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
                }).observe({type: 'layout-shift', buffered: true});
                setTimeout(() => done(sum), 100);
            })"""
        )
        sizes = {name: gzipped_bytes(name) for name in loaded if name.endswith(".js")}

    charts = [name for name in sizes if "/canvas-" in name]
    assert len(charts) == 1
    assert sum(size for name, size in sizes.items() if name not in charts) < 300_000
    assert shift < 0.05


def gzipped_bytes(url):
    with httpx.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
        return sum(map(len, answer.iter_raw()))


def test_gaps_are_asked_for_only_where_a_chart_shows_nothing(browser, demo):
    server, signed_in = demo
    with visiting(browser, server.url, storage_state=signed_in) as visit:
        page, asked = visit.page, []
        page.on("request", lambda request: asked.append(request.url))
        drawing = page.locator(".chart-area")

        visit.open("/?range=30d")
        expect(drawing).to_have_accessible_name(re.compile(r"in 30 steps, 0 of them without logs"))
        assert not [url for url in asked if "/ingestion" in url]

        visit.open("/?range=12m")
        expect(drawing).to_have_accessible_name(re.compile(r", [1-9]\d* of them without logs"))
        assert len([url for url in asked if "/ingestion" in url]) == 1
        page.get_by_role("figure").get_by_role("button", name="Table").click()
        expect(page.get_by_role("cell", name="no logs").first).to_be_visible()


def test_numbers_are_compared_only_with_a_whole_period_before(browser, demo):
    server, signed_in = demo
    with visiting(browser, server.url, storage_state=signed_in) as visit:
        page = visit.open("/?range=30d")
        visits = page.locator(".tile", has_text="AI visits")
        expect(visits.locator(".tile-change")).to_have_text(re.compile(r"^[▲▼=] "))
        totals = page.locator("section.tiles")
        expect(totals).to_have_accessible_name(re.compile("Compared with"))

        visit.open("/?range=90d")
        expect(totals).to_have_accessible_name(re.compile("no logs of the whole period before"))
        expect(visits.locator(".tile-change")).to_have_text(re.compile(r"^\s*$"))


def retried(action):
    """Do it again, as a person would, if it had no effect."""
    for _ in range(5):
        try:
            return action()
        except AssertionError as error:
            failed = error
    raise failed


def test_a_click_on_a_bar_filters_by_its_series(browser, demo):
    server, signed_in = demo
    with visiting(browser, server.url, storage_state=signed_in) as visit:
        page = visit.open("/?range=30d")
        page.locator(".chart-area canvas").wait_for()
        size = page.locator(".chart-area").bounding_box()
        first = page.get_by_role("group", name="Series").get_by_role("button").first

        # Into the lowest bars, of the series with the most visits, and not between two of them.
        at = {"x": size["width"] * 0.505, "y": size["height"] * 0.88}

        def click():
            page.locator(".chart-area").click(position=at)
            expect(page).to_have_url(re.compile(r"bot_provider=\w+"), timeout=5_000)

        # What is drawn cannot be asked for; a click before that is nobody's.
        retried(click)
        expect(first).to_have_attribute("aria-pressed", "true")


def test_a_table_is_sorted_by_a_click_and_back(browser, demo):
    server, signed_in = demo
    with visiting(browser, server.url, storage_state=signed_in) as visit:
        page = visit.open("/crawlers?range=30d")
        table = page.get_by_role("table", name="Crawlers")
        header = table.get_by_role("columnheader", name="Crawler", exact=True)
        names = table.locator("tbody tr td:first-child a")
        usual = names.all_inner_texts()

        header.get_by_role("button").click()
        expect(header).to_have_attribute("aria-sort", "ascending")
        assert names.all_inner_texts() == sorted(usual, key=str.lower)

        header.get_by_role("button").click()
        header.get_by_role("button").click()
        expect(header).to_have_attribute("aria-sort", "none")
        assert names.all_inner_texts() == usual


def test_no_page_may_run_or_load_what_is_not_its_own(started):
    server, _ = started

    answer = httpx.get(f"{server.url}/", headers={"accept": "text/html"})

    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|style=", answer.text) == []
