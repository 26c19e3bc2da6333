"""The coming two weeks by weekday, in each city's own zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.text import slugify

from events.models import Event
from events.queries.coverage import DAYS, coming
from tests.factories import make_city, make_event

pytestmark = pytest.mark.django_db
#: A Saturday in UTC, when it is Sunday already in the east and still Friday in the west.
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
ZONES = ("Pacific/Kiritimati", "Asia/Kolkata", "UTC", "Pacific/Pago_Pago")


@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=0, minute=5), NOW.replace(hour=23, minute=55)])
def test_a_weekday_holds_each_event_that_starts_on_it_where_it_takes_place(now) -> None:
    at: dict[int, set[str]] = {number: set() for number in range(1, 8)}
    for zone in map(ZoneInfo, ZONES):
        city, today = (
            make_city(slug=slugify(zone.key), timezone=zone.key),
            now.astimezone(zone).date(),
        )
        for ahead in (-1, 0, 5, 6, 7, DAYS - 1, DAYS):
            for hour in (time(0, 0), time(23, 59)):
                day = today + timedelta(days=ahead)
                title = f"{zone.key} {day} {hour}"
                make_event(
                    title=title, city=city, start_at=datetime.combine(day, hour, zone), timezone=zone.key
                )
                if 0 <= ahead < DAYS:
                    at[day.isoweekday()].add(title)
    for weekday, titles in at.items():
        assert (
            set(coming(Event.objects.all(), now=now, weekday=weekday).values_list("title", flat=True))
            == titles
        )
    assert coming(Event.objects.all(), now=now).count() == sum(map(len, at.values()))
