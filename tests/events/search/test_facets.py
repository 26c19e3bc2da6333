"""The counts of a facet are those of the list that each value leads to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from events.filters import EventFilter
from events.models import Event
from events.queries import upcoming
from events.queries.counting import DAYS_COUNTED, MOST_COUNTED, facet_counts
from events.times import When
from tests.events.test_filters import populate
from tests.factories import EVENING, make_place

_FILTER_OF: dict[str, Callable[[str], dict[str, Any]]] = {
    "category": lambda value: {"categories": (value,)},
    "city": lambda value: {"city": value},
    "area": lambda value: {"area": value},
    "venue": lambda value: {"venue": UUID(value)},
    "tag": lambda value: {"tags": (value,)},
    "day": lambda value: {"day": date.fromisoformat(value)},
    "online": lambda value: {"online": value},
}


@pytest.mark.django_db
def test_each_count_is_that_of_its_list() -> None:
    """By evening, and after midnight, when the night before is still going on."""
    populate()
    place = make_place()
    for event in Event.objects.order_by("id")[::3]:
        Event.objects.filter(pk=event.pk).update(place=place)
    for hours, wanted in (
        (0, {}),
        (8, {}),
        (0, {"q": "jazz"}),
        (0, {"when": When.WEEK}),
        (8, {"city": "bengaluru", "price": "free"}),
    ):
        _compare(EventFilter(**wanted), EVENING + timedelta(hours=hours))


def _compare(asked: EventFilter, now: datetime) -> None:
    counted, counts = facet_counts(asked, now=now, most=MOST_COUNTED)
    assert counted.all == upcoming(asked, now=now).count()
    assert counted.real == upcoming(asked, now=now).filter(is_sample=False).count()
    for name, conditions in _FILTER_OF.items():
        for row in counts[name]:
            narrowed = replace(asked, **conditions(row["value"]))
            assert row["count"] == upcoming(narrowed, now=now).count(), (name, row)
    assert [row["label"] for row in counts["venue"]] in ([], ["Blue Room"])
    days = [row["value"] for row in counts["day"]]
    assert days == sorted(days)
    assert len(days) <= DAYS_COUNTED


@pytest.mark.django_db
def test_days_begin_with_the_night_of_the_clock_that_is_given() -> None:
    populate()
    after_midnight = datetime(2026, 11, 22, 2, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
    _, counts = facet_counts(EventFilter(city="bengaluru"), now=after_midnight, most=MOST_COUNTED)
    assert counts["day"][0]["value"] == "2026-11-21"
    assert [row["value"] for row in counts["tag"]] == ["jazz", "live"]
