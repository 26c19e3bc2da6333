"""Which tests run together, and which last, for one process and for several.

With several processes the unit of distribution is a file, or one of the groups below, which shares what is
made once for a whole run. The tests of slow files are distributed one by one.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

#: Folders and files whose tests run in one process, one after the other, by the name of the group.
GROUPS = {
    "one browser": ("tests/browser/", "tests/config/api/test_conventions.py", "tests/test_story.py"),
    "one upgrade": ("tests/upgrade/",),
    "one nginx": ("tests/realtime/nchan/test_nchan.py",),
    "many processes": (
        "tests/config/backup/test_drill.py",
        "tests/realtime/chaos/",
        "tests/registrations/test_storm.py",
        "tests/sources/test_chaos.py",
        "tests/webhooks/test_chaos.py",
        "tests/realtime/test_load_generator.py",
        "tests/benchmarks/",
    ),
}
#: Begun first, since they take the longest; and last, since they take the whole machine.
FIRST, LAST = ("one browser", "one nginx"), "many processes"
#: Where a single test may take many seconds.
ONE_BY_ONE = ("tests/access/", "tests/hostile/")
#: Where texts are pumped.
PUMPED = "tests/hostile/"
#: The marks of whole folders and files.
MARKS = {
    "chaos": (
        "tests/config/backup/test_drill.py",
        "tests/realtime/chaos/",
        "tests/registrations/test_storm.py",
        "tests/sources/test_chaos.py",
        "tests/webhooks/test_chaos.py",
    ),
    "benchmark": ("tests/benchmarks/", "tests/realtime/test_load_generator.py"),
    # 10 to 90 s of processor time each: real servers and workers, walks over all addresses and all recorded files,
    # fits of models, the audit, the upgrade
    "long": (
        "tests/access/test_table.py",
        "tests/access/test_walk.py",
        "tests/config/test_hostile_requests.py",
        "tests/config/test_logs.py::test_masking_bears_hostile_texts",
        "tests/config/test_runner.py::test_lines_that_any_process_has_run_are_counted",
        "tests/deploy/audit/",
        "tests/pipeline/connectors/formats/ical/test_ical_data.py",
        "tests/pipeline/connectors/formats/test_feeds_data.py",
        "tests/pipeline/connectors/platforms/test_platforms_hostile.py",
        "tests/pipeline/hours/test_hours.py::test_no_expression_of_opening_hours_js",
        "tests/pipeline/test_masking.py::test_masking_bears_hostile_texts",
        "tests/realtime/nchan/test_nchan.py",
        "tests/realtime/test_servers.py",
        "tests/smoke/",
        "tests/sources/lab/test_inspection_data.py",
        "tests/sources/test_hard_inputs.py",
        "tests/sources/test_held_up.py",
        "tests/sources/test_killed.py",
        "tests/sources/test_stable.py",
        "tests/training/",
        "tests/upgrade/",
    ),
}
#: Of the tests that pump texts, every so many-th is no slow one: a share for `make test-fast`.
SHARE = 25


def unit(nodeid: str) -> str:
    """The unit of a test: the name of its group, its file, or itself."""
    for name, places in GROUPS.items():
        if nodeid.startswith(places):
            return name
    return nodeid if nodeid.startswith(ONE_BY_ONE) else nodeid.partition("::")[0]


def marks(item: pytest.Item) -> Iterator[str]:
    """The marks that follow from a test's location and fixtures."""
    for name, places in MARKS.items():
        if item.nodeid.startswith(places):
            yield name
    if "chromium_path" in getattr(item, "fixturenames", ()):
        yield "browser"
    if item.nodeid.startswith(PUMPED) and zlib.crc32(item.nodeid.encode()) % SHARE:
        yield "pump"


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests with each unit in one piece: the first group, files in order, the last group."""
    came = {name: number for number, name in enumerate(dict.fromkeys(unit(item.nodeid) for item in items))}
    came |= {name: number - len(FIRST) for number, name in enumerate(FIRST)}
    came[LAST] = len(items)
    return sorted(items, key=lambda item: came[unit(item.nodeid)])


class ByUnit(LoadScopeScheduling):
    """Distributes whole units, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: "Producer | None" = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)

    def _reschedule(self, node: "WorkerController") -> None:
        """Give a process its next units. It begins a test only when it knows the one after it, or that there is none."""
        if node not in self.registered_collections:
            return
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            if self.workqueue:
                self._assign_work_unit(node)
            else:
                node.shutdown()

    def remove_node(self, node: "WorkerController") -> str | None:
        """Forget a process that ended or crashed. Returns the test that it crashed in, which is not run again.

        xdist would hand out again also the units that the process had finished, and a process that gets nothing but
        such a unit never asks for more: the run would wait for ever.
        """
        work = self.assigned_work[node]
        crashed = next((test for tests in work.values() for test, done in tests.items() if not done), None)
        for name, tests in list(work.items()):
            if crashed in tests:
                tests[crashed] = True
            if all(tests.values()):
                del work[name]
        super().remove_node(node)
        return crashed
