"""What `python -m benchmarks.search` prints is what others read; its small world is made by COPY as the services would."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db(transaction=True)
def test_a_small_world_is_made_and_searched_beside_changes(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "benchmarks.search", "--events", "900", "--queries", "6", "--cost", "2"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *told, last = done.stdout.splitlines()
    figures = json.loads(last)
    assert {
        "events",
        "queries",
        "p50_ms",
        "p95_ms",
        "p99_ms",
        "typo_recall",
        "exact_recall",
        "reference_seconds",
    } <= figures.keys()
    paths = ("exact", "typo", "meaning", "suggest", "facets", "page", "api")
    assert all(figures[f"{path}_p95_ms"] > 0 for path in paths)
    assert figures["exact_recall"] == 1.0, told
    assert not [line for line in told if line.startswith("too much")]
    assert figures["writer"]["changes_per_second"] > 0
