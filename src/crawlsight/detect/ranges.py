"""The address ranges that operators publish: dated snapshots, and which of them hold an address."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network

import msgspec

from crawlsight.addresses import Network
from crawlsight.errors import IpListError

_NO_LISTS: frozenset[str] = frozenset()

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")

_Change = tuple[int, str, bool]


class Snapshot(msgspec.Struct, frozen=True):
    """A published list as it was at one time.

    Attributes:
        source: Where its operator publishes it.
        obtained_from: Where this copy was read.
        created: When the operator made it, as the list itself says; may be empty.
        obtained: The day of the copy, ``YYYY-MM-DD``.
        prefixes: In canonical form.
    """

    source: str
    obtained_from: str
    created: str
    obtained: str
    prefixes: tuple[str, ...]

    @property
    def date(self) -> str:
        """The day that the list is of: the operator's own, else that of the copy."""
        return self.created[:10] if _DAY.match(self.created) else self.obtained


class Holding(msgspec.Struct, frozen=True):
    """Which lists hold an address.

    Attributes:
        wholly: Lists that hold all that a logged address may stand for.
        partly: Lists that hold some of it; of an address that is not masked, the same lists.
    """

    wholly: frozenset[str]
    partly: frozenset[str]


class IpRanges:
    """Snapshots by the slug of their list, searched by address in the time of two bisections."""

    def __init__(self, snapshots: Mapping[str, Snapshot]) -> None:
        self.snapshots = dict(snapshots)
        self._by_version = {version: _Intervals(snapshots, version) for version in (4, 6)}

    def holding(self, network: Network) -> Holding:
        """Say which lists hold the addresses of *network*."""
        return self._by_version[network.version].holding(network.first, network.last)


class _Intervals:
    """The number line cut wherever a prefix begins or ends, with the lists that hold each piece."""

    def __init__(self, snapshots: Mapping[str, Snapshot], version: int) -> None:
        self._starts = [0]
        self._lists = [_NO_LISTS]
        open_prefixes: dict[str, int] = {}
        # Few different sets stand in thousands of places.
        known: dict[frozenset[str], frozenset[str]] = {}
        for position, slug, begins in sorted(_changes(snapshots, version)):
            open_prefixes[slug] = open_prefixes.get(slug, 0) + (1 if begins else -1)
            held_by = frozenset(slug for slug, count in open_prefixes.items() if count)
            held_by = known.setdefault(held_by, held_by)
            if self._starts[-1] == position:
                self._lists[-1] = held_by
            else:
                self._starts.append(position)
                self._lists.append(held_by)

    def holding(self, first: int, last: int) -> Holding:
        begin = bisect_right(self._starts, first) - 1
        end = begin + 1 if first == last else bisect_right(self._starts, last)
        pieces = self._lists[begin:end]
        if len(pieces) == 1:
            return Holding(pieces[0], pieces[0])
        return Holding(frozenset.intersection(*pieces), frozenset.union(*pieces))


def _changes(snapshots: Mapping[str, Snapshot], version: int) -> list[_Change]:
    changes = []
    for slug, snapshot in snapshots.items():
        for prefix in snapshot.prefixes:
            network: IPv4Network | IPv6Network = ip_network(prefix)
            if network.version == version:
                changes.append((int(network.network_address), slug, True))
                changes.append((int(network.broadcast_address) + 1, slug, False))
    return changes


def read_snapshot(text: str | bytes) -> Snapshot:
    """Read a snapshot from its JSON.

    Raises:
        IpListError: It is none.
    """
    try:
        snapshot = msgspec.json.decode(text, type=Snapshot)
        for prefix in snapshot.prefixes:
            ip_network(prefix)
    except (msgspec.DecodeError, ValueError) as error:
        raise IpListError(f"the snapshot cannot be read: {error}") from error
    return snapshot


def write_snapshot(snapshot: Snapshot) -> bytes:
    """Write a snapshot as JSON, one prefix a line."""
    return msgspec.json.format(msgspec.json.encode(snapshot), indent=2) + b"\n"


@cache
def built_in_snapshots() -> Mapping[str, Snapshot]:
    """Load the snapshots that come with the package, by the slug of their list."""
    folder = files(__package__) / "ranges"
    return {
        file.name.removesuffix(".json"): read_snapshot(file.read_bytes())
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    }
