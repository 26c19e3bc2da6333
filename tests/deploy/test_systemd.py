"""The units for a host without containers: systemd reads them, and they start what the Procfile has."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

from config.embedded.paths import PROJECT

UNITS = PROJECT / "deploy" / "systemd"
PROCESSES = dict(parse_procfile((PROJECT / "Procfile").read_text()).processes)
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_nothing_wrong(tmp_path: Path):
    for path in UNITS.iterdir():
        text = path.read_text().replace("/opt/nocturne/.venv/bin/python", sys.executable)
        for instance in (
            ("8000", "8001") if "-web@" in path.name else ("worker", "notifier", "processor", "beat")
        ):
            (tmp_path / path.name.replace("@", f"@{instance}")).write_text(text)
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert [line for line in told.stderr.splitlines() if "nocturne" in line] == []


def test_the_target_wants_each_process_of_the_procfile_and_one_beat():
    wants = re.search(r"^Wants=(nocturne.*)$", (UNITS / "nocturne.target").read_text(), re.M)
    started = [re.sub(r"nocturne-(web)@\d+|nocturne@(\w+)", r"\1\2", name.removesuffix(".service"))
               for name in wants[1].split()]  # fmt: skip
    assert set(started) == set(PROCESSES)
    assert started.count("beat") == 1
    assert started.count("web") == 2


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_a_user_of_its_own_and_no_way_to_more(name):
    lines = (UNITS / name).read_text().splitlines()
    assert {"User=nocturne", "NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(
        lines
    )
    assert "EnvironmentFile=/etc/nocturne/environment" in lines, "secrets stand in no unit"


def test_a_worker_has_the_time_that_compose_gives_it():
    assert "TimeoutStopSec=60" in (UNITS / "nocturne@.service").read_text()
