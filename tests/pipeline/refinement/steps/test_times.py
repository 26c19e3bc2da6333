from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import EventTime, Venue
from pipeline.contract.warnings import REMEDIES
from pipeline.dates.moments import raw_time
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.steps.ends import ends
from tests.pipeline.refinement.steps.make import LOOKUPS, NEW_YORK, NOW, context, timed, with_event

KOLKATA = ZoneInfo("Asia/Kolkata")
INDIRANAGAR = Venue(name="Blue Note", lat=12.9784, lng=77.6408)
ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "America/St_Johns",
]
zones = st.sampled_from(ZONES)
walls = st.datetimes(min_value=datetime(2026, 11, 23), max_value=datetime(2027, 12, 1))
days = st.dates(min_value=date(2026, 11, 24), max_value=date(2027, 11, 30))


def utc(value: EventTime | None) -> datetime:
    assert isinstance(value, datetime)
    return value.astimezone(UTC)


@given(walls, zones)
def test_a_wall_clock_time_stays_what_the_clock_shows_unless_dst_skips_it(wall: datetime, zone: str) -> None:
    start = timed(start=wall, timezone=zone).event.start
    assert isinstance(start, datetime)
    skipped = (
        wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        != wall
    )
    assert (
        start.replace(tzinfo=None, fold=0) >= wall if skipped else start.replace(tzinfo=None, fold=0) == wall
    )
    assert datetime.fromisoformat(start.isoformat()) == start


@given(walls, zones, zones)
def test_an_instant_stays_the_same_instant(wall: datetime, reported: str, shown: str) -> None:
    instant = wall.replace(tzinfo=ZoneInfo(reported)).astimezone(UTC)
    event = timed(start=instant, timezone=shown).event
    assert utc(event.start) == instant
    assert event.timezone == shown


@given(walls, st.integers(-3000, 60 * 24 * 400), zones)
def test_an_end_is_after_its_start_or_none(wall: datetime, minutes: int, zone: str) -> None:
    event = timed(start=wall, end=wall + timedelta(minutes=minutes), timezone=zone).event
    if event.end is not None:
        assert utc(event.end) > utc(event.start)
        assert utc(event.end) - utc(event.start) <= timedelta(days=371)


@given(days, st.integers(0, 30), zones)
def test_an_all_day_event_keeps_its_days_in_every_zone(first: date, more: int, zone: str) -> None:
    event = timed(
        start=first,
        end=first + timedelta(days=more + 1),
        all_day=True,
        last_day_inclusive=False,
        timezone=zone,
    ).event
    assert (event.start, event.end, event.all_day, event.time_known) == (
        first,
        first + timedelta(days=more),
        True,
        True,
    )


@given(days, zones)
def test_a_date_alone_has_no_time(day: date, zone: str) -> None:
    event = timed(start=day, timezone=zone).event
    assert (event.start, event.time_known, event.all_day) == (day, False, False)
    assert event.to_json()["start"] == day.isoformat()


