"""What tests of following files share: a log under the hands of a server and of logrotate."""

import os
import shutil

import msgspec

from crawlsight.client.checkpoint import Track
from crawlsight.client.tail import Follower


class Log:
    """A log file under the hands of a server and of logrotate, with a follower that may be restarted."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "access.log"
        self.now = 1_800_000_000.0
        self.warnings = []
        self.track = Track()
        self.follower = None

    def file(self, name="access.log"):
        return self.folder / name

    def write(self, text, name="access.log"):
        with self.file(name).open("a") as file:
            file.write(text)
        self.touch(name)

    def touch(self, name="access.log"):
        """Change the file's time to now; the clock goes on a little with each change."""
        self.now += 1
        os.utime(self.file(name), (self.now, self.now))

    def rename(self, old="access.log", new="access.log.1"):
        self.file(old).rename(self.file(new))

    def copytruncate(self, new="access.log.1", meanwhile="", before_emptying=lambda: ""):
        shutil.copyfile(self.path, self.file(new))
        self.touch(new)
        before_emptying()
        if meanwhile:
            self.write(meanwhile)
        os.truncate(self.path, 0)
        self.touch()

    def start(self, **options):
        """Open a follower on what the last one wrote down."""
        if self.follower is not None:
            self.follower.close()
        self.track = msgspec.json.decode(msgspec.json.encode(self.track), type=Track)
        self.follower = Follower(
            self.path, self.track, now=lambda: self.now, warn=self.warnings.append, **options
        )
        return self

    def read(self, most_lines=1_000, most_bytes=1 << 20, **options):
        """Read and acknowledge all there is; gives it as one text."""
        found = b""
        while True:
            self.follower.look()
            chunk = self.follower.read(most_lines, most_bytes, **options)
            if chunk is None and not self.follower._is_scan_due:
                return found.decode()
            if chunk is not None:
                assert chunk.content.count(b"\n") <= most_lines
                assert len(chunk.content) <= most_bytes
                self.follower.advance(chunk, [])
                found += chunk.content

    def close(self):
        if self.follower is not None:
            self.follower.close()
