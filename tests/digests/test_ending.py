"""Staff list subscriptions without their addresses, and end one by its id."""

import pytest
from django.test import Client

from audit.models import Entry
from digests import services
from digests.models import Consent, Subscription
from tests.digests.conftest import THURSDAY, subscribed
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db


def test_staff_end_a_subscription_once_and_it_is_recorded(client: Client):
    row = subscribed()
    client.force_login(make_staff())
    page = f"/api/v1/admin/subscriptions/{row.pk}"
    assert [client.delete(page).status_code for _ in range(2)] == [204, 204]
    assert not Subscription.objects.get().active
    assert Entry.objects.filter(action="mail.subscription_ended").count() == 1
    assert [one.how for one in Consent.objects.filter(step="ended")] == ["staff"]


def test_an_address_that_gets_no_mail_ends_and_its_consent_says_why():
    row = subscribed()
    other = subscribed("other@example.org", city=row.city)
    assert services.end_subscriptions(row.address_hash, now=THURSDAY) == 1
    assert services.end_subscriptions(row.address_hash, now=THURSDAY) == 0
    assert Subscription.objects.get(active=True) == other
    assert [one.how for one in row.consents.filter(step="ended")] == ["no mail arrives"]


def test_others_do_not(client: Client):
    row = subscribed()
    page = f"/api/v1/admin/subscriptions/{row.pk}"
    assert client.delete(page).status_code == 401
    client.force_login(make_person(rights=["digests.view_subscription"]))
    assert client.delete(page).status_code == 403
    assert Subscription.objects.get().active


@pytest.mark.parametrize("name", ["none", "01a21017-9d62-7264-8a23-7c2904884109"])
def test_what_is_not_there_is_not_found(name, client: Client):
    client.force_login(make_staff())
    assert client.delete(f"/api/v1/admin/subscriptions/{name}").status_code == 404


def test_the_list_says_all_but_the_address_and_is_narrowed_by_what_is_asked(client: Client):
    row = subscribed()
    services.end_by_staff(subscribed("other@example.org", city=row.city), by=make_staff(), now=THURSDAY)
    client.force_login(make_staff(email="second@example.org"))
    page = "/api/v1/admin/subscriptions"
    everything = client.get(page)
    assert everything.json()["total"] == 2
    assert "example.org" not in everything.content.decode().lower()
    (active,) = client.get(f"{page}?active=yes&city=bengaluru").json()["results"]
    assert (active["id"], active["kind"], active["cadence"], active["city"]) == (
        str(row.pk),
        "city",
        "weekly",
        "bengaluru",
    )
    assert client.get(f"{page}?active=perhaps").status_code == 400
