"""Where and when a person goes out, and when they want to be left alone."""

import importlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.exceptions import InputRefused
from personal import queries, services
from personal.models import Preferences
from personal.times import TimeRange, in_week
from tests.factories import make_area, make_city, make_event

#: A Friday.
FRIDAY = datetime(2026, 11, 27, tzinfo=ZoneInfo("Asia/Kolkata"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _kept(person, **fields) -> bool:
    event = make_event(title="Jazz", **fields)
    wants = queries.preferences_of(person)
    return queries.preferred(wants, now=NOW).filter(pk=event.pk).exists()


@pytest.mark.parametrize(
    ("begins", "kept"),
    [
        (FRIDAY.replace(hour=17, minute=59), False),
        (FRIDAY.replace(hour=18), True),
        (FRIDAY.replace(hour=23, minute=59), True),
        (FRIDAY + timedelta(days=1, hours=0), False),
        (FRIDAY + timedelta(days=1, hours=20), True),
        (FRIDAY + timedelta(days=2, hours=1), True),  # Sunday, still Saturday's night
        (FRIDAY + timedelta(days=2, hours=3), False),
        (FRIDAY + timedelta(days=3, hours=1), True),  # Monday, over the end of the week
        (FRIDAY - timedelta(days=1) + timedelta(hours=19), False),
    ],
)
def test_ranges_of_time_go_by_the_clock_there_and_over_midnight(vera, begins, kept):
    days = [{"day": 5, "from": time(18), "to": time(23, 59)}, {"day": 6, "from": time(20), "to": time(2)}]
    services.set_preferences(vera, {"times": [*days, {"day": 7, "from": time(22), "to": time(2)}]})
    assert _kept(vera, start=begins) is kept


@pytest.mark.parametrize(("days", "kept"), [([5], True), ([6], True), ([7], False), ([4], False)])
def test_what_has_only_days_counts_by_each_of_them(vera, days, kept):
    late = [{"day": day, "from": time(23), "to": time(23, 59)} for day in days]
    services.set_preferences(vera, {"times": late})
    day = FRIDAY.date()
    fields = {"start": FRIDAY, "all_day": True, "start_date": day, "end_date": day + timedelta(days=1)}
    assert _kept(vera, **fields) is kept


@given(
    day=st.integers(1, 7), begin=st.times(), end=st.times(),
    minute=st.integers(0, 7 * 1440 - 1),
)  # fmt: skip
def test_a_range_holds_the_minutes_from_its_begin_to_its_end(day, begin, end, minute):
    begin, end = (clock.replace(second=0, microsecond=0) for clock in (begin, end))
    spans = TimeRange(day=day, begin=begin, end=end).spans
    first = (day - 1) * 1440 + begin.hour * 60 + begin.minute
    lasts = (end.hour * 60 + end.minute - begin.hour * 60 - begin.minute) % 1440
    lasts = 1439 if begin == end else lasts
    assert any(low <= minute <= high for low, high in spans) == ((minute - first) % (7 * 1440) <= lasts)


def test_ranges_are_told_to_the_database_as_minutes():
    ranges = [TimeRange(day=1, begin=time(1), end=time(2)), TimeRange(day=7, begin=time(23), end=time(1))]
    assert in_week(ranges) == "{[60,120],[10020,10079],[0,60]}"


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ({"lat": 12.98, "lng": 77.64}, True),
        ({"lat": 13.2, "lng": 77.64}, False),
        ({"lat": 12.98, "lng": 77.80}, False),
        ({"around_lat": 12.98, "around_lng": 77.64}, True),
        ({}, False),
        ({"in_area": True}, True),
    ],
)
def test_the_radius_counts_from_an_area(vera, place, kept):
    area = make_area()
    fields = {"area": area} if place.pop("in_area", False) else place
    services.set_preferences(vera, {"area": area})
    assert queries.preferences_of(vera).city == area.city
    assert _kept(vera, start=FRIDAY, **fields) is kept


@pytest.mark.parametrize(("radius", "kept"), [(1, False), (9, True)])
def test_the_radius_counts_from_a_point(vera, radius, kept):
    services.set_preferences(vera, {"city": make_city(), "lat": 12.97, "lng": 77.59, "radius_km": radius})
    assert _kept(vera, start=FRIDAY, lat=12.97, lng=77.65) is kept


def test_another_city_leaves_area_and_point_behind(vera):
    goa = make_city(slug="goa", lat=15.5, lng=73.8)
    services.set_preferences(vera, {"area": make_area()})
    row = services.set_preferences(vera, {"city": goa})
    assert (row.city, row.area) == (goa, None)
    services.set_preferences(vera, {"lat": 15.5, "lng": 73.8})
    row = services.set_preferences(vera, {"city": make_city()})
    assert (row.lat, row.lng) == (None, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"lat": 12.97, "lng": 77.59}, "lat"),  # in no city
        ({"quiet_from": time(22)}, "quiet_to"),
        ({"times": [{"day": 9}]}, "days"),
    ],
)
def test_what_does_not_fit_is_refused(vera, said, field):
    with pytest.raises(InputRefused) as refused:
        services.set_preferences(vera, said)
    assert refused.value.field == field
    assert not Preferences.objects.exists()


