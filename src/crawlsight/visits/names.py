"""Names of pages by their hashes: what a hash stands for never changes, so it is asked once."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

_MOST_PAGES = 50_000


class PageNames:
    """Host and path of the pages that were asked for last. Safe to use from several threads."""

    def __init__(self, most_pages: int = _MOST_PAGES) -> None:
        self._most_pages = most_pages
        self._lock = Lock()
        self._names: OrderedDict[int, tuple[str, str]] = OrderedDict()

    def known(self, hashes: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Give the names that are known."""
        found = {}
        with self._lock:
            for page in hashes:
                name = self._names.get(page)
                if name is not None:
                    self._names.move_to_end(page)
                    found[page] = name
        return found

    def learn(self, names: Mapping[int, tuple[str, str]]) -> None:
        """Remember names, and forget those that nobody has asked for longest."""
        with self._lock:
            self._names.update(names)
            while len(self._names) > self._most_pages:
                self._names.popitem(last=False)
