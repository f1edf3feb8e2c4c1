"""A site that nginx serves, crawlers that visit it, and a count of what they asked for."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web_servers import HOST, WebServer, nginx, wait_until

BOTS = {
    "GPTBot": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "ClaudeBot": 'Mozilla/5.0 (compatible; "ClaudeBot/1.0"; claudebot@anthropic.com)',
    "PerplexityBot": "Mozilla/5.0 (compatible; PerplexityBot/1.0; \\back)",
    "OAI-SearchBot": "OAI-SearchBot/1.3",
}

_ROTATED_FILES = 9


class Site:
    """What was visited so far is what reports have to tell."""

    def __init__(self, server: WebServer):
        self.server = server
        self.log = server.log
        self.visits = []

    def visit(self, count):
        """Let crawlers ask for so many pages, each for one that nobody asked for before."""
        for _ in range(count):
            number = len(self.visits)
            name = list(BOTS)[number % len(BOTS)]
            headers = {"User-Agent": BOTS[name]}
            assert self.server.request("GET", f"/page/{number:06}?from=crawler", headers) == 200
            self.visits.append((f"/page/{number:06}", name, 1))

    def rotate(self, visits_meanwhile):
        """Rotate as logrotate does, with visits while nginx still writes to the renamed file."""
        for number in range(_ROTATED_FILES, 0, -1):
            older = self.log.with_name(f"{self.log.name}.{number}")
            if older.exists():
                older.rename(self.log.with_name(f"{self.log.name}.{number + 1}"))
        self.log.rename(self.log.with_name(f"{self.log.name}.1"))
        self.visit(visits_meanwhile)
        subprocess.run([*self.server.command, "-s", "reopen"], check=True, env=self.server.environment)
        wait_until(self.log.exists)

    def reported(self, server, key):
        """What the server reports of it, as soon as that is all."""
        query = {
            "domain": HOST,
            "dimensions": ["path", "bot_name"],
            "order_by": {"path": "asc"},
            "pagination": {"limit": len(self.visits) + 1},
        }
        return server.report_until(self.visits, 30, key, **query)


@contextmanager
def site_behind_nginx(folder: Path) -> Iterator[Site]:
    folder.mkdir()
    with nginx(folder) as server:
        yield Site(server)
