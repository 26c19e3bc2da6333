"""An event that the categorizer is unsure about gets a review, where its source tells categories."""

import json

import pytest

from events.models import Event
from moderation.models import Review
from tests.sources.feeds import feed_source, many, take


@pytest.mark.django_db
def test_an_event_of_no_certain_category_waits_as_other_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.refinement.categories.verdict.THRESHOLD", 1.1)
    take(feed_source(untold=[]), many(1))
    event = Event.objects.get()
    assert (event.category_id, event.publication) == ("other", "pending")
    review = Review.objects.get()
    assert "unsure what it is: perhaps" in json.dumps(review.evidence)