@pytest.mark.parametrize(
    ("fields", "around", "zone"),
    [
        (
            {"timezone": "Europe/Berlin", "calendar_timezone": "Europe/Paris", "venue": INDIRANAGAR},
            {},
            "Europe/Berlin",
        ),
        ({"calendar_timezone": "Europe/Paris", "venue": INDIRANAGAR}, {}, "Asia/Kolkata"),
        (
            {"calendar_timezone": "Europe/Paris", "venue": Venue(city="Austin", country="US")},
            {},
            "America/Chicago",
        ),
        (
            {"calendar_timezone": "Europe/Paris", "venue": Venue(name="Hall")},
            {"city": "denver"},
            "Europe/Paris",
        ),
        ({"venue": INDIRANAGAR}, {"city": "denver"}, "Asia/Kolkata"),
        ({"venue": Venue(city="Austin", country="US")}, {"city": "denver"}, "America/Chicago"),
        ({"venue": Venue(address="1 Main St, Portland, OR 97201")}, {}, "America/Los_Angeles"),
        ({"venue": Venue(address="12 Oak Ave, Hillsboro, Oregon US")}, {}, "America/Los_Angeles"),
        ({}, {"city": "denver", "timezone": "Europe/Rome"}, "America/Denver"),
        ({}, {"timezone": "Europe/Rome"}, "Europe/Rome"),
        ({"timezone": "Nowhere/City"}, {"timezone": "Europe/Rome"}, "Europe/Rome"),
        ({}, {}, "UTC"),
    ],
)
def test_the_zone_of_a_floating_time(fields: dict[str, Any], around: dict[str, Any], zone: str) -> None:
    event = timed(context(**around), start=datetime(2026, 12, 12, 20), **fields).event
    assert event.timezone == zone
    assert event.start == datetime(2026, 12, 12, 20, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("fields", "around", "shown"),
    [
        ({"venue": INDIRANAGAR}, {}, "2026-12-12T20:00:00+05:30"),
        ({"timezone": "UTC", "venue": INDIRANAGAR}, {}, "2026-12-12T20:00:00+05:30"),
        ({"calendar_timezone": "Europe/Berlin", "venue": INDIRANAGAR}, {}, "2026-12-12T20:00:00+05:30"),
        ({}, {"city": "bengaluru"}, "2026-12-12T20:00:00+05:30"),
        ({}, {}, "2026-12-12T14:30:00+00:00"),
    ],
)
def test_a_bare_utc_time_is_shown_where_the_event_is(
    fields: dict[str, Any], around: dict[str, Any], shown: str
) -> None:
    event = timed(context(**around), start=datetime(2026, 12, 12, 14, 30, tzinfo=UTC), **fields).event
    assert event.to_json()["start"] == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("5:30 PM 7:30 PM", "2026-09-26T17:30:00-04:00"),
        ("17:30–19:30, doors 16:30", "2026-09-26T17:30:00-04:00"),
        ("4:30 PM 6:30 PM", "2026-09-26T16:30:00-05:00"),
        ("Gates 5:30 PM", "2026-09-26T16:30:00-05:00"),
    ],
)
def test_the_hours_of_the_text_outweigh_a_place_with_another_clock(words: str, shown: str) -> None:
    place = Venue(name="Stewart Park, Stewart, Minnesota", lat=44.7235, lng=-94.4847)
    moments = {
        "start": datetime(2026, 9, 26, 21, 30, tzinfo=UTC),
        "end": datetime(2026, 9, 26, 23, 30, tzinfo=UTC),
    }
    fields = {"venue": place, "calendar_timezone": "America/New_York", "description": f"Party<br>{words}"}
    assert timed(context(), **moments, **fields).event.to_json()["start"] == shown


def test_a_wall_clock_time_said_to_be_utc_is_an_instant() -> None:
    event = timed(start=datetime(2026, 12, 12, 14, 30), timezone="UTC", venue=INDIRANAGAR).event
    assert event.to_json()["start"] == "2026-12-12T20:00:00+05:30"


@pytest.mark.parametrize(
    ("hours", "fields", "zone"),
    [
        (-5, {"calendar_timezone": "America/New_York"}, "America/New_York"),
        (-5, {"calendar_timezone": "Europe/Berlin"}, "America/New_York"),
        (5.5, {}, "Asia/Kolkata"),
        (2, {}, "Europe/Athens"),
        (2, {"venue": INDIRANAGAR}, "Asia/Kolkata"),
        (2, {"timezone": "America/New_York"}, "America/New_York"),
    ],
)
def test_the_zone_of_an_offset(hours: float, fields: dict[str, Any], zone: str) -> None:
    start = datetime(2026, 12, 12, 20, tzinfo=timezone(timedelta(hours=hours)))
    event = timed(start=start, **fields).event
    assert (event.timezone, utc(event.start)) == (zone, start.astimezone(UTC))


@pytest.mark.parametrize("name", ["Etc/GMT+4", "EST5EDT", "Etc/GMT-14", "etc/gmt+4"])
@pytest.mark.parametrize(
    "start", [datetime(2026, 7, 12, 20), datetime(2026, 7, 12, 20, tzinfo=UTC), date(2026, 7, 12)]
)
def test_a_zone_that_is_no_place_is_never_shown(name: str, start: datetime | date) -> None:
    zone = timed(start=start, timezone=name).event.timezone
    assert "/" in zone or zone == "UTC"
    assert not zone.startswith("Etc/")


