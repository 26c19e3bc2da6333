"""What `python -m benchmarks.ingest` prints is what others read: docs/interfaces.md."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db(transaction=True)
def test_a_small_world_is_made_measured_and_given_its_vectors(environment: dict[str, str]) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.ingest",
        "--events",
        "30",
        "--existing",
        "60",
        "--vectors",
        "--visible",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *told, last = done.stdout.splitlines()
    figures = json.loads(last)
    assert set(figures) == {
        "events", "existing", "seconds", "events_per_second", "queries_per_batch", "stage_seconds", "vector_lag_seconds", "peak_rss_mb",
        "cpu_ms_per_event", "parallel", "processor_seconds", "load", "reference_seconds",
    }  # fmt: skip
    assert (figures["events"], figures["existing"]) == (30, 60)
    assert {"extract", "categorize", "score", "match", "record"} <= figures["stage_seconds"].keys()
    assert figures["vector_lag_seconds"] > 0
    assert figures["peak_rss_mb"] > 100
    assert figures["cpu_ms_per_event"] > 0
    assert figures["parallel"] > 0
    assert any("30 found, 30 kept" in line for line in told)
    assert any("looked at for their vectors" in line for line in told)
    assert any("30 % listed by 2 to 4 sources" in line for line in told)
