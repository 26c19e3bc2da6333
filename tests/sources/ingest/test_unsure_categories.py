"""An event that the categorizer is unsure about gets a review where its source tells categories, else is published as "other"."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from moderation.models import Review
from tests.factories import make_staff
from tests.sources.feeds import feed_source, many, take

pytestmark = pytest.mark.django_db


def test_an_event_of_no_certain_category_waits_as_other_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.refinement.categories.verdict.THRESHOLD", 1.1)
    take(feed_source(untold=[]), many(1))
    event = Event.objects.get()
    assert (event.category_id, event.publication) == ("other", "pending")
    review = Review.objects.get()
    assert "unsure what it is: perhaps" in json.dumps(review.evidence)


def test_a_trusted_plain_calendar_publishes_it_as_other_and_its_page_says_how_many(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr("pipeline.refinement.categories.verdict.THRESHOLD", 1.1)
    source = feed_source()
    take(source, many(3))
    found = set(Event.objects.values_list("category_id", "publication"))
    assert (found, Review.objects.count()) == ({("other", "approved")}, 0)
    client.force_login(make_staff())
    page = client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert "3 of these are in no category; a default category" in page
