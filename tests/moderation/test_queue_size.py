"""Connected moderators get the number of open reviews after each commit that changes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from events.models import Event
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from outbox.signals import transient
from tests.factories import make_staff, record_event

pytestmark = pytest.mark.django_db
Heard = Callable[[], Any]


@pytest.fixture
def heard(django_capture_on_commit_callbacks: Any) -> Iterator[Heard]:
    """A context that collects the counts announced for its commit."""
    reported: list[tuple[str, str, dict[str, Any]]] = []

    def hear(messages: list[tuple[str, str, dict[str, Any]]], **_: Any) -> None:
        reported.extend(messages)

    @contextmanager
    def listening() -> Iterator[list[int]]:
        counts: list[int] = []
        reported.clear()
        with django_capture_on_commit_callbacks(execute=True):
            yield counts
        counts += [
            data["open"] for topic, kind, data in reported if (topic, kind) == ("desk:queue", "desk.queue")
        ]

    transient.connect(hear, dispatch_uid="tests.telling")
    yield listening
    transient.disconnect(dispatch_uid="tests.telling")


def file(event: Event) -> Review:
    services.file_reviews(
        [services.Filing(kind=ReviewKind.EVENT, object_id=event.id, title=event.title, evidence={})]
    )
    return Review.objects.get(object_id=event.id)


def test_filing_tells_the_new_count_and_filing_again_nothing(heard: Heard) -> None:
    event = record_event(approved=False)
    with heard() as counts:
        file(event)
    assert counts == [1]
    with heard() as counts:
        file(event)
    assert counts == []


def test_a_verdict_and_taking_it_back_tell_the_count(heard: Heard) -> None:
    review, by = file(record_event(approved=False)), make_staff()
    with heard() as counts:
        decision = services.decide(review.pk, Verdict.APPROVE, by=by)
    assert counts == [0]
    with heard() as counts:
        services.undo(decision.pk, by=by)
    assert counts == [1]


def test_withdrawing_tells_the_count_where_something_waited(heard: Heard) -> None:
    review = file(record_event(approved=False))
    with heard() as counts:
        services.withdraw(ReviewKind.EVENT, [review.object_id])
    assert counts == [0]
    with heard() as counts:
        services.withdraw(ReviewKind.EVENT, [review.object_id])
    assert counts == []


def test_the_queue_and_its_city_are_told_together(django_capture_on_commit_callbacks: Any) -> None:
    event, sent = record_event(approved=False), []

    def hear(messages: list[tuple[str, str, dict[str, Any]]], **_: Any) -> None:
        sent.append(messages)

    transient.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            services.file_reviews(
                [
                    services.Filing(
                        kind=ReviewKind.EVENT,
                        object_id=event.id,
                        title=event.title,
                        evidence={},
                        city_id=event.city_id,
                    )
                ]
            )
    finally:
        transient.disconnect(hear)

    assert sent == [
        [("desk:queue", "desk.queue", {"open": 1}), ("desk:queue:bengaluru", "desk.queue", {"open": 1})]
    ]
