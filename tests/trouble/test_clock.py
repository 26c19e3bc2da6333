"""The clock of the machine jumps: a day ahead, and back (Debian's faketime)."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.trouble.feeds import ports, served, sources
from tests.trouble.test_network import _READ

pytestmark = pytest.mark.skipif(not shutil.which("faketime"), reason="needs Debian's faketime")
_ALL = """
from sources.runs.release import release_stuck
from sources.triggers.due import due_sources
from django.utils.timezone import now
answer = {"due": len(due_sources(now=now())), "released": release_stuck(now=now()).count}
"""


def _at(one, offset: str, code: str):
    """Run lines while the clock is wrong by `offset`."""
    lines = f"import django, json; django.setup()\n{code}\nprint(json.dumps(answer, default=str))"
    done = subprocess.run(
        ["faketime", "-f", offset, sys.executable, "-W", "ignore", "-c", lines],
        env=one.environment, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_clock_that_jumps_a_day_ahead_and_back(machine):
    with served(1, count=12) as feeds:
        one = machine(EGRESS_ALLOWED_PORTS=ports(feeds))
        one.do(sources(feeds))
        one.do(_READ)
        feeds[0].grow(2)
        code, _ = _at(one, "+1d", _READ)
        assert code == ""
        assert one.rows("SELECT count(*), count(DISTINCT id) FROM events_event") == [(14, 14)]
        # a process whose clock is right again: nothing is open, and the source is not due before a day and an hour
        feeds[0].grow(2)
        found = one.do(_ALL)
        assert found["released"] == 0
        print({"back": found, "next": one.rows("SELECT next_fetch_at - now() FROM sources_source")[0][0]})
        assert found["due"] == 1, "a source that was planned by a wrong clock stands still"
        one.do(_READ)
        assert one.rows("SELECT count(*), count(DISTINCT id) FROM events_event") == [(16, 16)]
        # and an hour behind
        feeds[0].grow(2)
        code, _ = _at(one, "-1h", _READ)
        assert code == ""
        assert one.rows("SELECT count(*), count(DISTINCT id) FROM events_event") == [(18, 18)]
        assert one.rows("SELECT count(*) FROM events_listing WHERE missing_since IS NOT NULL") == [(0,)]
        assert one.rows("SELECT count(*) FROM sources_fetchrun WHERE state = 'running'") == [(0,)]
