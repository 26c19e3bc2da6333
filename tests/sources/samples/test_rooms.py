"""Some programmes of the shipped samples are listed by two feeds under titles that differ."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from events.models import Event
from moderation.models import Review
from sources.samples.load import load_samples
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def samples() -> None:
    call_command("load_cities")
    call_command("load_categories")
    load_samples(now=datetime(2026, 11, 21, 4, 0, tzinfo=UTC))


def sources_of(words: str) -> list[list[str]]:
    """The feeds of each event of Bengaluru whose title has `words`."""
    events = Event.objects.filter(title__icontains=words, city__slug="bengaluru").order_by("start_at")
    return [sorted(event.listings.values_list("origin__slug", flat=True)) for event in events]


@pytest.mark.usefixtures("samples")
def test_two_titles_with_a_rare_word_are_one_event() -> None:
    assert sources_of("late trio") == [["sample-calendar", "sample-listings"]] * 8
    assert sources_of("brass") == [["sample-stages", "sample-weekly"]] * 2


@pytest.mark.usefixtures("samples")
def test_no_room_holds_two_events_at_once_without_a_question() -> None:
    held = defaultdict(list)
    for event in Event.objects.exclude(venue_name=""):
        held[event.venue_name, event.start_at].append(event)
    doubled = [events for events in held.values() if len(events) > 1]
    asked = set(Review.objects.filter(reasons__icontains="one room").values_list("object_id", flat=True))
    assert doubled
    assert all(len(events) - sum(event.id in asked for event in events) == 1 for events in doubled)


@pytest.mark.usefixtures("samples")
def test_the_desk_shows_the_question(client: Client) -> None:
    client.force_login(make_staff())
    review = Review.objects.filter(title__startswith="Story hour").earliest("starts_at")
    page = client.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    assert "They are in one room at one time, which seldom holds two events" in page
    assert "Story hour in three languages" in page
