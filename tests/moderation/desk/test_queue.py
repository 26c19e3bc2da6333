"""The queue: what comes first and why, what a filter keeps, and what stands beside a review."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.timezone import now as clock
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from events.models import EventCounters
from moderation import services, weights
from moderation.desk.queue import QueueFilter, neighbours, queue, window
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.reason_keys import REASONS, keys_of
from moderation.services.weighing import renew_priorities, weight_of
from tests.factories import NOW, make_city, make_person, make_staff, record_event

HOURS = st.integers(-500, 5_000)


def filed(
    title: str,
    *,
    starts=None,
    score=0.9,
    city="bengaluru",
    reasons=("new",),
    kind=ReviewKind.EVENT,
    priority=0,
    source="a",
):
    event = record_event(title=title, approved=False, external_id=title, city=city)
    facts = {"title": title, "category": "music", "quality": {"score": score}}
    filing = services.Filing(
        kind=kind, object_id=event.id, title=title, reasons=reasons, city_id=event.city_id, starts_at=starts, priority=priority,
        evidence={"facts": facts, "source": source},
    )  # fmt: skip
    services.file_reviews([filing])
    return Review.objects.get(object_id=event.id)


def titles(by, query: str = "") -> list[str]:
    chosen = QueueFilter.from_query(dict(part.split("=") for part in query.split("&") if part))
    return [review.title for review in queue(by, chosen)]


@pytest.mark.django_db
def test_what_starts_soon_is_uncertain_reaches_many_or_is_urgent_comes_first() -> None:
    known = filed("Known")
    EventCounters.objects.update_or_create(event_id=known.object_id, defaults={"views": 90_000})
    filed("Sure", score=1.0)
    filed("Unsure", score=0.2)
    filed("Tonight", starts=NOW + timedelta(hours=3))
    filed("Set aside", priority=50)
    renew_priorities(now=NOW)
    assert titles(make_staff()) == ["Set aside", "Tonight", "Known", "Unsure", "Sure"]
    known.refresh_from_db()
    said = weights.words(weight_of(known, now=NOW), starts_at=None, created_at=NOW, now=NOW)
    assert said == ["many people have seen, booked or shared it", "the machine is nearly sure"]


@pytest.mark.django_db
def test_a_filter_keeps_what_it_names_and_survives_its_address() -> None:
    by, review = make_staff(), filed("Jazz", reasons=("quality 0.40 is below 0.70",), score=0.4, source="ics")
    filed("Wien", city="wien", reasons=("no known city",))
    Review.objects.filter(pk=review.pk).update(created_at=NOW - timedelta(days=4))
    services.claim(review.pk, by=by)
    for query in (
        "city=bengaluru",
        "source=ics",
        "reason=quality",
        "confidence=low",
        "age=3days",
        "mine=1",
        "q=jaz",
    ):
        assert titles(by, query) == ["Jazz"], query
    assert set(titles(by, "category=music&kind=event&state=nonsense&age=never")) == {"Jazz", "Wien"}
    assert titles(by, "state=decided") == titles(by, "source=nobody") == []
    chosen = QueueFilter(city="wien", q="a&b")
    assert chosen.query() == "city=wien&q=a%26b"
    assert chosen.query(city="", p="2") == "q=a%26b&p=2"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["open", "decided", "all"])
def test_neighbours_and_windows_follow_the_order_of_the_queue(state: str) -> None:
    by, start = make_staff(), NOW + timedelta(hours=30)
    rows = [filed(f"Event {n}", starts=start if n % 2 else None, priority=n % 3) for n in range(7)]
    for review in rows if state == "decided" else ():
        services.decide(review.pk, Verdict.APPROVE, by=by)
    chosen = QueueFilter(state=state)
    order = list(queue(by, chosen))
    beside = [neighbours(by, chosen, review) for review in order]
    assert beside == list(zip([None, *order], [*order[1:], None], strict=False))
    assert window(by, chosen, order[3], 4) == order[1:5]
    assert window(by, chosen, None, 3) == order[:3]


@pytest.mark.django_db
def test_what_was_decided_keeps_its_place_and_another_citys_is_not_seen(django_assert_num_queries) -> None:
    by, rows = make_staff(), [filed(f"Event {n}", priority=9 - n) for n in range(4)]
    filed("Wien", city="wien", priority=5)
    services.decide(rows[1].pk, Verdict.APPROVE, by=by)
    own = make_person(rights=["moderation.change_review"], cities=[make_city()])
    assert [row.title for row in neighbours(own, QueueFilter(), rows[1])] == ["Event 0", "Event 2"]
    assert titles(own) == ["Event 0", "Event 2", "Event 3"]
    with django_assert_num_queries(2):
        neighbours(own, QueueFilter(), rows[1])


class TheSum(TestCase):
    """The priority in SQL is the sum of `moderation.weights`."""

    @given(
        starts=st.none() | HOURS,
        waits=HOURS,
        views=st.integers(0, 10**9),
        score=st.none() | st.floats(0, 1),
        urgency=st.integers(0, 50),
    )
    def test_in_sql_is_the_sum_in_python(self, starts, waits, views, score, urgency) -> None:
        now = clock().replace(microsecond=0)
        row = Review(
            kind="event", object_id=UUID(int=1), title="x", confidence=score, audience=views, urgency=urgency, priority=-1,
            created_at=now - timedelta(hours=waits), starts_at=None if starts is None else now + timedelta(hours=starts),
        )  # fmt: skip
        row.save()
        Review.objects.update(audience=views)
        renew_priorities(now=now)
        row = Review.objects.get()
        assert row.priority == weight_of(row, now=now).total


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("spam: reads like spam (0.98)", "spam"),
        ("copied: the same description as 3 other events", "check"),
        ("category: nothing fits", "category"),
        ("category music is a guess (0.20)", "category"),
        ("completeness 0.30 is too low. No description.", "quality"),
        ("The Hindu is not trusted to publish without a review", "untrusted"),
        ("Spammer is blocked", "blocked"),
        ("ticket_url moved from a.example to b.example", "links"),
        ("Seen: it was strange", "other"),
    ],
)
def test_each_reason_has_a_key(reason: str, key: str) -> None:
    assert keys_of(ReviewKind.EVENT, [reason]) == [key]
    assert key in REASONS
