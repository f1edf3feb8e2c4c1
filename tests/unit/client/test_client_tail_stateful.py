"""Following a file through whatever happens in whatever order: every whole line exactly once."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tail_parts import Log

LINES = st.integers(1, 5)


class FollowedLog(RuleBasedStateMachine):
    """A server writes, logrotate rotates, a follower reads, acknowledges, crashes.

    ``owed`` are the lines that must arrive; a line that only an emptied file had may be lost.
    """

    def __init__(self):
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.log = Log(Path(self.temporary.name))
        self.written = 0
        self.owed = set()
        self.may_be_lost = set()
        self.received = Counter()
        self.chunk = None
        self.unfinished = ""
        self.rotations = 0
        self.log.start()

    @initialize(is_old=st.booleans())
    def begin(self, is_old):
        if is_old:
            self.log.write("older\n", "access.log.1")
        self.log.follower.look()

    def line(self):
        self.written += 1
        return f"line {self.written} {'x' * (self.written * 37 % 90)}"

    def write_lines(self, count, name="access.log"):
        for _ in range(count):
            line = self.unfinished or self.line()
            self.log.write("\n" if self.unfinished else f"{line}\n", name)
            self.unfinished = ""
            self.owed.add(line)

    @rule(count=LINES)
    def append(self, count):
        self.write_lines(count)

    @precondition(lambda self: not self.unfinished)
    @rule()
    def append_unfinished(self):
        self.unfinished = self.line()
        # The rest of the line comes later, all but its end is there.
        self.log.write(self.unfinished)

    @precondition(lambda self: self.unfinished)
    @rule()
    def finish(self):
        self.log.write("\n")
        self.owed.add(self.unfinished)
        self.unfinished = ""

    @precondition(lambda self: not self.unfinished and self.log.path.exists())
    @rule(late=st.integers(0, 3), is_created=st.booleans())
    def rotate(self, late, is_created):
        self.shift()
        self.log.rename()
        if late:
            self.write_lines(late, "access.log.1")
        if is_created:
            self.log.write("")

    @precondition(lambda self: not self.unfinished and self.log.path.exists())
    @rule(meanwhile=st.integers(0, 2), is_read=st.booleans())
    def copytruncate(self, meanwhile, is_read):
        self.shift()
        lost = [self.line() for _ in range(meanwhile)]
        # What is written between copying and emptying is nowhere any more, unless it was read before.
        self.may_be_lost.update(lost)
        text = "".join(f"{line}\n" for line in lost)
        read = (lambda: self.receive(self.log.read())) if is_read else lambda: None
        self.log.copytruncate(meanwhile=text, before_emptying=read)

    def shift(self):
        """Give way as logrotate does, oldest first."""
        numbers = sorted(
            (int(path.name.rpartition(".")[2]) for path in self.log.folder.glob("access.log.*")), reverse=True
        )
        for number in numbers:
            self.log.rename(f"access.log.{number}", f"access.log.{number + 1}")

    @rule(most_lines=st.integers(1, 6))
    def read(self, most_lines):
        self.log.follower.look()
        self.chunk = self.log.follower.read(most_lines, 1_000)

    @precondition(lambda self: self.chunk is not None)
    @rule()
    def acknowledge(self):
        self.log.follower.advance(self.chunk, [])
        self.receive(self.chunk.content.decode())

    @rule()
    def restart(self):
        self.log.start()
        self.log.follower.look()
        self.chunk = None

    @rule(seconds=st.sampled_from([3, 20, 1_000]))
    def let_time_pass(self, seconds):
        self.log.now += seconds

    def receive(self, text):
        self.chunk = None
        self.received.update(text.splitlines())

    @invariant()
    def nothing_is_repeated(self):
        assert [line for line, count in self.received.items() if count > 1] == []

    def teardown(self):
        if self.unfinished:
            self.finish()
        self.log.now += 2_000
        self.receive(self.log.read(most_lines=7, most_bytes=1_000))
        self.log.start()
        self.receive(self.log.read())
        self.log.follower.close()
        self.temporary.cleanup()
        self.nothing_is_repeated()
        received = set(self.received)
        assert self.owed - received == set()
        assert received - self.owed <= self.may_be_lost


TestFollowedLog = FollowedLog.TestCase
TestFollowedLog.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
