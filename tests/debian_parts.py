"""Programs that tests run for real: the machine's own, else Debian's, unpacked into a cache."""

import fcntl
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crawlsight-tests"

# Where servers are, although they are not on everybody's PATH.
_SEARCHED = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


@dataclass(frozen=True)
class Program:
    """A program that can be run.

    Attributes:
        root: What stands for ``/`` in the paths of its package.
    """

    path: Path
    root: Path

    @property
    def is_unpacked(self) -> bool:
        return self.root != Path("/")

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment in which it finds its libraries."""
        if not self.is_unpacked:
            return os.environ
        folders = sorted({str(file.parent) for file in self.root.rglob("*.so*")})
        return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders)}

    def find(self, pattern: str) -> Path:
        """Find a file of its package, by a pattern of its path without the leading slash."""
        return next(iter(sorted(self.root.glob(pattern))))


@cache
def find_program(name: str, *packages: str) -> Program:
    """Find a program, fetching its packages if need be.

    Skips the test where there is no Debian to fetch from; with CI set nothing may skip, so it fails.
    """
    found = shutil.which(name, path=_SEARCHED)
    if found is not None:
        return Program(Path(found), Path("/"))
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        message = f"{name} is not installed, and there is no Debian to fetch it from"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    root = _unpacked(packages)
    found = shutil.which(name, path=f"{root}/usr/sbin:{root}/usr/bin")
    assert found is not None, f"{name} is in none of {packages}, and these are not among what is installed"
    return Program(Path(found), root)


def _unpacked(packages: tuple[str, ...]) -> Path:
    """Give the folder with the packages, and with all they need that the machine has not."""
    release = platform.freedesktop_os_release()
    folder = _CACHE / f"{release['ID']}-{release.get('VERSION_ID', 'testing')}-{platform.machine()}"
    root = folder / "-".join(packages)
    if root.exists():
        return root
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=folder) as temporary:
        # Tests of another checkout may want the same at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        archives, contents = Path(temporary, "archives"), Path(temporary, "root")
        contents.mkdir()
        _download(packages, folder / "lists", archives)
        for archive in archives.glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", archive, contents], check=True)
        if not root.exists():
            contents.rename(root)
    return root


def _download(packages: tuple[str, ...], lists: Path, archives: Path) -> None:
    """Download packages and what they need, as anybody, with lists of our own."""
    for folder in (lists, archives):
        (folder / "partial").mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State::Lists": lists,
        "Dir::Cache::Archives": archives,
        "Dir::Cache::PkgCache": "",
        "Dir::Cache::SrcPkgCache": "",
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "",
    }
    apt = ["apt-get", "--quiet", "--yes", *(f"--option={name}={value}" for name, value in options.items())]
    install = [*apt, "install", "--download-only", "--no-install-recommends", *packages]
    if _run(install) is not None:
        # No lists yet, or old ones that name files which are gone.
        for command in ([*apt, "update"], install):
            trouble = _run(command)
            assert trouble is None, trouble


def _run(command: list[str]) -> str | None:
    """Run a command; gives what it printed if it failed."""
    found = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return None if found.returncode == 0 else found.stdout + found.stderr