def test_an_offset_named_as_a_zone_is_shown_by_the_clock_of_the_town() -> None:
    start = datetime(2026, 7, 12, 20)
    event = timed(start=start, timezone="Etc/GMT+4", venue=Venue(city="Austin", country="US")).event
    assert event.to_json()["start"] == "2026-07-12T19:00:00-05:00"


@pytest.mark.parametrize("words", ["July 1, 2026 8pm EST", "2026-07-01 8pm EST", "2026-07-01 20:00 EDT"])
def test_an_abbreviation_is_the_local_time_of_the_event_s_town(words: str) -> None:
    start = raw_time(words)
    assert timed(start=start).event.to_json()["start"] == "2026-07-01T20:00:00-04:00"
    event = timed(start=start, venue=Venue(city="Toronto", country="CA")).event
    assert (event.to_json()["start"], event.timezone) == ("2026-07-01T20:00:00-04:00", "America/Toronto")


def test_an_unknown_zone_is_noted() -> None:
    draft = timed(start=datetime(2026, 12, 12, 20), timezone="Nowhere/City")
    assert draft.notes == ("time zone not known: Nowhere/City", "no time zone known: taken as UTC")
    assert draft.event.confidence["timezone"] < 0.5


def test_a_longitude_that_lost_its_sign_is_put_right_where_the_calendar_proves_it() -> None:
    draft = timed(
        start=datetime(2026, 12, 12, 20, tzinfo=UTC),
        calendar_timezone="America/New_York",
        venue=Venue(name="Museum", lat=42.1498, lng=77.0542),
    )
    assert (draft.event.venue.lng, draft.event.timezone) == (-77.0542, "America/New_York")
    assert draft.notes == ("a coordinate had lost its sign",)


def test_a_far_venue_keeps_its_coordinates() -> None:
    draft = timed(
        start=datetime(2026, 12, 12, 20, tzinfo=UTC), calendar_timezone="America/New_York", venue=INDIRANAGAR
    )
    assert (draft.event.venue.lng, draft.notes) == (77.6408, ())


@pytest.mark.parametrize(
    ("fields", "end", "note"),
    [
        ({"end": datetime(2026, 12, 12, 19, tzinfo=NEW_YORK)}, None, "end dropped: before the start"),
        ({"end": datetime(2026, 12, 12, 20, tzinfo=NEW_YORK)}, None, ""),
        ({"end": "02:00"}, "2026-12-13T02:00:00-05:00", "end taken to be on the next day"),
        ({"end": "10 pm"}, "2026-12-12T22:00:00-05:00", ""),
        ({"end": "13 December 2026, 2am"}, "2026-12-13T02:00:00-05:00", ""),
        (
            {"end": "some day"},
            None,
            "end: “some day” cannot be used: give ISO 8601 with an offset, such as 2026-12-12T22:00:00+05:30, or leave it out.",
        ),
        ({"end": date(2026, 12, 14)}, "2026-12-14T23:59:00-05:00", ""),
        ({"end": date(2026, 12, 12)}, None, ""),
        ({"end": datetime(2029, 1, 1, tzinfo=UTC)}, None, "end dropped: lasts longer than 370 days"),
        (
            {"end": datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))},
            None,
            f"end: “9999-12-31 23:00:00-12:00” cannot be used: {REMEDIES['end']}.",
        ),
        ({"duration_seconds": 5400.0}, "2026-12-12T21:30:00-05:00", ""),
        ({"duration_seconds": 1e12}, None, "end dropped: lasts longer than 370 days"),
        ({"duration_seconds": -5.0}, None, ""),
    ],
)
def test_ends(fields: dict[str, Any], end: str | None, note: str) -> None:
    draft = timed(**fields)
    assert draft.event.to_json()["end"] == end
    assert draft.notes == ((note,) if note else ())


