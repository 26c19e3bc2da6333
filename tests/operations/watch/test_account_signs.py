"""Operators are told of staff in a new network and of a key that does something else, with neither address nor key."""

import pytest
from uuid_utils.compat import uuid7

from accounts.models import ApiKey, StaffNetwork
from accounts.signals import key_used_unusually, staff_network_new
from operations.watch import shipped
from sources.models import Alert
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def test_a_new_network_is_told_with_the_account(settings):
    shipped.load()
    settings.SITE_URL, staff = "https://events.example.org", make_staff()
    staff_network_new.send(sender=StaffNetwork, user_id=staff.pk)
    [alert] = Alert.objects.all()
    assert alert.rule_id == "intrusion"
    assert alert.key == f"signs:network:{staff.pk}"
    assert f"https://events.example.org/admin/accounts/user/{staff.pk}/change/" in alert.detail
    assert staff.email not in alert.title + alert.detail


@pytest.mark.parametrize(("rested", "words"), [(True, "after a rest"), (False, "for the first time")])
def test_an_unusual_use_of_a_key_is_told(rested, words):
    staff, key = make_staff(), uuid7()
    key_used_unusually.send(sender=ApiKey, user_id=staff.pk, key_id=key, scope="events:write", rested=rested)
    [alert] = Alert.objects.all()
    assert alert.key == f"signs:key:{key}"
    assert f"events:write {words}" in alert.title
