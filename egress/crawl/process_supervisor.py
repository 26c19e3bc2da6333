"""`python -m egress.crawl.process_supervisor SECONDS MEGABYTES`: runs the spider within its limits.

At the end it kills every process that the spider left behind. Playwright starts Chromium in a session of its
own, so the spider's process group is not enough: this process adopts all orphans below it (Linux: subreaper),
measures the whole tree, and kills the whole tree. It gets no secrets: the spider reads its task from the
stdin that both share.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from types import FrameType

import psutil

from egress.crawl.sandbox import adopt_orphans, die_with_parent, no_core_dumps, own_time

LOOK = 0.2
_SPIDER = "egress.crawl.spider"


class _Stopped(BaseException):
    """SIGTERM or SIGINT."""


def main(arguments: list[str]) -> int:
    """The exit code of the spider; 3 for a timeout, 4 for too much memory, 5 if stopped.

    The last line on stdout reports the resources used.
    """
    seconds, megabytes = float(arguments[0]), float(arguments[1])
    die_with_parent(signal.SIGTERM)
    adopt_orphans()
    no_core_dumps()
    own_time()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    begun, peak, why, code = time.monotonic(), 0.0, "", 5
    spider = None
    try:
        spider = subprocess.Popen([sys.executable, "-m", _SPIDER], start_new_session=True)
        while (done := _ended(spider)) is None and not why:
            peak = max(peak, weight())
            why = "memory" if peak > megabytes else "time" if time.monotonic() - begun > seconds else ""
        code = {"memory": 4, "time": 3}.get(why, done or 0)
    except _Stopped:
        why = "stopped"
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_all()
    if why == "stopped":  # the worker may be dead, and nobody else would clean up
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    used = {
        "kind": "used",
        "seconds": round(time.monotonic() - begun, 2),
        "peak_mb": round(peak, 1),
        "killed": why,
    }
    print("\n" + json.dumps(used), flush=True)
    return code


def weight() -> float:
    """Megabytes of memory of all processes below this one.

    Shared pages are divided among them (PSS); where PSS is not available, only unshared pages count.
    """
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            memory = process.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(memory, "pss", 0) or memory.uss
    return total / 1_048_576


def end_all() -> None:
    """Kill all processes below this one repeatedly until there is none.

    New forks are killed in the next round.
    """
    me = psutil.Process()
    for _ in range(100):
        below = me.children(recursive=True)
        if not below:
            return
        for process in below:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(below, timeout=2)


def _ended(spider: "subprocess.Popen[bytes]") -> int | None:
    try:
        return spider.wait(timeout=LOOK)
    except subprocess.TimeoutExpired:
        return None


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
