"""Run the server: own the data directory, listen, and finish what was accepted before stopping."""

import asyncio
import ctypes
import dataclasses
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from crawlsight.errors import CrawlsightError, SettingError, UnavailableError
from crawlsight.server.app import create_app
from crawlsight.server.deletion import purge_deleted
from crawlsight.server.judging_process import calm_collector
from crawlsight.server.ownership import RunningServer, forget_address, own_data_directory, tell_address
from crawlsight.server.services import Services, open_services
from crawlsight.server.sign_in_links import first_sign_in_url
from crawlsight.server.telemetry import configure_logging, log
from crawlsight.settings import Settings

_HOUSEKEEPING_SECONDS = 3600
_LEARNING_SECONDS = 2

# The interpreter's default of 5 ms would let one thread that decodes hold up every commit and answer.
_SWITCH_SECONDS = 0.0005

# glibc keeps an arena of free memory for each thread, and ever larger blocks in it. With two arenas, and
# large blocks given back to the system at once, a loaded server needs about 40 MiB less.
# Numbers of parameters: <malloc.h>.
_MALLOC_TRIM_THRESHOLD, _MALLOC_MMAP_THRESHOLD, _MALLOC_ARENAS = -1, -3, -8
_MALLOC_PARAMETERS = {
    _MALLOC_ARENAS: 2,
    _MALLOC_MMAP_THRESHOLD: 512 * 1024,
    _MALLOC_TRIM_THRESHOLD: 1024 * 1024,
}


def serve(settings: Settings, on_ready: Callable[[str, str | None], None] = lambda *_: None) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        on_ready: Called once the server takes requests, with its URL and the one by which the first user
            signs in; the latter is a secret, and None once somebody has a password.

    Raises:
        CrawlsightError: The server cannot start.
    """
    configure_logging(settings.log_format, settings.log_level)
    _spare_memory()
    with own_data_directory(settings.data):
        # A killed server left its own.
        forget_address(settings.data)
        settings = _pick_port(settings)
        services = open_services(settings)
        sys.setswitchinterval(_SWITCH_SECONDS)
        calm_collector()
        try:
            asyncio.run(_serve(services, on_ready))
        finally:
            services.close()
            forget_address(settings.data)
            log.info("stopped")


def _spare_memory() -> None:
    # Read by the embedded engine's own allocator when it is loaded.
    os.environ.setdefault("MALLOC_CONF", "dirty_decay_ms:300,muzzy_decay_ms:0")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in _MALLOC_PARAMETERS.items():
            mallopt(parameter, value)


def _give_back_memory() -> None:
    """Give the system back what only starting needed."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)


async def _serve(services: Services, on_ready: Callable[[str, str | None], None]) -> None:
    settings = services.settings
    server = Server(
        create_app(services),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        backlog=1024,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # It stops when all are answered.
        services.importer.endings.release()
        server.stop()  # type: ignore[no-untyped-call]

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    serving = asyncio.create_task(server.serve())
    beside = [asyncio.create_task(work(services)) for work in (_keep_house, _keep_learning)]
    url = f"http://{_shown_host(settings.host)}:{settings.port}"
    await _until_listening(settings, serving)
    tell_address(settings.data, RunningServer(url, services.operator_token))
    _give_back_memory()
    log.info("listening", url=url, data=str(settings.data))
    on_ready(url, first_sign_in_url(services.ledger, settings.public_url.rstrip("/") or url))
    await serving
    for task in beside:
        task.cancel()


async def _until_listening(settings: Settings, serving: asyncio.Task[Any]) -> None:
    address = ("127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host, settings.port)  # noqa: S104
    deadline = time.monotonic() + 30
    while not serving.done() and time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(*address)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        return
    raise UnavailableError(f"the server does not listen on {settings.host}:{settings.port}")


async def _keep_house(services: Services) -> None:
    loop = asyncio.get_running_loop()
    while True:
        now_ms = int(services.clock().timestamp() * 1000)
        try:
            await loop.run_in_executor(
                services.report_threads,
                services.ledger.forget_expired,
                now_ms,
                services.settings.rejected_kept_days,
            )
            await loop.run_in_executor(services.report_threads, purge_deleted, services)
        except UnavailableError as error:
            log.warning("housekeeping_failed", error=str(error))
        await asyncio.sleep(_HOUSEKEEPING_SECONDS)


async def _keep_learning(services: Services) -> None:
    """Judge by refreshed lists, keys and entries as soon as their files change."""
    known = services.knowledge_seen
    while True:
        await asyncio.sleep(_LEARNING_SECONDS)
        found = services.knowledge.fingerprint()
        if found == known:
            continue
        known = found
        try:
            await services.judging.learn(await asyncio.to_thread(services.knowledge.load))
            log.info("knowledge_refreshed", files=len(found))
        except (CrawlsightError, OSError) as error:
            log.warning("knowledge_refused", error=str(error))


def _pick_port(settings: Settings) -> Settings:
    """Make sure of the port before anything is opened; port 0 becomes a free one."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            raise SettingError(
                f"cannot listen on {settings.host}:{settings.port}: {error}; choose another --host or --port"
            ) from error
        return dataclasses.replace(settings, port=probe.getsockname()[1])


def _shown_host(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
