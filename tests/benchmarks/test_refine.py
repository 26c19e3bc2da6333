"""What the benchmark of refining counts, and that siblings are refined as each of them alone."""

import gc
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import _lru_cache_wrapper
from io import StringIO
from pathlib import Path

import pytest

from benchmarks.refine import moment_of, of_file, paths
from pipeline.siblings import SIBLINGS

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//test//EN\r\n"
SERIES = (
    "BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T190000Z\r\nDTEND:20260105T210000Z\r\nRRULE:FREQ=DAILY;COUNT=6\r\n"
    "SUMMARY:Jazz session with the Ana Ruiz Trio (18+)\r\nLOCATION:Blue Note, 131 W 3rd St, New York, NY\r\n"
    "DESCRIPTION:Doors open at 18:30.\\nAdmission: $15, students $10. Wheelchair accessible. Call Ravi on 98450 12345. Line-up: A, B\r\nEND:VEVENT\r\n"
)
OTHER = (
    "BEGIN:VEVENT\r\nUID:other\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260107T170000Z\r\nSUMMARY:Führung für Kinder im Museum\r\n"
    "DESCRIPTION:Eintritt frei, Dauer 90 Minuten. Wir treffen uns um 17 Uhr im Foyer.\r\nEND:VEVENT\r\n"
)


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    """Six occurrences of one text, and one of another."""
    path = tmp_path / "calendar.ics"
    path.write_text(f"{HEAD}{SERIES}{OTHER}END:VCALENDAR\r\n", newline="")
    return path


def test_counts_occurrences_texts_and_time(calendar: Path) -> None:
    tally = of_file(calendar, "", None)

    assert tally is not None
    assert (tally.occurrences, tally.kept, tally.distinct, tally.repeats) == (7, 7, 2, True)
    assert tally.figures()["ms_per_occurrence"] > 0
    assert set(tally.steps) >= {"extract", "clean", "categorize", "score"}


def test_a_file_that_no_connector_reads_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")

    assert [of_file(path, "", None) for path in paths([tmp_path])] == [None]


def test_the_clock_of_a_file_is_the_middle_one_of_its_years() -> None:
    assert moment_of(b"2019 2021 2021 2024 9999") == datetime(2021, 1, 2, tzinfo=UTC)


def test_siblings_are_refined_as_each_of_them_alone(calendar: Path) -> None:
    """What a text says is remembered for the next occurrence; nothing of one occurrence may come into another."""
    first = _written(calendar)

    assert _written(calendar) == first
    for remembered in _remembering():
        remembered.cache_clear()
    assert _written(calendar) == first
    facts = [json.loads(line)[1] for line in first.splitlines()]
    assert {
        one["title"]: (one["price"]["max"], one["accessibility"].get("minimum_age")) for one in facts
    } == {
        "Jazz session with the Ana Ruiz Trio": (15.0, 18),
        "Führung für Kinder im Museum": (0.0, None),
    }


def _written(path: Path) -> str:
    out = StringIO()
    of_file(path, "", out)
    return out.getvalue()


def _remembering() -> Iterator["_lru_cache_wrapper[object]"]:
    """What remembers texts; not the models, which take seconds to load."""
    for one in gc.get_objects():
        if type(one) is _lru_cache_wrapper and one.cache_parameters()["maxsize"] in (
            SIBLINGS,
            4 * SIBLINGS,
        ):
            yield one
