"""Processor time, ours and PostgreSQL's, and the speed of this machine at this moment: what makes one figure comparable with another."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil


def reference_seconds() -> float:
    """Seconds of ten million additions, the best of five: machines of one kind differ by three from hour to hour."""

    def once() -> float:
        begun, x = time.perf_counter(), 0
        for i in range(10_000_000):
            x += i
        return time.perf_counter() - begun

    return round(min(once() for _ in range(5)), 3)


@contextmanager
def watched() -> Iterator[dict[str, Any]]:
    """Figures to fill while something is measured; `processor_seconds`, and `load` and `reference_seconds` before and after, join them at the end."""
    told: dict[str, Any] = {}
    reference, load, used = reference_seconds(), os.getloadavg()[0], processor_seconds()
    yield told
    told["processor_seconds"] = round(processor_seconds() - used, 2)
    told["load"] = [round(load, 1), round(os.getloadavg()[0], 1)]
    told["reference_seconds"] = [reference, reference_seconds()]


def processor_seconds() -> float:
    """Of this process, of all that it started, and of the embedded PostgreSQL, those that ended included.

    Without PostgreSQL's where another server is configured, or none runs.
    """
    me = psutil.Process()
    trees = [me]
    if server := _postgres():
        trees.append(server)
    return sum(_of_tree(root) for root in trees)


def _postgres() -> psutil.Process | None:
    from config.embedded import default_var

    if os.environ.get("DATABASE_URL"):
        return None
    try:
        return psutil.Process(int((default_var() / "postgres/data/postmaster.pid").read_text().split()[0]))
    except (OSError, psutil.Error):
        return None


def _of_tree(root: psutil.Process) -> float:
    """Of a process and its children: `cpu_times` of each has those of its children that ended."""
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total
