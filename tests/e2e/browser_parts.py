"""Debian's Chromium on a real server's dashboard, watched for what no page may do."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from debian_parts import find_program

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# Long, as other tests keep the machine busy.
_MOST_MS = 30_000

expect.set_options(timeout=_MOST_MS)

# Fonts of the machine, if it has any, and those that came with the program.
_FONTS = """<?xml version="1.0"?>
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Visit:
    """A page in a browser of its own, and what it did that it may not.

    Attributes:
        troubles: Console errors, exceptions, and requests to other hosts.
    """

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing is being loaded any more."""
        self.page.wait_for_load_state("networkidle")

    def faults(self) -> list[str]:
        """Serious faults of accessibility that axe finds, with where they are."""
        # Through the debugger, as the page's own policy lets no foreign script in.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", _RULES
        )
        return [
            f"{fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in found["violations"]
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in {"http", "https"} and asked.netloc != urlsplit(self.url).netloc:
            self.troubles.append(f"another host: {request.url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium without a screen."""
    program = find_program("chromium", "chromium", "fonts-dejavu-core")
    # What is on the PATH is a script that knows only where its package is installed.
    binary = program.find("usr/lib/chromium/chromium") if program.is_unpacked else program.path
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as fonts, sync_playwright() as playwright:
        fonts.write(_FONTS.format(root=program.root))
        fonts.flush()
        browser = playwright.chromium.launch(
            executable_path=str(binary),
            env={**program.environment, "FONTCONFIG_FILE": fonts.name},
            # The sandbox needs rights that containers do not give.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Visit]:
    """Open a fresh browser profile on a server."""
    context = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
    context.set_default_timeout(_MOST_MS)
    visit = Visit(context.new_page(), url)
    visit.page.on("console", visit._hear)
    visit.page.on("pageerror", lambda error: visit.troubles.append(f"exception: {error}"))
    visit.page.on("request", visit._see)
    yield visit
    context.close()


def sign_in_link(printed: str) -> str:
    """Find the path of the one-time link in what the server prints."""
    found = re.search(r"https?://[^/\s]+(/signin#token=\S+)", printed)
    assert found, printed
    return found[1]