def test_a_duration_is_elapsed_time_across_a_dst_change() -> None:
    event = timed(start=datetime(2027, 3, 13, 23, tzinfo=NEW_YORK), duration_seconds=4 * 3600.0).event
    assert event.to_json()["end"] == "2027-03-14T04:00:00-04:00"


@pytest.mark.parametrize(
    ("fields", "first", "last"),
    [
        (
            {"start": date(2026, 12, 5), "end": date(2026, 12, 7), "last_day_inclusive": False},
            date(2026, 12, 5),
            date(2026, 12, 6),
        ),
        ({"start": date(2026, 12, 5), "end": date(2026, 12, 7)}, date(2026, 12, 5), date(2026, 12, 7)),
        (
            {"start": date(2026, 12, 5), "end": date(2026, 12, 5), "last_day_inclusive": False},
            date(2026, 12, 5),
            date(2026, 12, 5),
        ),
        ({"start": date(2026, 12, 5), "end": date(2026, 12, 1)}, date(2026, 12, 5), None),
        ({"start": date(2026, 12, 5), "end": date(2028, 12, 1)}, date(2026, 12, 5), None),
        ({"start": date(2026, 12, 5)}, date(2026, 12, 5), None),
        ({"start": date(2026, 12, 5), "duration_seconds": 2 * 86400.0}, date(2026, 12, 5), date(2026, 12, 6)),
        (
            {"start": datetime(2026, 12, 5), "end": datetime(2026, 12, 6)},
            date(2026, 12, 5),
            date(2026, 12, 5),
        ),
        (
            {"start": datetime(2026, 12, 5, tzinfo=UTC), "end": datetime(2026, 12, 6, 12, tzinfo=UTC)},
            date(2026, 12, 5),
            date(2026, 12, 6),
        ),
    ],
)
def test_all_day(fields: dict[str, Any], first: date, last: date | None) -> None:
    event = timed(all_day=True, calendar_timezone="America/New_York", **fields).event
    assert (event.start, event.end, event.time_known) == (first, last, True)


def test_a_midnight_that_is_told_stays_as_it_is() -> None:
    event = timed(start=datetime(2026, 12, 31, 0, 0, tzinfo=NEW_YORK)).event
    assert (event.to_json()["start"], event.time_known) == ("2026-12-31T00:00:00-05:00", True)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"start": None}, "no start"),
        ({"start": "TBA"}, "no start"),
        ({"start": "soon"}, "unreadable start"),
        ({"start": "$25"}, "unreadable start"),
        ({"start": datetime(9999, 12, 31, 23, 59)}, "date out of range"),
        (
            {"start": datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))},
            "date out of range",
        ),
        ({"start": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=12)))}, "date out of range"),
        ({"start": date(1969, 12, 31)}, "date out of range"),
        ({"start": date(2037, 1, 1)}, "date out of range"),
        ({"start": date(2028, 1, 1)}, "beyond horizon"),
        ({"start": date(2026, 11, 20)}, "past"),
        ({"start": date(2026, 11, 21)}, ""),
        ({"start": date(2026, 11, 1), "end": date(2026, 11, 21)}, ""),
        (
            {"start": datetime(2026, 11, 21, 3, tzinfo=UTC), "end": datetime(2026, 11, 21, 12, tzinfo=UTC)},
            "past",
        ),
        (
            {
                "start": datetime(2026, 11, 21, 3, tzinfo=UTC),
                "end": datetime(2026, 11, 21, 12, 1, tzinfo=UTC),
            },
            "",
        ),
        ({"start": datetime(2026, 11, 20, 3, tzinfo=UTC)}, "past"),
        ({"start": "12 December 2026, 8pm"}, ""),
    ],
)
def test_what_is_dropped(fields: dict[str, Any], reason: str) -> None:
    assert timed(**fields).dropped == reason


def test_a_past_occurrence_that_is_held_is_kept() -> None:
    held = MemoryLookups(existing_identities={("s", ("1", ""))})
    assert timed(lookups=held, start=date(2026, 11, 20)).dropped == ""
    assert timed(lookups=held, start=date(2026, 11, 20), external_id="2").dropped == "past"


