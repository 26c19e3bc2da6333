"""Asking for mails: what is kept of it, and who learns what."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from digests import services
from digests.enums import Cadence
from digests.models import Consent, Delivery, Subscription
from digests.targets import find_target
from digests.tokens import token_of
from tests.digests.conftest import READER, THURSDAY, subscribed
from tests.factories import make_area, make_city

pytestmark = pytest.mark.django_db


def proved(email: str = READER) -> User:
    person = User.objects.create_user(email)
    EmailAddress.objects.create(user=person, email=email.lower(), verified=True, primary=True)
    return person


def test_what_somebody_agreed_to_is_kept_with_its_text():
    services.subscribe(READER, make_city(), now=THURSDAY)
    services.confirm(token_of(Subscription.objects.get()), now=THURSDAY + timedelta(hours=1))
    asked, confirmed = Consent.objects.all()
    assert (asked.step, asked.how, asked.at) == ("asked", "form", THURSDAY)
    assert (confirmed.step, confirmed.how) == ("confirmed", "link")
    assert "once a week: Bengaluru" in confirmed.text
    assert Subscription.objects.get().consented_at == THURSDAY + timedelta(hours=1)


def test_asking_again_changes_nothing_and_sends_the_link_to_the_owner(inbox):
    row = subscribed()
    services.subscribe(READER, row.city, cadence=Cadence.INSTANT, hour=3)
    delivery = Delivery.objects.get()
    assert services.send(delivery.pk)
    ((to, mail),) = inbox.mails
    assert to == [READER]
    assert f"/subscriptions/{token_of(row)}/" in mail.get_body(("plain",)).get_content()
    row.refresh_from_db()
    assert (row.cadence, row.hour, row.active) == ("weekly", 9, True)


def test_one_address_has_several_subscriptions_each_once():
    area = make_area()
    for _ in range(2):
        services.subscribe(READER, area.city, sender="1")
    services.subscribe(READER, find_target({"area": area.slug}), sender="2")
    assert sorted(Subscription.objects.values_list("kind", flat=True)) == ["area", "city"]


def test_an_address_that_is_proved_to_be_ones_own_needs_no_mail():
    person = proved()
    assert services.subscribe(READER, make_city(), by=person)
    row = Subscription.objects.get()
    assert (row.active, row.user_id) == (True, person.pk)
    assert not Delivery.objects.exists()
    assert list(Consent.objects.values_list("step", "how")) == [("asked", "form"), ("confirmed", "account")]


def test_the_address_of_somebody_else_is_asked_first_whoever_is_signed_in():
    assert not services.subscribe("other@example.org", make_city(), by=proved())
    assert not Subscription.objects.get().active
    assert Subscription.objects.get().user is None


def test_who_confirms_gets_mails_that_fit_their_account():
    person = proved()
    assert subscribed().user_id == person.pk


def test_by_default_it_comes_on_the_day_of_the_setting(settings):
    settings.DIGEST_DAY, settings.DIGEST_HOUR = 2, 18
    services.subscribe(READER, make_city())
    row = Subscription.objects.get()
    assert (row.weekday, row.hour) == (2, 18)


def test_an_address_has_at_most_fifty(monkeypatch):
    monkeypatch.setattr("digests.services.subscribing.MOST", 1)
    area = make_area()
    services.subscribe(READER, area.city)
    services.subscribe(READER, find_target({"area": area.slug}))
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(("takes", "state"), [(True, "sent"), (False, "skipped")])
def test_a_domain_that_takes_no_mail_is_asked_after_the_answer(takes, state, inbox, settings, monkeypatch):
    settings.CHECK_MAIL_DOMAINS = True
    asked = []
    monkeypatch.setattr("digests.services.sending.takes_mail", lambda host: asked.append(host) or takes)
    services.subscribe(READER, make_city())
    assert asked == []
    services.send(Delivery.objects.get().pk)
    assert asked == ["Example.org"]
    assert Delivery.objects.get().state == state
