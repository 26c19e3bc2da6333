"""The dry run over recorded feeds: every record is accounted for, and former errors do not return."""

from datetime import UTC, datetime

import pytest

from pipeline.contract.draft import Draft
from sources.lab.inspection import Inspection, Wish, inspect
from tests.data import SHARED, needs_data

pytestmark = [needs_data, pytest.mark.data]


def read(path: str, now: str) -> tuple[list[Draft], Inspection]:
    inspection = inspect(
        Wish(target=str(SHARED / path), now=datetime.fromisoformat(now).replace(tzinfo=UTC)), None
    )
    return list(inspection.drafts()), inspection


@pytest.mark.parametrize(
    ("path", "now", "kept", "dropped"),
    [
        ("ics/DaveKT__corning_events/docs/flx-all.ics", "2026-05-01", 592, {"beyond horizon": 1}),
        ("ics/Maijaestro__burgkalender/events.ics", "2025-06-01", 114, {"past": 21}),
        ("rss/KSU-AI-Club__scrape-ksu/events.rss", "2024-09-06", 914, {}),
        ("rss/punchagan__delhi-events/events.json", "2023-05-01", 26, {"beyond horizon": 1}),
    ],
)
def test_every_record_of_a_feed_is_accounted_for(
    path: str, now: str, kept: int, dropped: dict[str, int]
) -> None:
    drafts, inspection = read(path, now)
    assert (len(drafts), dict(inspection.dropped)) == (kept, dropped)
    assert inspection.found == kept + sum(dropped.values())


def test_wrong_coordinates_do_not_move_corning_to_minnesota_or_kyrgyzstan() -> None:
    drafts, _ = read("ics/DaveKT__corning_events/docs/flx-all.ics", "2026-05-01")
    assert {draft.event.timezone for draft in drafts} == {"America/New_York"}
    assert all(draft.event.venue.lng is None or draft.event.venue.lng < 0 for draft in drafts)
    assert sum("a coordinate had lost its sign" in draft.notes for draft in drafts) == 10


def test_the_last_day_of_a_calendar_that_ends_at_midnight_is_the_day_before() -> None:
    drafts, _ = read("html/City-Bureau__city-scrapers/tests/files/chi_buildings.json", "2018-01-01")
    thanksgiving = next(draft.event for draft in drafts if draft.event.title == "Thanksgiving Day")
    assert (thanksgiving.to_json()["start"], thanksgiving.to_json()["end"]) == ("2018-11-22", "2018-11-22")


def test_the_offset_of_a_feed_in_utc_and_markup_is_kept() -> None:
    drafts, _ = read("rss/KSU-AI-Club__scrape-ksu/events.rss", "2024-09-06")
    first = drafts[0].event
    assert (first.title, first.to_json()["start"], first.venue.name) == (
        "First Year Friday: Runout Ready",
        "2024-09-06T11:00:00-04:00",
        "The Commons",
    )
