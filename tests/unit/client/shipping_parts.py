"""What tests of shipping share: logs, a state directory and a server between which something may fail."""

import threading

import httpx
from client_parts import ANK, URL, JumpingClock
from tail_parts import Log

from crawlsight.client.checkpoint import StateDirectory, Track
from crawlsight.client.delivery import Backoff, post_by
from crawlsight.client.endpoint import Endpoint
from crawlsight.client.reading import LogReader
from crawlsight.client.shipping import Shipper
from crawlsight.client.tail import Follower
from crawlsight.formats import Options


class Through:
    """A server in front of which something else answers."""

    def __init__(self, answer):
        self.transport = httpx.MockTransport(answer)


def line(number):
    return f'203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /{number} HTTP/1.1" 200 512 "-" "GPTBot/1.2"\n'


class Shop:
    """Logs, a state directory and a server; the shipper over them may be started any number of times."""

    def __init__(self, folder, server, key=ANK):
        self.folder, self.server, self.key = folder, server, key
        self.log = Log(folder)
        self.said = []
        self.clock = JumpingClock()
        self.stop = threading.Event()
        self.shipper = None

    def write(self, *numbers, name="access.log"):
        for number in numbers:
            self.log.write(line(number), name)

    def ship(self, *names, once=True, **options):
        """Run a new shipper over the saved state, to its end."""
        endpoint = Endpoint.of(URL, self.key)
        reader = LogReader(Options(host="shop.example"), needs_user_agent=endpoint.is_ansehn)
        with (
            StateDirectory(self.folder / "state") as directory,
            httpx.Client(transport=self.server.transport) as client,
        ):
            followers = []
            for name in names or ("access.log",):
                path = self.log.file(name)
                track = directory.state.tracks.setdefault(str(path), Track())
                followers.append(Follower(path, track, now=lambda: self.log.now, warn=self.said.append))
            values = {"clock": self.clock, "stop": self.stop, "say": self.say, **options}
            self.shipper = Shipper(
                followers, directory, reader, endpoint, post_by(client), backoff=Backoff(), **values
            )
            self.shipper.run(once=once)
        return self.shipper

    def say(self, text):
        if not text.startswith("follows "):
            self.said.append(text)

    def paths(self):
        """What the server was sent, by request."""
        return [
            [record["path"] for record in self.server.sent(number)]
            for number in range(len(self.server.requests))
        ]