@pytest.mark.parametrize(
    ("hours", "category", "reason"),
    [(2, "comedy", ""), (3, "comedy", "past"), (4, "nightlife", ""), (6, "nightlife", "past")],
)
def test_an_event_without_end_is_past_by_its_predicted_end(hours: int, category: str, reason: str) -> None:
    draft = with_event(timed(start=NOW - timedelta(hours=hours)), category=category)
    assert ends([draft], context(), LOOKUPS)[0].dropped == reason


def test_an_end_is_predicted_only_where_none_is_told() -> None:
    open_end, reported = ends([timed(), timed(end="10 pm")], context(), LOOKUPS)
    assert open_end.event.to_json()["end_predicted"] == "2026-12-12T22:00:00-05:00"
    assert reported.event.end_predicted is None


@pytest.mark.parametrize(
    ("doors", "reported"),
    [
        ("19:00", "2026-12-12T19:00:00-05:00"),
        (datetime(2026, 12, 12, 19), "2026-12-12T19:00:00-05:00"),
        ("21:00", None),
        (datetime(2026, 12, 1, 19), None),
        ("whenever", None),
    ],
)
def test_doors(doors: Any, reported: str | None) -> None:
    assert timed(doors=doors).event.to_json()["doors"] == reported


def test_previous_start() -> None:
    assert (
        timed(previous_start=datetime(2026, 12, 5, 20)).event.to_json()["previous_start"]
        == "2026-12-05T20:00:00-05:00"
    )
    assert timed(previous_start=datetime(2026, 12, 12, 20)).event.previous_start is None
    assert timed(previous_start="once").event.previous_start is None


def test_words_are_read_in_the_venue_s_order_of_day_and_month() -> None:
    assert (
        timed(context(city="bengaluru"), start="03/12/2026 19:00").event.to_json()["start"]
        == "2026-12-03T19:00:00+05:30"
    )
    assert (
        timed(context(city="denver"), start="12/03/2026 19:00").event.to_json()["start"]
        == "2026-12-03T19:00:00-07:00"
    )


def test_words_depend_on_the_day_they_were_written() -> None:
    written = datetime(2026, 11, 25, 9, tzinfo=UTC)
    event = timed(context(city="denver"), start="tomorrow at 8pm", published=written).event
    assert event.to_json()["start"] == "2026-11-26T20:00:00-07:00"
    assert timed(context(city="denver"), start="this Saturday at 8pm").dropped == "unreadable start"


def test_today_counts_from_the_fetch_and_a_weekday_alone_does_not() -> None:
    fetched = datetime(2026, 11, 26, 3, tzinfo=UTC)  # still the 25th in Denver
    event = timed(context(city="denver"), start="Tomorrow, 8:00 PM", read_at=fetched).event
    assert event.to_json()["start"] == "2026-11-26T20:00:00-07:00"
    event = timed(context(city="denver"), start="Saturday at 8:00 PM", read_at=fetched).event
    assert event.to_json()["start"] == "2026-11-28T20:00:00-07:00"
    for words in ("Saturday", "3 at (Today :00 PM)"):
        assert timed(context(city="denver"), start=words, read_at=fetched).dropped == "unreadable start"


def test_confidence_is_lower_for_words() -> None:
    assert timed(start="12 December 8pm", method=ExtractionMethod.TEXT).event.confidence["start"] == 0.6
    assert timed().event.confidence["start"] == 0.95
    assert (
        timed(metadata={"start_confidence": 0.42}, method=ExtractionMethod.TEXT).event.confidence["start"]
        == 0.42
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Eastern Standard Time", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("India Standard Time", "Asia/Calcutta"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("US/Pacific", "US/Pacific"),
        ("europe/berlin", "Europe/Berlin"),
    ],
)
def test_zones_by_the_names_of_other_programs(name: str, key: str) -> None:
    event = timed(start=datetime(2026, 12, 12, 20, 0), timezone=name).event
    assert (event.timezone, event.start.hour, event.confidence["timezone"]) == (key, 20, 0.98)


