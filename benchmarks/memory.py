"""How much memory a process took; imports next to nothing, so that it does not count itself."""

from __future__ import annotations

import resource
from pathlib import Path


def most_held() -> float:
    """The most that this process ever held, in MB.

    `ru_maxrss` alone would count what the parent held before this became a process of its own.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
