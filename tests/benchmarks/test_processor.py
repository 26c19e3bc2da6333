"""Processor time counts what a benchmark starts, and figures carry the speed of the machine."""

import subprocess
import sys
import time

from benchmarks import processor
from benchmarks.processor import processor_seconds, watched

BUSY = "import time\nuntil = time.process_time() + {}\nwhile time.process_time() < until: pass\n{}"


def test_children_count_while_they_run_and_when_they_ended() -> None:
    before = processor_seconds()
    subprocess.run([sys.executable, "-c", BUSY.format(0.2, "")], check=True)
    assert processor_seconds() - before > 0.15
    with subprocess.Popen(
        [sys.executable, "-c", BUSY.format(0.2, "print(1, flush=True)\ninput()")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert processor_seconds() - before > 0.3
        child.communicate(b"\n")


def test_figures_get_what_makes_them_comparable(monkeypatch) -> None:
    monkeypatch.setattr(processor, "reference_seconds", iter([0.5, 0.6]).__next__)
    with watched() as told:
        told["figure"] = 1
        until = time.process_time() + 0.05
        while time.process_time() < until:
            pass
    assert told["figure"] == 1
    assert told["processor_seconds"] >= 0.03
    assert told["reference_seconds"] == [0.5, 0.6]
    assert len(told["load"]) == 2
