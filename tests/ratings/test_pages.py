"""Ratings on the pages of events and venues, the page to rate, that of a team, and reports."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from events.models import Event, Organizer, OrganizerMember
from events.things import thing_of
from moderation.models import Review
from outbox.services import number_changes
from ratings import services
from ratings.enums import RatingState
from ratings.models import Answer, Rating
from ratings.services.counting import recount
from tests.factories import make_staff
from tests.ratings.conftest import comes, confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(event):
    """A client of somebody with a confirmed address who came."""
    ann = confirmed("ann")
    comes(event, ann)
    client = Client()
    client.force_login(ann)
    return client


def passed(event, many=12, stars=5):
    """Ratings that a moderator let pass, with words."""
    for number in range(many):
        Rating.objects.create(
            user=User.objects.filter(email=f"p{number}@example.org").first() or confirmed(f"p{number}"),
            event=event, stars=stars, text=f"Lovely, {number}.", basis="checked_in", state="shown",
            is_vouched=True,
        )  # fmt: skip
    recount(thing_of(event))


def test_an_event_that_is_over_asks_how_it_was_and_shows_what_passed(client, event):
    page = client.get(event.get_absolute_url()).content.decode()
    assert f'href="/ratings/events/{event.pk}/"' in page
    assert "aggregateRating" not in page
    passed(event)
    number_changes()
    page = client.get(event.get_absolute_url()).content.decode()
    assert "from 12 ratings" in page
    assert "Lovely, 11." in page
    assert "p11@example.org" not in page
    assert '"aggregateRating":{"@type":"AggregateRating","ratingCount":12,"ratingValue":5.0' in page.replace(
        ", ", ","
    ).replace(": ", ":")
    assert "csrf" not in page


def test_a_rated_page_asks_the_database_ten_times_at_most(client, event, place):
    passed(event)
    Rating.objects.update(event=None, place=place)
    recount(thing_of(place))
    passed(event, stars=4)
    for path in (event.get_absolute_url(), f"/venues/{place.slug}-{place.pk.hex}/"):
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert "from 12 ratings" in client.get(path + "?x=1").content.decode()
        asked = [one["sql"][:300] for one in seen if one["sql"].startswith(("SELECT", "WITH", "("))]
        assert len(asked) <= 10, "\n".join(asked)


def test_few_ratings_are_told_to_nobody_but_readers(client, event):
    passed(event, many=3)
    page = client.get(event.get_absolute_url()).content.decode()
    assert "Few so far" in page
    assert "aggregateRating" not in page


def test_an_event_to_come_asks_nobody(client, event):
    Event.objects.filter(pk=event.pk).update(
        start_at=timezone.now() + timedelta(days=1),
        end_at=timezone.now() + timedelta(days=1, hours=1),
        start_date=(timezone.now() + timedelta(days=1)).date(),
        end_date=(timezone.now() + timedelta(days=1)).date(),
    )
    assert "/ratings/" not in client.get(event.get_absolute_url()).content.decode()


def test_one_rates_changes_and_deletes(signed_in, event):
    path = f"/ratings/events/{event.pk}/"
    assert "registered" in signed_in.get(path).content.decode()
    assert signed_in.post(path, {"text": "Fine."}).status_code == 400
    assert signed_in.post(path, {"stars": "4", "text": "Fine."}).status_code == 302
    assert "A moderator looks at it first" in signed_in.get(path + "?thanks=1").content.decode()
    assert Rating.objects.get().stars == 4
    assert "4 of 5" in signed_in.get("/ratings/").content.decode()
    assert signed_in.post(path, {"do": "delete"}).status_code == 302
    assert not Rating.objects.exists()
    assert event.title in signed_in.get("/ratings/").content.decode()


def test_a_venue_is_rated_on_its_own_page(signed_in, place, client):
    assert signed_in.post(f"/ratings/venues/{place.pk}/", {"stars": "5"}).status_code == 302
    page = client.get(f"/venues/{place.slug}-{place.pk.hex}/").content.decode()
    assert "from 1 rating" in page


def test_without_an_account_one_is_asked_to_sign_in(client, event):
    answer = client.get(f"/ratings/events/{event.pk}/")
    assert (answer.status_code, "next=" in answer["Location"]) == (302, True)


def test_only_its_team_answers(signed_in, event, rates):
    rating = rates("bob", 2)
    path = reverse("ratings:answer-event", args=[event.pk])
    assert signed_in.get(path).status_code == 404
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    OrganizerMember.objects.create(
        organizer=owls, user=User.objects.get(email="ann@example.org"), role="owner"
    )
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    assert "2 of 5" in signed_in.get(path).content.decode()
    assert signed_in.post(path, {"rating": rating.pk, "text": ""}).status_code == 400
    assert signed_in.post(path, {"rating": rating.pk, "text": "Sorry."}).status_code == 302
    assert Answer.objects.get().state == RatingState.WAITING
    assert signed_in.post(path, {"rating": rating.pk, "do": "delete"}).status_code == 302
    assert not Answer.objects.exists()


def test_words_are_reported_without_an_account(client, event, rates):
    rating = rates("bob", 2, "Rude.")
    path = f"/ratings/{rating.pk}/report/"
    assert client.get(path).status_code == 404
    Rating.objects.update(state="shown")
    assert client.get(path).status_code == 200
    assert client.post(path, {}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 400
    answer = client.post(path, {"kind": "offensive"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 302
    assert "a reader reports" in Review.objects.get(object_id=rating.pk).reasons[0]


@pytest.mark.parametrize("what", ["rating", "lot", "answer"])
def test_the_desk_shows_what_is_asked(event, rates, what):
    rating = rates("bob", 2, "" if what == "lot" else "Rude.")
    if what == "lot":
        Rating.objects.update(updated_at=timezone.now() - timedelta(days=2))
        for number in range(12):
            rates(f"slow{number:02}", 5)
            Rating.objects.update(updated_at=timezone.now() - timedelta(days=2))
        services.gather(now=timezone.now())
    if what == "answer":
        Rating.objects.update(state="shown", asked_version=1)
        Answer.objects.create(rating=rating, text="Sorry.")
    services.ask(now=timezone.now())
    review = Review.objects.get()
    desk = Client()
    desk.force_login(make_staff())
    page = desk.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    assert {"rating": "Rude.", "lot": "13 ratings together", "answer": "What the team answers"}[what] in page
    assert "Show it" in page
