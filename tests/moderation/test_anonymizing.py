"""Contacts are removed from reviews of old events."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from moderation import services
from moderation.enums import ReviewKind
from moderation.models import Review
from moderation.services import Filing, file_reviews
from moderation.tasks import anonymize_evidence
from tests.factories import NOW, record_event

pytestmark = pytest.mark.django_db


def filed(object_id: UUID, kind: ReviewKind = ReviewKind.EVENT, *, organizer: Any = "whole") -> Review:
    reported = {"name": "Hall", "contact": "office@example.org"} if organizer == "whole" else organizer
    file_reviews(
        [
            Filing(
                kind=kind,
                object_id=object_id,
                title="Raga",
                evidence={"facts": {"title": "Raga", "organizer": reported}, "run": "r"},
            )
        ]
    )
    return Review.objects.get(object_id=object_id)


def test_contacts_of_what_is_over_go_and_the_rest_of_the_evidence_stays() -> None:
    old, recent = (
        record_event(title="Old", start=NOW - timedelta(days=200)),
        record_event(title="Recent", start=NOW - timedelta(days=100)),
    )
    over = [filed(old.id), filed(old.listings.get().pk, ReviewKind.MATCH)]
    held = [filed(recent.id), filed(uuid4(), organizer=None)]
    lost_long_ago, lost = filed(uuid4()), filed(uuid4())
    Review.objects.filter(pk=lost_long_ago.pk).update(created_at=NOW - timedelta(days=200))
    Review.objects.filter(pk=lost.pk).update(created_at=NOW - timedelta(days=100))
    assert services.anonymize_evidence(now=NOW, dry=True) == 3
    assert "office" in str(Review.objects.get(pk=over[0].pk).evidence)
    assert services.anonymize_evidence(now=NOW) == 3
    assert services.anonymize_evidence(now=NOW) == 0
    for review in (*over, lost_long_ago):
        assert Review.objects.get(pk=review.pk).evidence == {
            "facts": {"title": "Raga", "organizer": {"name": "Hall", "contact": ""}},
            "run": "r",
        }
    for review in (*held, lost):
        assert Review.objects.get(pk=review.pk).evidence == review.evidence


def test_the_clock_does_it_too() -> None:
    review = filed(record_event(title="Old", start=NOW - timedelta(days=4000)).id)
    assert anonymize_evidence() == 1
    assert "office" not in str(Review.objects.get(pk=review.pk).evidence)
