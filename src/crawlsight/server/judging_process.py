"""A process that judges: reads works from its standard input, a socket, and answers in their order.

It is started by ``judging.py`` and ends when its socket does, however that came about. It names no part
of the server, so that it loads none of it.
"""

import contextlib
import gc
import pickle
import socket
import struct
from typing import BinaryIO

import msgspec

from crawlsight.errors import CrawlsightError
from crawlsight.ingest.judge import Judge, Work
from crawlsight.ingest.lines import LinesWork
from crawlsight.ingest.outcome import Outcome

# A frame is its length, then as many bytes; of an answer the first byte says what it is.
LENGTH = struct.Struct("<I")
OUTCOME, ERROR = b"o", b"e"

# Batches make thousands of objects that live until the batch is done, and no cycles.
_GC_THRESHOLDS = (50_000, 20, 50)

encode = msgspec.msgpack.Encoder().encode
decode_outcome = msgspec.msgpack.Decoder(Outcome).decode
_decode_work = msgspec.msgpack.Decoder(Work | LinesWork).decode


def frame(*parts: bytes) -> bytes:
    """Put a length before the parts."""
    return b"".join((LENGTH.pack(sum(map(len, parts))), *parts))


def read_answer(answer: bytes) -> Outcome | Exception:
    """Take an answer out of its frame's content."""
    if answer[:1] == OUTCOME:
        return decode_outcome(answer[1:])
    # Only our own child process writes here.
    error: Exception = pickle.loads(answer[1:])  # noqa: S301
    return error


def calm_collector() -> None:
    """Spare the garbage collector what stays for good, and looks that find nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def main() -> None:
    """Judge until the other side hangs up."""
    with socket.socket(fileno=0) as connection, connection.makefile("rb") as stream:
        foundation = _read_frame(stream)
        if foundation is None:
            return
        judge = Judge(*pickle.loads(foundation))  # noqa: S301 - from our own parent process
        calm_collector()
        # The parent may go first; then nobody waits for the answer.
        with contextlib.suppress(ConnectionError):
            while (content := _read_frame(stream)) is not None:
                connection.sendall(_answer(judge, _decode_work(content)))


def _answer(judge: Judge, work: Work | LinesWork) -> bytes:
    try:
        return frame(OUTCOME, encode(judge.judge(work)))
    except CrawlsightError as error:
        return frame(ERROR, pickle.dumps(error))
    except Exception as error:  # noqa: BLE001 - the sender must hear of it, and others' bodies wait
        return frame(ERROR, pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}")))


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    content = stream.read(length := LENGTH.unpack(head)[0])
    return content if len(content) == length else None


if __name__ == "__main__":
    main()
