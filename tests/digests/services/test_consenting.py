"""Who agreed two years ago is asked again, and who does not answer gets no more."""

from datetime import timedelta

import pytest

from digests import services
from digests.models import Delivery, Subscription
from digests.tokens import token_of
from tests.digests.conftest import THURSDAY, subscribed

pytestmark = pytest.mark.django_db
LATER = THURSDAY + timedelta(days=31)


def old() -> Subscription:
    row = subscribed()
    Subscription.objects.filter(pk=row.pk).update(consented_at=THURSDAY - timedelta(days=731))
    return Subscription.objects.get(pk=row.pk)


def asked(inbox) -> Subscription:
    row = old()
    services.ask_again(now=THURSDAY)
    assert services.send(Delivery.objects.get(kind="renewal").pk, now=THURSDAY)
    return row


def test_it_is_asked_once_after_two_years():
    subscribed("young@example.org")
    old()
    assert services.ask_again(now=THURSDAY) == 1
    assert services.ask_again(now=THURSDAY + timedelta(days=1)) == 0


def test_who_answers_goes_on_for_two_more_years(inbox):
    row = asked(inbox)
    text = inbox.mails[0][1].get_body(("plain",)).get_content()
    assert f"/subscriptions/{token_of(row)}/renew/" in text
    services.renew(token_of(row), now=THURSDAY + timedelta(days=3))
    assert services.end_unanswered(now=LATER) == 0
    assert services.ask_again(now=LATER) == 0
    assert row.consents.filter(step="renewed").count() == 1


def test_who_does_not_answer_gets_no_more(inbox):
    row = asked(inbox)
    assert services.end_unanswered(now=LATER - timedelta(days=2)) == 0
    assert services.end_unanswered(now=LATER) == 1
    row.refresh_from_db()
    assert not row.active


def test_whom_the_question_did_not_reach_is_not_ended():
    old()
    services.ask_again(now=THURSDAY)
    assert services.end_unanswered(now=LATER) == 0
