"""Which lines of the product the tests run, measured by SlipCover: a plugin of pytest.

SlipCover puts a probe before each line when a module is imported, and the probes of lines that have run are removed
now and then, so that tests soon run at full speed. A tracer (coverage.py on Python 3.11) took 40 % more time.
Children of tests are not measured: most are killed before they could store anything.
"""

import atexit
import json
import os
from functools import reduce
from pathlib import Path
from typing import Any, Final

import pytest
import slipcover
from slipcover.importer import FileMatcher, ImportManager

from tests.packages import PACKAGES, ROOT

#: The folder where each process writes what it has measured.
FOLDER_VARIABLE: Final = "NOCTURNE_COVERAGE"
#: Percent of the lines that must run.
GATE: Final = 95
#: Probes that are passed so often in vain make SlipCover remove them by itself.
_NEVER: Final = 2**31 - 1
#: After so many tests probes are removed for the first time, and then after twice as many each.
_FIRST_REMOVAL: Final = 16


def measure() -> slipcover.Slipcover:
    """Count the lines of each module that this process imports from now on; write them at its end."""
    sources = [str(ROOT / name) for name in PACKAGES]
    # Probes are removed between tests (`pytest_runtest_logfinish`) and never within one, which might measure time.
    measured = slipcover.Slipcover(source=sources, omit=["*/migrations/*"], d_miss_threshold=_NEVER)
    ImportManager(measured, FileMatcher(sources=sources, omit=["*/migrations/*"])).__enter__()
    atexit.register(_write, measured, os.getpid())
    return measured


def _write(measured: slipcover.Slipcover, process: int) -> None:
    """Store the lines that this process has run. A fork of it, which runs what is known already, stores nothing."""
    if os.getpid() == process:
        path = Path(os.environ[FOLDER_VARIABLE]) / f"{process}.json"
        path.write_text(json.dumps(measured.get_coverage()))


def report(folder: Path) -> float:
    """Show the lines that no process has run, by file. Returns the percentage of those that were run."""
    parts: list[dict[str, Any]] = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    if not parts:
        return 0.0
    whole = reduce(slipcover.merge_coverage, parts)
    slipcover.print_coverage(whole, missing_width=60, skip_covered=True)
    percent: float = whole["summary"]["percent_covered"]
    return percent


class Measuring:
    """The plugin: it measures from the first import of a conftest on.

    Probes are removed after 16 tests, 32, 64, and so on, since a removal searches all modules.
    """

    def __init__(self) -> None:
        self._measured: Any = None
        self._tests, self._next = 0, _FIRST_REMOVAL

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self) -> None:
        """Begin, before pytest-django imports the settings."""
        self._measured = measure()

    def pytest_runtest_logfinish(self) -> None:
        """One more test has ended."""
        self._tests += 1
        # From Python 3.12 on the interpreter itself stops to report a line that has run.
        if self._tests == self._next and hasattr(self._measured, "deinstrument_seen"):
            self._measured.deinstrument_seen()
            self._next *= 2


_measuring = Measuring()
pytest_load_initial_conftests = _measuring.pytest_load_initial_conftests
pytest_runtest_logfinish = _measuring.pytest_runtest_logfinish
