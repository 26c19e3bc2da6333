"""Every recorded calendar.

None fails, nothing is lost silently, and recurrences agree with recurring-ical-events where that is right.
"""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from pipeline.connectors.formats.ical.split import split
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.ical_text import page

FILES = sorted(path for folder in ("ics", "snapshots", "rss") for path in (SHARED / folder).rglob("*.ics"))
TORTURE = SHARED / "ics/niccokunzmann__python-recurring-ical-events/recurring_ical_events/test/calendars"
#: Where the measure is not ours: it swaps an end before its start, lets floating time and mixed values pass
#: as UTC, gives up on a bad rule, and shows what is confidential.
DIFFERENT = {
    "end_before_start_event",
    "issue_132_swapped_start_and_end",
    "issue_201_mixed_datetime_and_date",
    "issue_28_rrule_with_UTC_endinginZ",
    "issue_86_x_wr_timezone_without_time_zone_in_dt",
    "bad_rrule_missing_until_event",
    "issue_179_example",
}


@needs_data
@pytest.mark.data
def test_every_recorded_calendar_is_read_and_every_event_is_accounted_for():
    for path in FILES:
        content = path.read_bytes()
        letters = content.replace(b"\x00", b"").upper()
        if b"BEGIN:VCALENDAR" not in letters and b"BEGIN:VEVENT" not in letters:
            with pytest.raises(SchemaChanged):
                page(content)
            continue
        spans = len(split(RawPayload(url=path.name, content=content)).events)
        records = list(page(content).records)
        assert len(records) >= spans or _overridden(records), path
        identities = [
            (record.external_id, record.recurrence_id)
            for record in records
            if isinstance(record, RawRecord) and record.stable_id
        ]
        assert len(identities) == len(set(identities)), path


def _overridden(records):
    """Fewer records than components: overrides replaced dates."""
    return any(record.recurrence for record in records if isinstance(record, RawRecord)) or any(
        record.reason == "no date in the window" for record in records if isinstance(record, Dropped)
    )


@needs_data
@pytest.mark.data
@pytest.mark.parametrize("year", [2019, 2021, 2024])
def test_recurrences_agree_with_recurring_ical_events(year):
    now = datetime(year, 6, 1, tzinfo=UTC)
    start, end = now - timedelta(days=100), now + timedelta(days=300)
    differing = []
    for path in sorted(TORTURE.glob("*.ics")):
        if path.stem not in DIFFERENT and _ours(path, now, start, end) != _measured(path, start, end):
            differing.append(path.stem)
    assert differing == []


def _ours(path, now, start, end):
    records = page(path.read_bytes(), now=now, back=100, ahead=300).records
    return sorted(
        _moment(record.start)
        for record in records
        if isinstance(record, RawRecord) and _inside(record.start, start, end)
    )


def _measured(path, start, end):
    found = []
    for calendar in icalendar.Calendar.from_ical(path.read_bytes(), multiple=True):
        found += recurring_ical_events.of(calendar).between(start, end)
    return sorted(_moment(event.start) for event in found if _inside(event.start, start, end))


def _moment(when):
    return (
        when.astimezone(UTC).isoformat() if isinstance(when, datetime) and when.tzinfo else when.isoformat()
    )


def _inside(when, start, end):
    """Well within the window, where the zone of a date's midnight does not matter."""
    moment = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return start + timedelta(days=2) <= moment <= end - timedelta(days=2)


@needs_data
@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("ics/Maijaestro__burgkalender/events.ics", 135),
        ("ics/DaveKT__corning_events/docs/flx-all.ics", 593),
    ],
)
def test_real_calendars_are_kept_whole(path, count):
    records = list(page((SHARED / path).read_bytes()).records)

    assert all(isinstance(record, RawRecord) for record in records)
    assert len(records) == count
