"""`python -m tests.chaos_all`: everything that is broken on purpose and must hold, one after the other (`make chaos-all`).

Prints what each said, a table, and as the last line one JSON object:
`{"held": true, "scenarios": {NAME: {"held", "passed", "seconds"}}}`. Exit status 0 where all held. `--only NAME` runs one.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from typing import Final, NamedTuple


class Scenario(NamedTuple):
    """What is broken: the tests that do it, and what the environment asks of them."""

    tests: str
    environment: dict[str, str]


SCENARIOS: Final = {
    "worker": Scenario("tests/sources/test_chaos.py", {"CHAOS_RUNS": "200"}),
    "live": Scenario("tests/realtime/chaos", {"CHAOS_FULL": "1", "CHAOS_SECONDS": "5"}),
    "mail": Scenario("tests/mail/test_chaos.py", {"CHAOS_KILLS": "200", "CHAOS_MAILS": "500"}),
    "drill": Scenario("tests/config/backup/test_drill.py", {"CHAOS_ALL": "1"}),
    "valkey": Scenario("tests/config/valkey", {}),
    "poison": Scenario("tests/sources/test_held_up.py", {}),
    "services": Scenario("tests/trouble/test_services.py", {"CHAOS_ALL": "1"}),
    "network": Scenario("tests/trouble/test_network.py", {"CHAOS_ALL": "1"}),
    "clock": Scenario("tests/trouble/test_clock.py", {"CHAOS_ALL": "1"}),
    "kills": Scenario("tests/trouble/test_kills.py", {"CHAOS_ALL": "1", "CHAOS_KILLS": "200"}),
}


def main() -> int:
    """Run them; 0 where all held."""
    options = argparse.ArgumentParser(prog="python -m tests.chaos_all", description=__doc__)
    options.add_argument("--only", choices=SCENARIOS, action="append")
    names = options.parse_args().only or list(SCENARIOS)
    found = {name: _run(SCENARIOS[name]) for name in names}
    print(f"{'scenario':10}{'held':>6}{'passed':>8}{'seconds':>9}")
    for name, one in found.items():
        print(f"{name:10}{'yes' if one['held'] else 'NO':>6}{one['passed']:8}{one['seconds']:9}")
    held = all(one["held"] for one in found.values())
    print(json.dumps({"held": held, "scenarios": found}))
    return 0 if held else 1


def _run(scenario: Scenario) -> dict[str, float | bool]:
    """Run the tests, print what they say, and count. A scenario whose tests were all skipped did not hold."""
    begun = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        scenario.tests,
        "-s",
        "-p",
        "no:logging",
        "-o",
        "addopts=-p no:valkey",
    ]
    environment = {**scenario.environment, **os.environ}  # a smaller number can be given
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    counted = re.search(r"(\d+) passed", "".join(lines[-3:]))
    passed = int(counted[1]) if counted else 0
    return {
        "held": process.returncode == 0 and passed > 0,
        "passed": passed,
        "seconds": round(time.monotonic() - begun),
    }


if __name__ == "__main__":
    sys.exit(main())