def test_an_area_of_another_city_is_refused(vera):
    with pytest.raises(InputRefused, match="another city"):
        services.set_preferences(vera, {"city": make_city(slug="goa"), "area": make_area()})


@pytest.mark.parametrize(
    ("hours", "clock", "until"),
    [
        ((time(22), time(8)), "23:00", "2026-11-28T08:00"),
        ((time(22), time(8)), "07:59", "2026-11-27T08:00"),
        ((time(22), time(8)), "08:00", ""),
        ((time(13), time(15)), "14:00", "2026-11-27T15:00"),
        ((time(13), time(15)), "16:00", ""),
        ((None, None), "03:00", ""),
    ],
)
def test_quiet_hours_go_by_the_clock_of_the_person(vera, hours, clock, until):
    wants = Preferences(user=vera, quiet_from=hours[0], quiet_to=hours[1])
    vera.timezone = "Asia/Kolkata"
    zone = queries.zone_of(vera, wants)
    now = datetime.combine(FRIDAY.date(), time.fromisoformat(clock), zone).astimezone(UTC)
    found = queries.quiet_until(wants, zone, now=now)
    assert (f"{found:%Y-%m-%dT%H:%M}" if found else "") == until


def test_the_zone_is_that_of_the_profile_else_of_the_city(vera):
    wants = Preferences(user=vera, city=make_city())
    assert queries.zone_of(vera, wants).key == "Asia/Kolkata"
    vera.timezone = "Europe/Paris"
    assert queries.zone_of(vera, wants).key == "Europe/Paris"


def test_the_api_keeps_the_whole_of_it(api, vera):
    make_area()
    make_city(slug="los-angeles", legacy_id="ca--los-angeles")
    wants = {
        "city": "bengaluru", "area": "indiranagar", "radius_km": 3.5, "days": [{"day": 5, "from": "18:00", "to": "23:59"}],
        "channels": {"mail": True}, "quiet_hours": {"from": "22:30", "to": "08:00"}, "languages": ["en-IN"],
    }  # fmt: skip
    told = api.patch("/api/v1/me/preferences", wants, "application/json").json()
    assert {name: told[name] for name in wants} == {**wants, "channels": {"push": True, "mail": True}}
    old = api.patch(
        "/api/v1/me/preferences", {"city": "ca--los-angeles", "quiet_hours": None}, "application/json"
    ).json()
    assert (old["city"], old["area"], old["quiet_hours"], old["quiet_until"]) == (
        "los-angeles",
        None,
        None,
        None,
    )


def test_the_page_keeps_the_whole_of_it(page, vera):
    area = make_area()
    services.set_preferences(vera, {"city": area.city})
    said = {
        "do": "save", "city": "bengaluru", "area": "indiranagar", "radius_km": "3", "push": "on", "quiet_from": "22:00", "quiet_to": "07:00",
        "day-0": "5", "on-0": "on", "from-0": "18:00", "to-0": "23:59", "day-1": "6", "from-1": "10:00", "to-1": "11:00", "languages": ["en"],
    }  # fmt: skip
    assert page.post("/for-me/", said).status_code == 302
    row = queries.preferences_of(vera)
    assert row.times == [{"day": 5, "from": "18:00", "to": "23:59"}]
    assert (row.area, row.radius_km, row.push, row.mail, row.languages) == (area, 3.0, True, False, ["en"])
    text = page.get("/for-me/").content.decode()
    assert text.count('type="time"') == 7 * 2 + 2
    assert 'value="18:00"' in text
    wrong = page.post("/for-me/", {**said, "from-0": "late"})
    assert (wrong.status_code, "Write times of day as 18:00." in wrong.content.decode()) == (400, True)
    assert queries.preferences_of(vera).times == row.times


def test_the_upgrade_keeps_the_days(vera):
    services.set_preferences(vera, {"city": make_city()})

    class Row:
        """What the upgrade sees of a row."""

        days, times = [5, 7], None

        def save(self, update_fields):
            Preferences.objects.filter(user=vera).update(
                **{name: getattr(self, name) for name in update_fields}
            )

    class Rows:
        class objects:  # noqa: N801 (the name of Django's manager)
            @staticmethod
            def exclude(**_):
                return type("Found", (), {"iterator": staticmethod(lambda: [Row()])})

    class Old:
        @staticmethod
        def get_model(*_):
            return Rows

    importlib.import_module("personal.migrations.0002_preferences_and_follows")._ranges_of_days(Old, None)
    whole = {"from": "00:00", "to": "23:59"}
    assert Preferences.objects.get().times == [{"day": 5, **whole}, {"day": 7, **whole}]
