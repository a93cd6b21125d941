"""The peak memory of this process. Standard library only: peers import it in a Python of their own."""

import resource
from pathlib import Path


def peak_memory_mib() -> int:
    """Return the most memory that this process held at once.

    Linux tells it apart from the parent's; `getrusage` alone would show the parent's where that was more.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
