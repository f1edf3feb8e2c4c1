"""Judge batches beside the event loop: large ones in processes of their own.

The interpreter runs one thread's Python at a time; a process that only judges leaves this one free to
read, commit and answer.
"""

import asyncio
import contextlib
import pickle
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from crawlsight.detect import Knowledge
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.explain import Explanation
from crawlsight.ingest.judge import Judge, Work
from crawlsight.ingest.lines import LinesWork
from crawlsight.ingest.outcome import Outcome
from crawlsight.ingest.policy import Policy
from crawlsight.ledger import KeyStyle
from crawlsight.server.judging_process import LENGTH, encode, frame, read_answer
from crawlsight.settings import Settings

# Judging a small body takes less than sending it to another process.
_INLINE_BYTES = 8 * 1024

DIALECTS = {KeyStyle.ANK: ansehn.NAME, KeyStyle.BOT: profound.NAME}

_STOP_SECONDS = 10

_GONE = "the process is gone"

_READ_BYTES = 256 * 1024


class _Equipment(NamedTuple):
    """What one state of knowledge needs; made in a thread, as it takes half a second."""

    knowledge: Knowledge
    foundation: bytes
    judge: Judge
    processes: "list[_JudgingProcess]"


class Judging:
    """Judges bodies: small ones here, large ones in its processes, if it has any."""

    def __init__(self, settings: Settings, knowledge: Knowledge, on_process_lost: Callable[[], None]) -> None:
        self._on_process_lost = on_process_lost
        self._settings = settings
        self._equipment = self._equip(knowledge)
        self._replacements: set[asyncio.Task[None]] = set()

    @property
    def knowledge(self) -> Knowledge:
        """What it judges by now."""
        return self._equipment.knowledge

    def _equip(self, knowledge: Knowledge) -> _Equipment:
        foundation = pickle.dumps((self._settings, knowledge))
        processes = [_JudgingProcess(foundation) for _ in range(self._settings.ingest_processes)]
        return _Equipment(knowledge, foundation, Judge(self._settings, knowledge), processes)

    async def learn(self, knowledge: Knowledge) -> None:
        """Judge by *knowledge* from the next body on; bodies at hand are finished by the old one."""
        former, self._equipment = self._equipment, await asyncio.to_thread(self._equip, knowledge)
        for process in former.processes:
            await process.drain()
            process.hang_up()
            await asyncio.to_thread(process.wait)

    async def judge(self, work: Work | LinesWork) -> Outcome:
        """Judge a body, or a piece of a log file.

        Raises:
            CrawlsightError: The body is no batch, or beyond a limit.
        """
        size = len(work.lines if isinstance(work, LinesWork) else work.body)
        equipment = self._equipment
        if not equipment.processes or size <= _INLINE_BYTES:
            return equipment.judge.judge(work)
        process = min(equipment.processes, key=lambda process: len(process.waiting))
        try:
            return await process.judge(work)
        except OSError:
            # Somebody killed it. Whoever notices first starts another; this body is judged here.
            if equipment is self._equipment and process in equipment.processes:
                self._on_process_lost()
                equipment.processes.remove(process)
                replacement = asyncio.create_task(self._replace(process, equipment))
                self._replacements.add(replacement)
                replacement.add_done_callback(self._replacements.discard)
            return equipment.judge.judge(work)

    async def _replace(self, lost: "_JudgingProcess", equipment: _Equipment) -> None:
        lost.hang_up()
        await asyncio.to_thread(lost.wait)
        equipment.processes.append(await asyncio.to_thread(_JudgingProcess, equipment.foundation))

    def explain(self, style: KeyStyle, values: dict[str, Any], policy: Policy, now: datetime) -> Explanation:
        """Explain what would become of a record.

        Raises:
            InvalidRecordError: It would be rejected.
        """
        return self._equipment.judge.explain(DIALECTS[style], values, policy, now)

    def close(self) -> None:
        """Stop the processes."""
        for process in self._equipment.processes:
            process.hang_up()
        for process in self._equipment.processes:
            process.wait()


class _JudgingProcess:
    """One process, which answers in the order in which it is asked.

    Attributes:
        waiting: Who waits for an answer, in that order.
    """

    def __init__(self, foundation: bytes) -> None:
        self.waiting: deque[asyncio.Future[Outcome]] = deque()
        self._is_gone = False
        self._received = bytearray()
        self._sending = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket, theirs = socket.socketpair()
        with theirs:
            # A group of its own: Ctrl-C is the server's to hear, which ends this one after the last batch.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "crawlsight.server.judging_process"],
                stdin=theirs.fileno(),
                process_group=0,
            )
        self._socket.sendall(frame(foundation))
        self._socket.setblocking(False)

    async def judge(self, work: Work | LinesWork) -> Outcome:
        """Have a body judged.

        Raises:
            CrawlsightError: The body is no batch, or beyond a limit.
            OSError: The process is gone.
        """
        loop = asyncio.get_running_loop()
        if self._loop is not loop and not self._is_gone:
            self._loop, self._sending = loop, asyncio.Lock()
            loop.add_reader(self._socket, self._receive)
        answer: asyncio.Future[Outcome] = loop.create_future()
        async with self._sending:
            if self._is_gone:
                raise ConnectionResetError(_GONE)
            self.waiting.append(answer)
            try:
                await loop.sock_sendall(self._socket, frame(encode(work)))
            except OSError:
                self.hang_up()
        return await answer

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self.hang_up()
            return
        received = self._received
        received += data
        start = 0
        while len(received) - start >= LENGTH.size:
            end = start + LENGTH.size + LENGTH.unpack_from(received, start)[0]
            if end > len(received):
                break
            self._deliver(read_answer(bytes(received[start + LENGTH.size : end])))
            start = end
        del received[:start]

    def _deliver(self, answer: Outcome | Exception) -> None:
        asker = self.waiting.popleft()
        if asker.done():
            return
        if isinstance(answer, Exception):
            asker.set_exception(answer)
        else:
            asker.set_result(answer)

    def hang_up(self) -> None:
        """Stop listening and tell everybody who waits; the process ends when it notices."""
        if self._is_gone:
            return
        self._is_gone = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
        # Not closed yet: a work that is being written must hear of it, too.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        while self.waiting:
            asker = self.waiting.popleft()
            if not asker.done():
                asker.set_exception(ConnectionResetError(_GONE))

    async def drain(self) -> None:
        """Wait for the answers that are under way."""
        while self.waiting:
            await asyncio.wait([self.waiting[-1]])

    def wait(self) -> None:
        """Wait for the process's end, which follows hanging up."""
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._socket.close()
