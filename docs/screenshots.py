"""Make the documentation's screenshots from demo data: python docs/screenshots.py [folder]."""

# ruff: noqa: INP001

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
CRAWLSIGHT = str(Path(sys.executable).parent / "crawlsight")
PASSWORD = "only for screenshots"

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# File, address, colours, size.
SHOTS = (
    ("server-logs", "/", "light", WIDE),
    ("server-logs-dark", "/", "dark", WIDE),
    ("server-logs-phone", "/", "light", PHONE),
    ("our-pages", "/pages", "light", WIDE),
    ("crawler", "/crawlers?crawler=GPTBot", "light", WIDE),
    ("referrals", "/referrals", "light", WIDE),
    ("sources", "/sources", "light", WIDE),
)


@contextmanager
def demo_server(data: Path) -> Iterator[str]:
    """Serve demo data; gives the link that signs in."""
    command = [CRAWLSIGHT, "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        link = process.stdout.readline().rpartition(" ")[2].strip()
        subprocess.run([CRAWLSIGHT, "demo", "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
        yield link
        process.terminate()


def main() -> None:
    """Take every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        demo_server(Path(data)) as link,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        first = browser.new_page()
        first.goto(link)
        first.get_by_label("Password").fill(PASSWORD)
        first.get_by_role("button", name="Set password").click()
        first.get_by_role("link", name="Server Logs").wait_for()
        state = first.context.storage_state()
        url = link.partition("/signin")[0]
        for name, path, scheme, size in SHOTS:
            page = browser.new_page(
                storage_state=state,
                color_scheme=scheme,
                viewport=size,
                locale="en-GB",
                reduced_motion="reduce",
            )
            _shoot(page, url + path, folder / f"{name}.png")
            page.close()
        browser.close()


def _shoot(page: Page, url: str, file: Path) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.locator(".skeleton").first.wait_for(state="detached")
    page.screenshot(path=file)


if __name__ == "__main__":
    main()
