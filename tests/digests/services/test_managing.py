"""Changing what one gets, by the link of any mail: nobody gets two in the week of a change."""

from datetime import timedelta

import pytest

from digests import services
from digests.enums import Cadence
from digests.exceptions import UnknownToken
from digests.models import Consent, Delivery, Subscription
from digests.targets import find_target
from digests.tokens import token_of
from tests.digests.conftest import READER, THURSDAY, subscribed
from tests.factories import make_area, record_event

pytestmark = pytest.mark.django_db


def holder(row: Subscription) -> services.Holder:
    return services.holder_of(token_of(row))


def sent(now=THURSDAY) -> int:
    count = services.record_due(now=now)
    Delivery.objects.filter(state="recorded").update(state="sent", sent_at=now)
    Subscription.objects.update(last_sent_at=now)
    return count


def test_the_link_of_one_opens_all_of_the_address_and_none_of_another():
    area = make_area()
    first, second = subscribed(city=area.city), subscribed(city=find_target({"area": area.slug}))
    other = subscribed("other@example.org", city=area.city, sender="2")
    assert services.active_of(holder(first)) == [first, second]
    with pytest.raises(UnknownToken):
        services.leave(holder(first), other.pk)


def test_a_change_is_kept_and_what_was_due_before_it_is_not_made_up_for():
    record_event(start=THURSDAY + timedelta(days=2))
    row = subscribed()
    changed = services.change(
        holder(row), row.pk, services.Wishes(weekday=3, hour=8, timezone="Europe/London", language="es"), now=THURSDAY
    )  # fmt: skip
    assert (changed.hour, changed.timezone, changed.language) == (8, "Europe/London", "es")
    assert services.record_due(now=THURSDAY) == 0


@pytest.mark.parametrize("weekday", [0, 4, 5, 6])
def test_nobody_gets_two_in_the_week_of_a_change(weekday):
    for day in range(1, 14):
        record_event(title=f"Event {day}", start=THURSDAY + timedelta(days=day))
    row = subscribed()
    assert sent() == 1
    services.change(
        holder(row), row.pk, services.Wishes(weekday=weekday, hour=9), now=THURSDAY + timedelta(hours=1)
    )
    times = [
        THURSDAY + timedelta(hours=hours)
        for hours in range(0, 13 * 24, 6)
        if sent(THURSDAY + timedelta(hours=hours))
    ]
    weeks = [moment.isocalendar().week for moment in times]
    assert len(set(weeks)) == len(weeks)
    assert THURSDAY.isocalendar().week not in weeks
    assert not times or times[0] - THURSDAY > timedelta(days=3)


def test_less_often_goes_from_at_once_to_daily_to_weekly():
    row = subscribed(cadence=Cadence.INSTANT)
    assert services.less_often(holder(row), row.pk).cadence == "daily"
    assert services.less_often(holder(row), row.pk).cadence == "weekly"


def test_a_pause_sends_nothing_until_it_ends():
    record_event(start=THURSDAY + timedelta(days=2))
    row = subscribed()
    services.pause(holder(row), row.pk, 14, now=THURSDAY - timedelta(days=1))
    assert services.record_due(now=THURSDAY) == 0
    services.pause(holder(row), row.pk, 0)
    assert services.record_due(now=THURSDAY) == 1


def test_a_digest_that_waits_is_not_sent_in_a_pause(inbox):
    record_event(start=THURSDAY + timedelta(days=2))
    row = subscribed()
    services.record_due(now=THURSDAY)
    services.pause(holder(row), row.pk, 30, now=THURSDAY)
    assert not services.send(Delivery.objects.get().pk, now=THURSDAY)
    assert Delivery.objects.get().error == "paused"


def test_leaving_all_is_kept_as_what_was_wanted():
    area = make_area()
    row = subscribed(city=area.city)
    subscribed(city=find_target({"area": area.slug}))
    assert services.leave_all(holder(row), now=THURSDAY) == 2
    assert services.active_of(holder(row)) == []
    assert list(Consent.objects.filter(step="ended").values_list("how", flat=True)) == ["link", "link"]
    assert services.leave_all(holder(row), now=THURSDAY) == 0


def test_the_address_of_an_ended_subscription_cannot_be_guessed():
    subscribed(READER)
    with pytest.raises(UnknownToken):
        services.holder_of("0" * 64)
