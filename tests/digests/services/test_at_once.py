"""New events are told at once to who wants that, bundled, and never twice."""

from datetime import timedelta

import pytest
from django.db.models import F

from digests import services
from digests.enums import Cadence
from digests.models import Delivery, Subscription
from events.models import Event
from pipeline.contract.normalized import Venue
from tests.digests.conftest import THURSDAY, subscribed
from tests.factories import record_event

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def published(title: str, at) -> Event:
    event = record_event(
        title=title,
        start=THURSDAY + timedelta(days=20),
        venue=Venue(name=f"{title} Hall", city="Bengaluru", country="IN"),
    )
    Event.objects.filter(pk=event.pk).update(published_at=at, updated_at=at)
    return event


def test_what_is_new_is_told_once_and_what_was_listed_before_is_not():
    published("Old", THURSDAY - timedelta(days=9))
    row = subscribed(cadence=Cadence.INSTANT)
    event = published("New", THURSDAY)
    assert services.record_at_once(now=THURSDAY + MINUTE) == 1
    assert row.deliveries.get().event_ids == [event.pk]
    assert services.record_at_once(now=THURSDAY + 2 * MINUTE) == 0


def test_what_comes_within_the_hour_is_told_together_after_it():
    row = subscribed(cadence=Cadence.INSTANT)
    published("First", THURSDAY)
    services.record_at_once(now=THURSDAY + MINUTE)
    later = {published("Second", THURSDAY + 10 * MINUTE).pk, published("Third", THURSDAY + 50 * MINUTE).pk}
    assert services.record_at_once(now=THURSDAY + 51 * MINUTE) == 0
    assert services.record_at_once(now=THURSDAY + HOUR + 2 * MINUTE) == 1
    assert set(row.deliveries.latest("created_at").event_ids) == later


def test_there_are_at_most_six_a_day():
    row = subscribed(cadence=Cadence.INSTANT)
    for number in range(8):
        at = THURSDAY + number * (HOUR + MINUTE)
        published(f"Event {number}", at)
        services.record_at_once(now=at + MINUTE)
        Delivery.objects.update(state="sent")
    assert row.deliveries.count() == 6
    at = THURSDAY + timedelta(days=1, hours=7)
    Event.objects.filter(title="Event 7").update(updated_at=at)
    assert services.record_at_once(now=at + MINUTE) == 1
    assert len(row.deliveries.latest("created_at").event_ids) == 2


def test_a_cancellation_of_what_was_told_is_told():
    row = subscribed(cadence=Cadence.INSTANT)
    event = published("Off", THURSDAY)
    services.record_at_once(now=THURSDAY + MINUTE)
    Delivery.objects.update(state="sent")
    at = THURSDAY + 3 * HOUR
    Event.objects.filter(pk=event.pk).update(happening="cancelled", updated_at=at)
    assert services.record_at_once(now=at + MINUTE) == 1
    assert row.deliveries.latest("created_at").changed == 1


def test_without_news_nothing_is_asked(django_assert_max_num_queries):
    subscribed(cadence=Cadence.INSTANT)
    Subscription.objects.update(looked_at=F("looked_at") + timedelta(days=30))
    with django_assert_max_num_queries(2):
        assert services.record_at_once(now=THURSDAY + timedelta(days=31)) == 0
