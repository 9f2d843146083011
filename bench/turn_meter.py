"""What processes with all their descendants use of a core, and what the rest of the machine uses, by the kernel's counters."""

from __future__ import annotations

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Counts from its making on."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids
        self._since = time.monotonic()
        self._own = [_used(pid) for pid in pids]
        self._all = _machine()

    def shares(self) -> tuple[list[float], float]:
        """Of a core: each process with its descendants, and everything else."""
        passed = time.monotonic() - self._since
        own = [(_used(pid) - before) / passed for pid, before in zip(self._pids, self._own, strict=True)]
        return own, max(0.0, (_machine() - self._all) / passed - sum(own))


def _used(pid: int) -> float:
    """Seconds of a process and its descendants."""
    processes: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        processes[int(path.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    family = {pid}
    while more := {child for child, (parent, _) in processes.items() if parent in family} - family:
        family |= more
    return sum(ticks for child, (_, ticks) in processes.items() if child in family) / _TICKS


def _machine() -> float:
    """Seconds of all cores that were not idle; what a hypervisor took counts as used."""
    fields = [int(field) for field in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS
