"""Properties of every series: local times across clock changes, excluded dates, the window."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.ical_text import NOW, calendar, event, read

zones = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "America/St_Johns",
        "Pacific/Apia",
        "Africa/Casablanca",
    ]
)
walls = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, fold=0)
)
rules = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=SA,SU",
        "FREQ=MONTHLY;BYDAY=-1SU",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    ]
)


def series(zone, wall, rule, *lines):
    text = calendar(event(f"DTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}", f"RRULE:{rule}", *lines))
    return [record for record in read(text) if isinstance(record, RawRecord)]


@settings(max_examples=60, deadline=None)
@given(zones, walls, rules)
def test_clocks_show_the_same_time_on_every_date_unless_they_skip_it(zone, wall, rule):
    info = ZoneInfo(zone)
    for record in series(zone, wall, rule):
        shown = record.start.replace(tzinfo=None)
        assert record.start.tzinfo == info
        if shown.time() != wall.time():
            meant = datetime.combine(shown.date(), wall.time())
            assert meant.replace(tzinfo=info).astimezone(UTC).astimezone(info).replace(tzinfo=None) == shown


@settings(max_examples=60, deadline=None)
@given(zones, walls, rules, st.data())
def test_exdate_takes_out_its_date_and_nothing_else(zone, wall, rule, data):
    all_ids = [record.recurrence_id for record in series(zone, wall, rule)]
    out = data.draw(st.lists(st.sampled_from(all_ids), max_size=5, unique=True)) if all_ids else []

    left = [record.recurrence_id for record in series(zone, wall, rule, *(f"EXDATE:{key}" for key in out))]
    assert left == [key for key in all_ids if key not in out]


@settings(max_examples=60, deadline=None)
@given(zones, walls, rules)
def test_ids_are_the_moments_of_the_starts_in_order_and_within_the_window(zone, wall, rule):
    records = series(zone, wall, rule)

    assert [record.recurrence_id for record in records] == [
        f"{record.start.astimezone(UTC):%Y%m%dT%H%M%SZ}" for record in records
    ]
    assert [record.start for record in records] == sorted(record.start for record in records)
    assert all(NOW - timedelta(days=30) <= record.start <= NOW + timedelta(days=400) for record in records)
