"""The files of what was refreshed, in the data directory, laid over what comes with the package."""

import contextlib
import re
from pathlib import Path

from crawlsight.detect import Knowledge, built_in_knowledge
from crawlsight.detect.ranges import Snapshot, read_snapshot, write_snapshot
from crawlsight.errors import CatalogueError, IpListError, UnavailableError
from crawlsight.settings import Settings

_HOST = re.compile(r"[a-z0-9.\-]{1,253}(?::\d{1,5})?")


class KnowledgeFiles:
    """Where refreshed knowledge is kept: ``ranges/LIST.json`` and ``keys/HOST.json``.

    Args:
        folder: Made when something is first kept in it.
        catalogue: The operator's own entries, a TOML file; None without any.
    """

    def __init__(self, folder: Path, catalogue: Path | None = None) -> None:
        self._ranges, self._keys = folder / "ranges", folder / "keys"
        self._catalogue = catalogue

    @classmethod
    def of(cls, settings: Settings) -> "KnowledgeFiles":
        """Give the files that a server with these settings uses."""
        own = Path(settings.catalogue) if settings.catalogue else None
        return cls(settings.data / "knowledge", own)

    def load(self) -> Knowledge:
        """Read everything.

        Raises:
            CatalogueError: The operator's own entries contradict themselves or cannot be read.
            IpListError: A snapshot was changed by hand and is none any more.
            UnavailableError: A file cannot be read.
        """
        built_in = built_in_knowledge()
        snapshots = {path.stem: _read_snapshot(path) for path in sorted(self._ranges.glob("*.json"))}
        catalogue = built_in.catalogue
        if self._catalogue is not None:
            try:
                catalogue = catalogue.with_entries(self._catalogue.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise CatalogueError(f"{self._catalogue} cannot be read: {error}") from error
            except CatalogueError as error:
                raise CatalogueError(f"{self._catalogue}: {error}") from error
        return Knowledge(
            catalogue=catalogue,
            assistants=built_in.assistants,
            snapshots={**built_in.snapshots, **snapshots},
            key_directories={
                path.name.removesuffix(".json").replace("_", ":"): _read(path)
                for path in sorted(self._keys.glob("*.json"))
            },
        )

    def fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        """Tell a state of the files from another, without reading them."""
        paths = [*self._ranges.glob("*.json"), *self._keys.glob("*.json")]
        if self._catalogue is not None and self._catalogue.exists():
            paths.append(self._catalogue)
        found = []
        for path in sorted(paths):
            # What is replaced at this moment is seen the next time.
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(found)

    def keep_snapshot(self, slug: str, snapshot: Snapshot) -> None:
        """Keep a list; from now on it replaces the package's.

        Raises:
            UnavailableError: The file cannot be written.
        """
        _replace(self._ranges / f"{slug}.json", write_snapshot(snapshot))

    def keep_directory(self, host: str, body: bytes) -> None:
        """Keep the keys of a signer.

        Raises:
            UnavailableError: The file cannot be written, or the host is no name.
        """
        if not _HOST.fullmatch(host):
            raise UnavailableError(f"{host!r} is no host whose keys could be kept")
        _replace(self._keys / f"{host.replace(':', '_')}.json", body)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnavailableError(f"{path} cannot be read: {error}") from error


def _read_snapshot(path: Path) -> Snapshot:
    try:
        return read_snapshot(_read(path))
    except IpListError as error:
        raise IpListError(f"{path}: {error}; delete it to go back to the package's copy") from error


def _replace(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        raise UnavailableError(f"{path} cannot be written: {error}") from error
