"""Whatever people did and whoever withdraws: nothing of them is in the model within a day, lists follow their seed, and nobody is shown to another."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import time_machine
from django.core.cache import cache
from hypothesis import Phase, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase
from pgvector import HalfVector

from accounts.models import User
from config.schedule import SCHEDULE
from events.models import Event, EventVector
from insights import services, tasks
from insights.enums import Interaction
from insights.factors.arrays import WORTH
from insights.factors.training import DIMENSIONS, model_in_use, train
from insights.figures import adding, answers, cohorts, users
from insights.figures.hiding import OF_PEOPLE
from insights.models import EventFactors, EventPair, InteractionSum, PendingAct
from insights.models.factors import K
from insights.offering import kept
from insights.offering.batches import fits
from insights.offering.choosing import recommend
from insights.offering.records import Because, Kind
from insights.records import Reader
from insights.services import Seen
from tests.factories import make_city, make_event, make_person, make_place

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
EVENTS = 6
#: What somebody did: which kind, with which event, at which position it was shown.
ACTS = some.lists(
    some.tuples(
        some.sampled_from(list(WORTH)), some.integers(0, EVENTS - 1), some.none() | some.integers(0, 30)
    ),
    max_size=10,
)
#: People who did the same: what, how many they are, and whether they withdraw.
CROWD = some.lists(some.tuples(ACTS, some.integers(1, K + 3), some.booleans()), min_size=1, max_size=4)
FEW = settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def events_of_two_kinds() -> list[Event]:
    """To come; three in each of two venues and kinds."""
    city = make_city()
    rooms = [make_place(city=city, name=name) for name in ("Blue Room", "Old Hall")]
    found = []
    for number in range(EVENTS):
        half = number // 3
        event = make_event(
            title=f"Gig {number}",
            start=NOW + timedelta(days=3 + number),
            city=city,
            place=rooms[half],
            venue_name=rooms[half].name,
            performers=[f"Band {number}"],
            category_id=("music", "film")[half],
        )
        vector = np.random.default_rng(number).normal(0, 0.05, 512)
        vector[half] += 1
        EventVector.objects.create(
            event=event, embedding=HalfVector(vector.tolist()), text_hash=str(number), made_at=NOW
        )
        found.append(event)
    return found


def does(reader: Reader, acts: list[Any], events: list[Event]) -> None:
    services.agree(reader, now=NOW)
    seen = [Seen(interaction=what, event_id=events[which].pk, rank=rank) for what, which, rank in acts]
    services.record(reader, seen, now=NOW)


def device(group: int, number: int) -> Reader:
    return Reader(device_key=f"device-{group}-{number}")


def learnt() -> tuple[dict[Any, float], set[tuple[UUID, UUID, int]]]:
    """How alike any two events are, by text and by factors (which may be turned together), and the pairs."""
    rows = {
        row.event_id: np.frombuffer(bytes(row.numbers), "<f2").astype(float)
        for row in EventFactors.objects.all()
    }
    likeness = {
        (one, other, at): float(rows[one][part] @ rows[other][part])
        for one in rows
        for other in rows
        for at, part in enumerate((slice(DIMENSIONS), slice(DIMENSIONS, None)))
    }
    return likeness, set(EventPair.objects.values_list("event", "other", "people"))


def assert_nothing_learnt() -> None:
    assert model_in_use() is None
    assert not EventFactors.objects.exists()
    assert not EventPair.objects.exists()


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    kept.forget()


class Withdrawn(TestCase):
    """Of who withdrew, the model of the next night holds nothing: it is the one that would be without them."""

    def setUp(self) -> None:
        patch = pytest.MonkeyPatch()
        patch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
        self.patch = patch
        self.addCleanup(patch.undo)

    @FEW
    @given(crowd=CROWD)
    def test_the_model_is_as_without_them(self, crowd: list[Any]) -> None:
        events = events_of_two_kinds()
        for group, (acts, people, withdraws) in enumerate(crowd):
            if not withdraws:
                for number in range(people):
                    does(device(group, number), acts, events)
        train(now=NOW)
        without = learnt()
        for group, (acts, people, withdraws) in enumerate(crowd):
            if withdraws:
                for number in range(people):
                    does(device(group, number), acts, events)
        train(now=NOW + timedelta(minutes=1))
        for group, (_, people, withdraws) in enumerate(crowd):
            if withdraws:
                for number in range(people):
                    services.withdraw(device(group, number))
        with time_machine.travel(NOW + timedelta(days=1, minutes=-1), tick=False):
            assert tasks.train_recommenders() == EVENTS
        likeness, pairs = learnt()
        assert pairs == without[1]
        assert likeness == pytest.approx(without[0], abs=5e-3)

    def test_it_is_learnt_anew_once_a_day_at_least(self) -> None:
        times = SCHEDULE["train recommenders"]["schedule"]
        assert (len(times.minute), len(times.hour), len(times.day_of_week), len(times.day_of_month)) == (
            1,
            1,
            7,
            31,
        )

    def test_switched_off_what_was_learnt_goes_with_the_same_night(self) -> None:
        events = events_of_two_kinds()
        for number in range(K):
            does(device(0, number), [(Interaction.SAVE, 0, None), (Interaction.SAVE, 1, None)], events)
        train(now=NOW)
        assert EventPair.objects.exists()
        self.patch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "off")
        tasks.train_recommenders()
        assert_nothing_learnt()


class OnePerson(TestCase):
    """What is told to one follows from their own acts, their seed, and numbers of ten people and more."""

    @FEW
    @given(mine=ACTS, seed=some.integers(0, 2**31), kind=some.sampled_from(list(Kind)))
    def test_a_seed_gives_one_list(self, mine: list[Any], seed: int, kind: Kind) -> None:
        events = events_of_two_kinds()
        vera = Reader(user_id=person("vera").pk)
        does(vera, mine, events)
        asked: dict[str, Any] = {"kind": kind, "now": NOW, "limit": EVENTS, "seed": seed}
        once = recommend(vera, Event.objects.all(), **asked)
        assert recommend(vera, Event.objects.all().order_by("-id"), **asked) == once
        assert len(set(once.ids)) == len(once.ids)

    @FEW
    @given(mine=ACTS, others=ACTS, people=some.integers(1, K - 1), hidden=some.integers(0, EVENTS - 1))
    def test_fewer_than_ten_others_leave_nothing_in_it(
        self, mine: list[Any], others: list[Any], people: int, hidden: int
    ) -> None:
        events = events_of_two_kinds()
        vera = person("vera")
        does(Reader(user_id=vera.pk), mine, events)
        before = told_to(vera, events)
        kept.forget()
        for number in range(people):
            reader = device(0, number)
            does(reader, others, events)
            services.hide(reader, events[hidden])
        assert told_to(vera, events) == before
        train(now=NOW)
        kept.forget()
        assert not EventPair.objects.exists()
        reasons = told_to(vera, events)[1]
        own = {which for what, which, _ in mine if WORTH[what] > 0}
        known = {
            name for which in own for name in (f"Gig {which}", f"Band {which}", events[which].venue_name)
        }
        for reason in reasons.values():
            assert reason.because is not Because.PEOPLE
            if reason.because in (Because.VENUE, Because.PERFORMER, Because.LIKE):
                assert reason.name in known
                assert reason.count <= len(own)


class Breakdowns(TestCase):
    """No number of fewer than ten acts of people is shown in an answer, or left as the rest of what is shown."""

    @FEW
    @given(
        done=some.lists(
            some.tuples(
                some.sampled_from(sorted(OF_PEOPLE - {"accounts"}) + ["views"]),
                some.integers(0, EVENTS - 1),
                some.integers(0, 40),
                some.integers(1, 25),
            ),
            max_size=14,
        ),
        accounts=some.integers(0, 20),
        by=some.sampled_from(["city", "category", "venue", "weekday", "hour"]),
    )
    def test_no_answer_tells_of_fewer_than_ten(self, done: list[Any], accounts: int, by: str) -> None:
        cache.clear()
        events = events_of_two_kinds()
        PendingAct.objects.all().delete()
        for act, which, hours, times in done:
            adding.note([(events[which].pk, act, times)], at=NOW - timedelta(hours=hours))
        adding.note([(None, "accounts", accounts)], at=NOW)
        adding.add_up()
        for window in ("hour", "day", "week", "month"):
            told = answers.of_events(now=NOW, window=window, by=by)
            everybody = users.of_users(now=NOW, window=window, weeks=4)
            for act in OF_PEOPLE - {"accounts"}:
                assert_hidden(told["totals"][act], [row[act] for row in told["rows"]])
                assert_hidden(told["totals"][act], [row[act] for row in told["points"]])
            for act in users.OF_USERS:
                assert_hidden(everybody["totals"][act], [row[act] for row in everybody["points"]])
            for step in told["funnel"][2:]:
                assert step["count"] is None or step["count"] == 0 or step["count"] >= K

    @FEW
    @given(people=some.integers(1, 2 * K), active=some.integers(0, 2 * K), acts=some.integers(1, 30))
    def test_cohorts_and_places_on_the_site_are_of_ten_and_more(
        self, people: int, active: int, acts: int
    ) -> None:
        for number in range(people):
            reader = device(1, number)
            services.agree(reader, now=NOW - timedelta(days=7))
            if number < active:
                seen = [
                    Seen(interaction=Interaction.FOLLOW, followed=f"performer:{one}") for one in range(acts)
                ]
                services.record(reader, seen, now=NOW)
        services.add_up(now=NOW)
        cohorts.count(now=NOW)
        for row in cohorts.table("readers", now=NOW, weeks=4):
            assert row["people"] is None or row["people"] >= K
            assert all(cell is None or cell == 0 or cell >= K for cell in row["active"])
        insights = users.of_insights(now=NOW, window="week", cities=None, limit=50)
        assert bool(insights["surfaces"]) is (min(people, active) >= K)
        assert InteractionSum.objects.exists() is (active > 0)


def person(name: str) -> User:
    return make_person(email=f"{name}@example.org", is_staff=False)


def told_to(user: User, events: list[Event]) -> tuple[Any, Any, Any]:
    """Ids and reasons of a list, and what a mail would say."""
    found = recommend(
        Reader(user_id=user.pk), Event.objects.all(), kind=Kind.HYBRID, now=NOW, limit=EVENTS, seed=5
    )
    mail = fits({user.pk: [event.pk for event in events]}, now=NOW)
    said = {event.pk: mail[user.pk].reason(event.pk) for event in events} if mail else {}
    return found.ids, found.reasons, said


def assert_hidden(total: int | None, shown: list[int | None]) -> None:
    """Nothing between 0 and K is shown, and the rest of the total is no such number."""
    for value in (total, *shown):
        assert value is None or value == 0 or value >= K
    if total is not None and None in shown:
        assert total - sum(value for value in shown if value is not None) >= K
