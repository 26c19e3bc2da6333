"""Training from the consented log: what people did brings events together, new ones get their numbers, and nothing stays of who withdrew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone
from pgvector import HalfVector

from events.models import Event, EventVector
from insights import services, tasks
from insights.enums import Interaction
from insights.factors import arrays
from insights.factors.training import DIMENSIONS, add_new, model_in_use, train
from insights.models import EventFactors, EventPair, LearntModel
from insights.models.factors import K
from insights.records import Reader
from insights.services import Seen
from tests.factories import make_event
from tests.waiting import until

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def coming(number: int, direction: int, **fields: object) -> Event:
    event = make_event(title=f"Gig {number}", start=NOW + timedelta(days=3 + number), **fields)
    vector = np.random.default_rng(number).normal(0, 0.05, 512)
    vector[direction] += 1
    EventVector.objects.create(
        event=event, embedding=HalfVector(vector.tolist()), text_hash=str(number), made_at=NOW
    )
    return event


@pytest.fixture
def events() -> list[Event]:
    """Three of one kind, three of another."""
    return [coming(number, number // 3) for number in range(6)]


def device(number: int) -> Reader:
    return Reader(device_key=f"device-{number}")


def crowd(
    events: list[Event], *, first: int = 0, people: int = 24, kind: Interaction = Interaction.SAVE
) -> None:
    """Two of three do something with the first three events, the others with the last three."""
    for number in range(first, first + people):
        services.agree(device(number), now=NOW)
        some = events[:3] if number % 3 else events[3:]
        services.record(
            device(number), [Seen(interaction=kind, event_id=one.pk, rank=2) for one in some], now=NOW
        )


def numbers() -> dict[object, np.ndarray]:
    return {
        row.event_id: np.frombuffer(bytes(row.numbers), "<f2").astype(float)
        for row in EventFactors.objects.all()
    }


def likenesses() -> dict[object, float]:
    """How alike any two events are, by text and by factors: all that is ever asked of numbers, which may be turned together."""
    found = numbers()
    return {
        (one, other, part): float(found[one][where] @ found[other][where])
        for one in found
        for other in found
        for part, where in (("text", slice(DIMENSIONS)), ("factors", slice(DIMENSIONS, None)))
    }


def alike(one: Event, other: Event) -> float:
    """How alike the factors of two events are."""
    found = numbers()
    return float(found[one.pk][DIMENSIONS:] @ found[other.pk][DIMENSIONS:])


def test_what_the_same_people_did_brings_events_together(events):
    crowd(events)
    assert train(now=NOW) == 6
    assert alike(events[0], events[1]) > 0.5 > alike(events[0], events[4])
    assert all(abs(np.linalg.norm(row[:DIMENSIONS]) - 1) < 0.01 for row in numbers().values())


def test_a_new_event_gets_factors_from_its_text_without_training(events):
    crowd(events)
    train(now=NOW)
    new = coming(9, 0)
    assert add_new(now=NOW + timedelta(minutes=1)) == 1
    assert alike(new, events[0]) > alike(new, events[4])
    assert add_new(now=NOW + timedelta(minutes=2)) == 0


def test_a_text_that_changed_gets_other_numbers(events):
    train(now=NOW)
    before = numbers()[events[0].pk]
    later = NOW + timedelta(hours=1)
    EventVector.objects.filter(event=events[0]).update(
        embedding=HalfVector(np.eye(512)[1].tolist()), made_at=later
    )
    assert add_new(now=later) == 1
    assert not np.allclose(numbers()[events[0].pk], before)


def test_without_a_log_there_are_numbers_of_texts_and_no_factors(events):
    assert add_new(now=NOW) == 6
    assert not any(row[DIMENSIONS:].any() for row in numbers().values())
    assert not EventPair.objects.exists()


def test_nothing_to_learn_from_leaves_an_empty_model():
    assert train(now=NOW) == 0
    learnt = model_in_use()
    assert learnt is not None
    assert learnt.numbers(np.zeros((0, 512)), []).shape[0] == 0


def test_pairs_are_told_from_ten_people_on(events):
    both = [events[0], events[3], events[4], events[1], events[2], events[5]]
    crowd(events, people=3 * K)
    crowd(both, first=99, people=3 * (K - 1))
    train(now=NOW)
    pairs = {(row.event_id, row.other_id): row.people for row in EventPair.objects.all()}
    assert pairs[events[0].pk, events[1].pk] == 2 * K
    assert pairs[events[0].pk, events[3].pk] == 2 * (K - 1)
    assert pairs[events[3].pk, events[5].pk] == K
    assert (events[1].pk, events[5].pk) not in pairs  # of the second crowd, one too few
    assert all(event != other for event, other in pairs)
    assert min(pairs.values()) >= K


def test_of_who_withdrew_nothing_is_left_after_the_next_training(events):
    crowd(events)
    train(now=NOW)
    without = likenesses()
    for number in range(50, 70):
        services.agree(device(number), now=NOW)
        both = [Seen(interaction=Interaction.REGISTER, event_id=events[at].pk, rank=0) for at in (0, 5)]
        services.record(device(number), both, now=NOW)
    train(now=NOW + timedelta(minutes=1))
    assert alike(events[0], events[5]) > 0.1
    assert likenesses() != pytest.approx(without, abs=2e-3)
    assert EventPair.objects.filter(event=events[0], other=events[5]).exists()
    for number in range(50, 70):
        services.withdraw(device(number))
    train(now=NOW + timedelta(days=1, minutes=-1))
    assert likenesses() == pytest.approx(without, abs=2e-3)
    assert not EventPair.objects.filter(event=events[0], other=events[5]).exists()


def test_the_same_log_and_seed_give_the_same_model(events):
    crowd(events)
    train(now=NOW)
    once, model = likenesses(), LearntModel.objects.get()
    train(now=NOW)
    assert likenesses() == pytest.approx(once, abs=2e-3)
    assert LearntModel.objects.get().categories == model.categories


def test_what_is_over_and_was_not_done_by_anybody_has_no_numbers(events):
    Event.objects.filter(pk=events[0].pk).update(
        start_date="2026-11-01", end_date="2026-11-01", start_at=NOW - timedelta(days=25), end_at=None
    )
    train(now=NOW)
    assert events[0].pk not in numbers()


def test_an_act_farther_down_a_list_says_more(events):
    services.agree(device(1), now=NOW)
    seen = [
        Seen(interaction=Interaction.VIEW, event_id=event.pk, rank=rank)
        for event, rank in zip(events, (0, 8, 40), strict=False)
    ]
    services.record(device(1), seen, now=NOW)
    acts, people = arrays.read_acts(arrays.number_events(now=NOW))
    assert people == 1
    assert sorted(acts.weight.tolist()) == [1.0, 3.0, 3.0]


def test_nothing_is_learnt_until_it_is_switched_on(events, monkeypatch):
    assert (tasks.train_recommenders(), tasks.add_new_factors(), EventFactors.objects.count()) == (0, 0, 0)
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
    EventVector.objects.update(made_at=timezone.now() - timedelta(minutes=5))
    assert (tasks.train_recommenders(), tasks.add_new_factors()) == (6, 0)
    monkeypatch.setenv("FLAG_RECOMMENDATIONS", "off")
    assert tasks.train_recommenders() == 0


@pytest.mark.django_db(transaction=True)
def test_the_night_waits_for_who_gives_new_events_their_numbers(events, monkeypatch):
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

    def night() -> int:
        try:
            return tasks.train_recommenders()
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            return cursor.fetchone() == (1,)

    with ThreadPoolExecutor(1) as others:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('insights.factors', 0))")
            trained = others.submit(night)
            until(waits, "the night waits")
        assert trained.result() == len(events)
    assert model_in_use() is not None
