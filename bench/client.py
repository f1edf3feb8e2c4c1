"""A load generator that costs little beside the server it drives: raw HTTP/1.1 over a few connections."""

import asyncio
import itertools
import time
from collections.abc import Callable

_batch_numbers = itertools.count()


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, body: bytes, encoding: str = "") -> None:
        """Send one batch under a key of its own and read the answer; anything but 200 is an error."""
        encoded = f"Content-Encoding: {encoding}\r\n" if encoding else ""
        head = (
            "POST /v1/logs/custom HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"x-ansehn-api-key: {self._key}\r\nIdempotency-Key: bench-{next(_batch_numbers)}\r\n"
            f"{encoded}Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        content = await self._reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer.decode() + content.decode())

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def drive(
    port: int, key: str, bodies: list[bytes], connections: int, seconds: float, tick: Callable[[], None]
) -> tuple[int, float]:
    """Send compressed bodies as fast as they are taken; gives the batches sent and the seconds that took."""
    cycle = itertools.cycle(bodies)
    stop_at = time.perf_counter() + seconds

    async def worker() -> int:
        connection = Connection(port, key)
        await connection.open()
        sent = 0
        while time.perf_counter() < stop_at:
            await connection.post(next(cycle), "gzip")
            sent += 1
            if sent % 50 == 0:
                tick()
        connection.close()
        return sent

    started = time.perf_counter()
    sent = sum(await asyncio.gather(*(worker() for _ in range(connections))))
    return sent, time.perf_counter() - started


async def pace(port: int, key: str, body: bytes, per_second: int, seconds: float) -> list[float]:
    """Send one body at a fixed rate, however slow the answers; gives each latency, from when it was due."""
    idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    for _ in range(64):
        connection = Connection(port, key)
        await connection.open()
        idle.put_nowait(connection)
    latencies: list[float] = []

    async def send(due: float) -> None:
        connection = await idle.get()
        await connection.post(body)
        latencies.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    started = time.perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(send(due)))
    await asyncio.gather(*tasks)
    return latencies
