"""Addresses are erased after the stated time.

The keyed hash and the day of unsubscribing stay, and a new request works.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.crypto import address_hash
from digests import services
from digests.exceptions import UnknownToken
from digests.models import Delivery, Subscription
from digests.services import erasing
from digests.tokens import token_of
from mail.enums import SuppressionReason
from mail.services import suppress
from tests.digests.conftest import READER, THURSDAY, subscribed
from tests.factories import make_city

pytestmark = pytest.mark.django_db
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def kept() -> tuple[str, str]:
    return Subscription.objects.values_list("address", "address_hash").get()


def test_an_address_that_was_not_confirmed_goes_after_a_week():
    services.subscribe(READER, make_city(), now=THURSDAY)
    assert services.erase_addresses(now=THURSDAY + WEEK - timedelta(seconds=1)) == 0
    assert services.erase_addresses(now=THURSDAY + WEEK, dry=True) == 1
    assert services.erase_addresses(now=THURSDAY + WEEK) == 1
    assert services.erase_addresses(now=THURSDAY + WEEK) == 0
    assert kept() == ("", address_hash(READER))


def test_the_address_of_a_reader_who_left_goes_after_a_month():
    services.unsubscribe(token_of(subscribed()), now=THURSDAY)
    assert services.erase_addresses(now=THURSDAY + MONTH - timedelta(seconds=1)) == 0
    assert services.erase_addresses(now=THURSDAY + MONTH) == 1
    assert kept() == ("", address_hash(READER))
    assert Subscription.objects.get().unsubscribed_at == THURSDAY


def test_the_stated_times_are_settings(settings):
    settings.SUBSCRIPTION_UNCONFIRMED_DAYS, settings.SUBSCRIPTION_UNSUBSCRIBED_DAYS = 3, 5
    services.subscribe(READER, make_city(), now=THURSDAY)
    assert services.erase_addresses(now=THURSDAY + timedelta(days=3)) == 1


def test_who_reads_keeps_the_address():
    subscribed()
    assert services.erase_addresses(now=THURSDAY + timedelta(days=999)) == 0


def test_many_go_in_batches(monkeypatch):
    monkeypatch.setattr(erasing, "BATCH", 2)
    for number in range(5):
        services.subscribe(f"{number}@example.org", make_city(), now=THURSDAY, sender=str(number))
    assert services.erase_addresses(now=THURSDAY + WEEK) == 5


def test_who_was_erased_may_come_back(inbox):
    services.unsubscribe(token_of(subscribed()), now=THURSDAY)
    services.erase_addresses(now=THURSDAY + MONTH)
    services.subscribe(READER, make_city(), now=THURSDAY + MONTH)
    assert Subscription.objects.get().unsubscribed_at == THURSDAY, "a stranger may have asked"
    assert services.send(Delivery.objects.get().pk, now=THURSDAY + MONTH)
    assert inbox.asked == [READER]
    assert (
        services.confirm(token_of(Subscription.objects.get()), now=THURSDAY + MONTH).unsubscribed_at is None
    )


def test_a_request_that_nobody_confirmed_again_goes_after_a_week_too():
    services.unsubscribe(token_of(subscribed()), now=THURSDAY)
    services.erase_addresses(now=THURSDAY + MONTH)
    services.subscribe(READER, make_city(), now=THURSDAY + MONTH)
    assert services.erase_addresses(now=THURSDAY + MONTH + WEEK) == 1
    assert Subscription.objects.get().unsubscribed_at == THURSDAY


def test_an_old_link_of_an_erased_address_still_leaves_and_confirms_nothing():
    services.subscribe(READER, make_city(), now=THURSDAY)
    token = token_of(Subscription.objects.get())
    services.erase_addresses(now=THURSDAY + WEEK)
    with pytest.raises(UnknownToken):
        services.confirm(token, now=THURSDAY + WEEK)
    assert services.unsubscribe(token, now=THURSDAY + WEEK).unsubscribed_at == THURSDAY + WEEK


def test_a_suppressed_address_is_erased_and_stays_suppressed():
    subscription = subscribed()
    suppress(subscription.address_hash, SuppressionReason.COMPLAINT, now=THURSDAY)
    assert services.erase_addresses(now=THURSDAY + MONTH) == 1
    services.subscribe(READER, make_city(), now=THURSDAY + MONTH)
    assert kept()[0] == ""


def test_the_database_keeps_no_active_reader_without_an_address():
    subscribed()
    with pytest.raises(IntegrityError, match="subscription_active_has_address"), transaction.atomic():
        Subscription.objects.update(address="")