@pytest.mark.parametrize(
    ("begin", "finish", "end"),
    [(20, 2, datetime(2026, 12, 13, 2, tzinfo=NEW_YORK)), (20, 19, None), (20, 7, None), (9, 2, None)],
)
def test_an_end_before_its_evening_is_of_the_night_after_and_any_other_is_dropped_with_a_note(
    begin: int, finish: int, end: datetime | None
) -> None:
    draft = timed(
        start=datetime(2026, 12, 12, begin, tzinfo=NEW_YORK),
        end=datetime(2026, 12, 12, finish, tzinfo=NEW_YORK),
    )
    assert draft.event.end == end
    assert any(note.startswith("end ") for note in draft.notes)


def test_24_00_is_the_midnight_at_the_end_of_its_day() -> None:
    assert timed(start="12 Dec 2026, 24:00", timezone="America/New_York").event.start == datetime(
        2026, 12, 13, 0, 0, tzinfo=NEW_YORK
    )


@pytest.mark.parametrize(
    ("venue", "zone"),
    [
        (Venue(name="The Globe", address="London, UK"), "Europe/London"),
        (Venue(name="Hall", address="29, Rajpur Road, Delhi"), "Asia/Kolkata"),
        (Venue(name="Hof", country="Germany"), "Europe/Berlin"),
        (Venue(name="Cube, 622 SE Grand Ave. Spokane, WA 98101"), "America/Los_Angeles"),
        (
            Venue(name="Hall", address="12 Main St, Elmira, New York, 14901, United States"),
            "America/New_York",
        ),
        (Venue(name="Hall", city="Montréal", country="CA"), "America/Toronto"),
        (Venue(name="Hall", address="DE 10115 Berlin"), "Europe/Berlin"),
        (Venue(name="Blue Hall, OR"), "UTC"),
        (Venue(name="Hall", city="London", country="CA"), "America/Toronto"),
        (Venue(name="Hall", city="Birmingham", address="1 Oak St, Birmingham, AL 35203"), "America/Chicago"),
        (Venue(name="Hall", country="US"), "UTC"),
    ],
)
def test_a_town_a_state_or_a_country_with_one_clock_tells_the_zone(venue: Venue, zone: str) -> None:
    draft = timed(start=datetime(2026, 12, 12, 19, 30), venue=venue)
    assert (draft.event.timezone, draft.event.start.hour) == (zone, 19)


@pytest.mark.parametrize(
    ("venue", "zone"),
    [(Venue(name="Station 6"), "America/Chicago"), (Venue(name="Hof", city="Nowhere"), "America/New_York")],
)
def test_an_offset_of_the_wrong_season_is_shown_by_the_city_s_clock(venue: Venue, zone: str) -> None:
    start = datetime(2026, 12, 12, 19, tzinfo=timezone(timedelta(hours=-5)))
    event = timed(context(city="chicago"), start=start, venue=venue).event
    assert (event.timezone, utc(event.start)) == (zone, start.astimezone(UTC))


def test_the_town_beside_an_online_event_tells_its_clock() -> None:
    event = timed(
        start=datetime(2026, 12, 12, 19),
        venue=Venue(name="Online event", city="ca--los-angeles", lat=-8.5, lng=179.2),
    ).event
    assert (event.venue.name, event.timezone, event.start.hour) == ("", "America/Los_Angeles", 19)


def test_the_last_seconds_of_a_day_stand_for_no_time() -> None:
    start = datetime(2026, 12, 12, 23, 59, 20, tzinfo=NEW_YORK)
    assert timed(start=start).event.start == date(2026, 12, 12)
    evening = datetime(2026, 12, 12, 20, 0, tzinfo=NEW_YORK)
    assert timed(start=evening, end=datetime(2026, 12, 12, 23, 59, 59, tzinfo=NEW_YORK)).event.end is None
    assert timed(start=evening, end=datetime(2026, 12, 12, 23, 59, tzinfo=NEW_YORK)).event.end is not None
    later = timed(start=evening, end=datetime(2026, 12, 14, 23, 59, 59, tzinfo=NEW_YORK)).event.end
    assert later == datetime(2026, 12, 14, 23, 59, tzinfo=NEW_YORK)
