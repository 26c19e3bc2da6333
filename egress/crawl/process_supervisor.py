"""`python -m egress.crawl.process_supervisor SECONDS MEGABYTES`: runs the spider within its bounds, and at
the end kills every process that the spider left behind.

Playwright starts Chromium in a session of its own, so the group of the spider is not enough: this process
adopts all orphans below it (Linux: subreaper), weighs the whole tree, and kills the whole tree. It gets
nothing secret: the spider reads its task from the stdin that both share.
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
    """Exit code of the spider; 3 where it took too long, 4 too much memory, 5 stopped. The last line on
    stdout says what was used."""
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
    if why == "stopped":  # the worker may be dead, and nobody else would clear away
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
    """Megabytes that all processes below this one take, shared pages shared out among them (PSS; where it
    cannot be had, their own pages)."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            memory = process.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(memory, "pss", 0) or memory.uss
    return total / 1_048_576


def end_all() -> None:
    """Kill all processes below this one, again and again until there is none: what forks meanwhile is killed
    in the next round."""
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
