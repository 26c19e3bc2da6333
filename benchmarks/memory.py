"""The peak memory of a process and its forks.

Shared memory counts once; other programs that it starts do not count.
"""

import os
import subprocess
import sys
from types import TracebackType

import psutil

#: A process that watches another one, and prints the peak when its standard input closes.
_WATCHER = """
import os, select, sys
def words(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()
def together(pid):
    found = 0
    try:
        if words(pid) != program:
            return 0
        with open(f"/proc/{pid}/smaps_rollup") as file:
            found = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            found += sum(together(child) for child in file.read().split() if int(child) != os.getpid())
    except (OSError, StopIteration, ValueError):
        pass
    return found
program = words(sys.argv[1])
peak = 0
while not select.select([sys.stdin], [], [], float(sys.argv[2]))[0]:
    peak = max(peak, together(sys.argv[1]))
print(max(peak, together(sys.argv[1])) // 1024)
"""


class PeakMemory:
    """Measures the proportional set size of this process and its forks, each so many seconds.

    `with PeakMemory() as memory: …`, then `memory.peak_mb`. Each look takes some 10 ms of a core for each process.
    """

    peak_mb = 0

    def __init__(self, *, each: float = 0.5) -> None:
        self._each = each

    def __enter__(self) -> "PeakMemory":
        command = [sys.executable, "-S", "-c", _WATCHER, str(os.getpid()), str(self._each)]
        self._watcher = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def processor_seconds(self) -> float:
        """What the looks have taken until now, within the block: no part of what is measured."""
        return float(sum(psutil.Process(self._watcher.pid).cpu_times()[:2]))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        told, _ = self._watcher.communicate()
        self.peak_mb = int(told)
