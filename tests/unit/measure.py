"""Run a piece of code in a process of its own and tell what it cost; for tests of memory."""

import json
import subprocess
import sys

_FRAME = """
import json, resource, sys

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def resident_mib():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1024 / 1024

{code}
"""


def run_apart(code: str, *arguments: str) -> dict[str, float]:
    """Run *code*, which prints one JSON object; it may call ``peak_mib()`` and ``resident_mib()``."""
    done = subprocess.run(
        [sys.executable, "-c", _FRAME.format(code=code), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
