"""Due mails are recorded once, and an error of one city or reader does not affect the others."""

from datetime import timedelta

import pytest
from django.db import connection

from digests import services, tasks
from digests.models import Delivery, Subscription
from digests.services import recording
from digests.timing import MADE_UP_FOR
from flags.models import FlagSwitch
from places.enums import CityState
from places.models import City
from tests.digests.conftest import THURSDAY, due_digest, subscribed
from tests.factories import make_city, record_event

pytestmark = pytest.mark.django_db
NINE = THURSDAY - timedelta(minutes=30)


def two_cities() -> tuple[Subscription, Subscription]:
    """A reader in each of two cities, each with an event, ordered by name."""
    first = subscribed("a@example.org", city=make_city(slug="aachen"))
    second = subscribed("b@example.org", city=make_city(slug="bengaluru"))
    for city in ("aachen", "bengaluru"):
        record_event(title=f"In {city}", city=city, start=THURSDAY + timedelta(days=2))
    return first, second


def recorded() -> list[str]:
    return list(
        Delivery.objects.order_by("subscription__city__slug").values_list(
            "subscription__city__slug", flat=True
        )
    )


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=15), MADE_UP_FOR - timedelta(minutes=10)])
def test_a_missed_hour_is_made_up_for_once(late):
    two_cities()
    assert services.record_due(now=NINE + late) == 2
    assert services.record_due(now=NINE + late + timedelta(minutes=5)) == 0


@pytest.mark.parametrize("moment", [NINE - timedelta(seconds=1), NINE + MADE_UP_FOR])
def test_nothing_is_recorded_before_the_hour_or_a_day_after_it(moment):
    two_cities()
    assert services.record_due(now=moment) == 0


def test_a_zone_that_is_none_stops_nobody_and_counts_as_utc():
    two_cities()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE places_city DROP CONSTRAINT city_timezone")
        cursor.execute("UPDATE places_city SET timezone = 'Mars/Olympus' WHERE slug = 'aachen'")
    services.record_due(now=NINE)
    assert recorded() == ["bengaluru"]
    services.record_due(now=NINE.replace(hour=9, minute=0))
    assert recorded() == ["aachen", "bengaluru"]


def test_an_hour_that_fails_stops_no_other(monkeypatch):
    first, _ = two_cities()
    Subscription.objects.filter(pk=first.pk).update(timezone="Asia/Dhaka", hour=9)
    whole = recording.record_for

    def fails(readers, **rest):
        rows = list(readers)
        return 1 / 0 if rows[0].timezone else whole(rows, **rest)

    monkeypatch.setattr(recording, "record_for", fails)
    assert services.record_due(now=THURSDAY) == 1
    monkeypatch.undo()
    assert services.record_due(now=THURSDAY) == 1
    assert recorded() == ["aachen", "bengaluru"]


def test_a_question_that_the_database_refuses_stops_no_other_and_is_asked_again(monkeypatch):
    two_cities()
    whole = recording.pool_of

    def refused(subscription, **rest):
        if subscription.city.slug == "aachen":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return whole(subscription, **rest)

    monkeypatch.setattr(recording, "pool_of", refused)
    assert services.record_due(now=THURSDAY) == 1
    monkeypatch.undo()
    assert services.record_due(now=THURSDAY) == 1


@pytest.mark.parametrize(
    "filters", [["music"], "music", 7, {"categories": 7}, {"tags": {"a": {}}}, {"categories": [None]}]
)
def test_wishes_that_cannot_be_read_stop_nobody_elses_mail(filters):
    broken = subscribed("a@example.org")
    whole = subscribed("b@example.org")
    record_event(start=THURSDAY + timedelta(days=2))
    Subscription.objects.filter(pk=broken.pk).update(filters=filters)
    services.record_due(now=THURSDAY)
    assert whole.deliveries.get().state == "recorded"


def test_an_address_whose_key_is_lost_stops_nobody_elses_mail():
    two_cities()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE digests_subscription SET address = 'gAAAAABn-no-such-token' WHERE id = (SELECT min(id::text)::uuid FROM digests_subscription)"
        )
    assert services.record_due(now=THURSDAY) == 2


def test_equal_wishes_are_composed_once_and_many_readers_take_few_queries(django_assert_max_num_queries):
    record_event(start=THURSDAY + timedelta(days=2))
    for number in range(12):
        subscribed(f"{number}@example.org", sender=str(number))
    with django_assert_max_num_queries(10):
        assert services.record_due(now=THURSDAY) == 12


def test_a_round_takes_back_retries_and_queues_what_was_lost(monkeypatch, time_machine):
    record_event(start=THURSDAY + timedelta(days=2))
    subscribed()
    services.record_due(now=THURSDAY)
    Delivery.objects.update(state="sending", lease_until=THURSDAY + timedelta(minutes=10), attempts=1)
    queued = []
    monkeypatch.setattr(tasks.send_deliveries, "delay", queued.append)
    time_machine.move_to(THURSDAY + timedelta(minutes=11), tick=False)
    assert tasks.send_due_digests() == 0
    assert queued == [[str(Delivery.objects.get().pk)]]


def test_a_city_that_is_hidden_sends_nothing():
    two_cities()
    City.objects.filter(slug="aachen").update(state=CityState.HIDDEN)
    services.record_due(now=THURSDAY)
    assert recorded() == ["bengaluru"]


def test_while_digests_are_switched_off_what_is_recorded_waits():
    delivery = due_digest()
    FlagSwitch.objects.create(name="digests", is_on=False)
    assert not tasks.send_deliveries([str(delivery.pk)])
    assert not tasks.send_delivery(str(delivery.pk))
    assert Delivery.objects.get().state == "recorded"
