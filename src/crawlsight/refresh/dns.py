"""Forward-confirmed reverse DNS: the name of an address, if the name leads back to the address."""

import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from crawlsight.addresses import read_network, strip_address

_ANSWERS_KEPT = 50_000
_THREADS = 8
_TIMEOUT_SECONDS = 5.0

# The resolver says that there is none, and not that it could not ask: HOST_NOT_FOUND and NO_DATA of
# <netdb.h>, and what getaddrinfo says.
_NO_SUCH_NAME = frozenset({1, 4, socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

# The name of an address, and the addresses of a name; both raise OSError when there are none.
NameOf = Callable[[str], str]
AddressesOf = Callable[[str], Iterable[str]]


def _name_of(ip: str) -> str:
    return socket.gethostbyaddr(ip)[0]


def _addresses_of(name: str) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(name, None)]


class ReverseDns:
    """Looks names up, several at a time, and remembers the answers.

    Args:
        timeout_seconds: Longest wait for one address; one that takes longer stays unknown.
    """

    def __init__(
        self,
        name_of: NameOf = _name_of,
        addresses_of: AddressesOf = _addresses_of,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        self._name_of, self._addresses_of = name_of, addresses_of
        self._timeout_seconds = timeout_seconds
        self._answers: OrderedDict[str, str] = OrderedDict()
        self._free = threading.BoundedSemaphore(_THREADS)

    def name(self, ip: str) -> str | None:
        """Give the confirmed name of an address, ``""`` when it has none, None when nobody can tell."""
        address = strip_address(ip)
        if address not in self._answers:
            network = read_network(address)
            if network is None or not network.is_public or network.first != network.last:
                return None
            answer = self._ask(address)
            if answer is None:
                return None
            self._remember(address, answer)
        return self._answers[address]

    def _ask(self, address: str) -> str | None:
        if not self._free.acquire(timeout=self._timeout_seconds):
            return None
        answers: SimpleQueue[str | None] = SimpleQueue()

        def look_up() -> None:
            with self._free_afterwards():
                answers.put(self._look_up(address))

        # A daemon, since nothing can stop a look-up that hangs, and no program should wait for it.
        threading.Thread(target=look_up, name="reverse-dns", daemon=True).start()
        try:
            return answers.get(timeout=self._timeout_seconds)
        except Empty:
            return None

    @contextmanager
    def _free_afterwards(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._free.release()

    def _remember(self, address: str, name: str) -> None:
        if len(self._answers) >= _ANSWERS_KEPT:
            self._answers.popitem(last=False)
        self._answers[address] = name

    def _look_up(self, address: str) -> str | None:
        try:
            name = self._name_of(address).lower().rstrip(".")
            confirmed = {read_network(found) for found in self._addresses_of(name)}
        except UnicodeError:
            return ""
        except OSError as error:
            return "" if error.errno in _NO_SUCH_NAME else None
        # Whoever owns an address can give it any name; only the name's owner can lead it back.
        return name if read_network(address) in confirmed else ""
