"""Claims: one person at a review, for ten minutes after the last sign of life; others are told who, and may take over."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from moderation import services
from moderation.enums import Verdict
from moderation.exceptions import Conflict
from moderation.models import Decision
from tests.factories import NOW, make_staff, record_event
from tests.moderation.test_deciding import filed

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def two():
    return make_staff(email="anna@example.org"), make_staff(email="berta@example.org")


def test_a_claim_holds_for_ten_minutes_after_the_last_sign_of_life():
    review, (anna, berta) = filed(), two()
    services.claim(review.pk, by=anna, now=NOW)
    assert services.keep(review.pk, by=anna, now=NOW + 9 * MINUTE)
    assert not services.keep(review.pk, by=berta, now=NOW + 10 * MINUTE)
    with pytest.raises(
        Conflict, match=r"anna@example.org is at “Raga at Dusk” .* Sat 21 Nov 2026 at \d\d:\d\d"
    ):
        services.claim(review.pk, by=berta, now=NOW + 18 * MINUTE)
    assert services.claim(review.pk, by=berta, now=NOW + 20 * MINUTE).claimed_by == berta
    assert not services.keep(review.pk, by=anna, now=NOW + 21 * MINUTE)


def test_who_does_not_hold_a_review_decides_nothing_until_they_take_it_over():
    review, (anna, berta) = filed(), two()
    services.claim(review.pk, by=anna)
    with pytest.raises(Conflict, match=r"anna@example.org is at .* Take it over"):
        services.decide(review.pk, Verdict.APPROVE, by=berta)
    services.take_over(review.pk, by=berta)
    with pytest.raises(Conflict, match="berta@example.org is at"):
        services.decide(review.pk, Verdict.APPROVE, by=anna)
    services.decide(review.pk, Verdict.APPROVE, by=berta)
    with pytest.raises(Conflict, match=r"is decided: berta@example.org approved it on .* at \d\d:\d\d UTC"):
        services.take_over(review.pk, by=anna)
    claims = Entry.objects.filter(action__in=("review.claimed", "review.taken_over")).order_by("at")
    assert list(claims.values_list("action", flat=True)) == ["review.claimed", "review.taken_over"]


def test_a_claim_is_released_on_leaving_and_by_the_next_one():
    first, (anna, berta) = filed(), two()
    services.claim(first.pk, by=anna)
    assert not services.release(first.pk, by=berta)
    assert services.release(first.pk, by=anna)
    services.claim(first.pk, by=anna)
    second = filed(record_event(title="Two", approved=False, external_id="2"))
    services.claim(second.pk, by=anna)
    assert services.claim(first.pk, by=berta).claimed_by == berta


@pytest.mark.django_db(transaction=True)
def test_of_two_on_one_item_the_second_is_told_who_did_what_and_when():
    with transaction.atomic():
        review = filed()
    clients = [(Client(), person) for person in two()]
    said, start = {}, threading.Barrier(2)

    def press(client, person, verdict):
        start.wait()
        answer = client.post(
            reverse("admin:moderation_review_decide", args=[review.pk]),
            {"verdict": verdict, "version": 1},
            headers={"HX-Request": "true"},
        )
        said[person.email] = answer
        connection.close()

    for client, person in clients:
        client.force_login(person)
    verdicts = ("approve", "reject:spam")
    threads = [
        threading.Thread(target=press, args=(*pair, verdict))
        for pair, verdict in zip(clients, verdicts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    decision = Decision.objects.get()
    second = said[next(email for email in said if email != decision.by.email)]
    did = "approved it" if decision.verdict == "approve" else "rejected it (spam)"
    assert (second.status_code, f"{decision.by} {did} on " in second.content.decode()) == (409, True)
