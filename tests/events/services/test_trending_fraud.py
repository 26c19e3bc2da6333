"""No crowd of devices moves an event by more than three places among what is trending, however many there are and whatever they do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events.enums import Act
from events.filters import EventFilter
from events.models import Event, EventCounters, EventDay, EventTrend, Listing, Origin
from events.queries import trending
from events.services import beacon, trends
from events.services.trends import refresh_trends
from tests.factories import EVENING, make_city, make_copies, make_event

pytestmark = pytest.mark.django_db
DEVICES = 1_000
MOST_EVENTS = 24
KINDS = ("music", "film")
#: How many openings, shares and registrations an event has.
ACTS = st.tuples(st.integers(0, 60), st.integers(0, 20), st.integers(0, 10))
#: What a crowd adds: mostly what a thousand devices can, and at times far more.
CROWD = st.tuples(*[st.sampled_from([0, 1, DEVICES, 7 * DEVICES, 1_000 * DEVICES])] * 3)
LISTS = (
    EventFilter(city="bengaluru"),
    EventFilter(city="mysuru"),
    *(EventFilter(categories=(kind,)) for kind in KINDS),
    EventFilter(),
)


@pytest.fixture
def events() -> list[Event]:
    """Of two cities and two kinds, most of them soon; every third is listed by one trusted source, every sixth by two."""
    cities = (make_city(), make_city(slug="mysuru"))
    first = make_event()
    copies = make_copies(
        first,
        MOST_EVENTS - 1,
        each=lambda number: {
            "city": cities[number % 5 == 0],
            "category_id": KINDS[number % 3 == 1],
            "start_at": EVENING + timedelta(hours=7 * (number % 11) - 5),
        },
    )
    for trust in (0.9, 0.8, 0.5):
        origin = Origin.objects.create(key=uuid4(), slug=f"s{round(trust * 10)}", name="S", trust=trust)
        among = {0.9: copies[::3], 0.8: copies[::6], 0.5: copies}[trust]
        Listing.objects.bulk_create(
            Listing(event=event, first_event=event, origin=origin, external_id=str(event.pk))
            for event in among
        )
    return [first, *copies]


def places() -> list[dict[UUID, int]]:
    """At which place each event stands in each list, and its rank."""
    refresh_trends(now=EVENING)
    found = [
        {pk: place for place, pk in enumerate(trending(wanted, now=EVENING).values_list("pk", flat=True))}
        for wanted in LISTS
    ]
    ranks = EventTrend.objects.filter(rank__isnull=False)
    return [*found, dict(ranks.values_list("event_id", "rank"))]


def add(events: Sequence[Event], acts: Sequence[tuple[int, ...]]) -> None:
    """What visitors did, in the tables that the score is made of."""
    for event, (views, shares, registrations) in zip(events, acts, strict=False):
        if views or shares:
            row, _ = EventDay.objects.get_or_create(event=event, day=EVENING.date())
            row.views, row.shares = row.views + views, row.shares + shares
            row.save()
        if registrations:
            counters, _ = EventCounters.objects.get_or_create(event=event)
            counters.registrations += registrations
            counters.save()


def assert_bounded(before: list[dict[UUID, int]], after: list[dict[UUID, int]]) -> None:
    for one, other in zip(before, after, strict=True):
        assert len(one) == len(other)
        assert max((abs(one[pk] - other[pk]) for pk in one.keys() & other.keys()), default=0) <= 3


@given(
    honest=st.lists(ACTS, max_size=MOST_EVENTS),
    crowd=st.lists(CROWD, max_size=MOST_EVENTS),
    which=st.permutations(range(MOST_EVENTS)),
)
@example(honest=[], crowd=[(DEVICES,) * 3], which=list(range(MOST_EVENTS))[::-1])
@pytest.mark.parametrize("most", [trends.MOST, 5], ids=["all", "the first of each kind"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_crowd_moves_a_place_by_more_than_three(
    events: list[Event], most: int, honest: list[Any], crowd: list[Any], which: list[int]
):
    statement = trends._WEIGHED.replace(f"in_category <= {trends.MOST}", f"in_category <= {most}")
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(trends, "_WEIGHED", statement)
        add(events, honest)
        before = places()
        add([events[number] for number in which], crowd)
        assert_bounded(before, places())
        transaction.set_rollback(True)


@pytest.mark.parametrize("networks", [4, DEVICES])
def test_a_thousand_devices_that_open_share_and_leave_move_it_by_three_at_most(
    events: list[Event], networks: int
):
    cache.clear()
    add(events, [(number, 0, 0) for number in range(MOST_EVENTS)])
    before = places()
    target = max(before[0], key=lambda pk: before[0][pk])
    for device in range(DEVICES):
        visitor = f"198.51.{device % networks}.{device // networks} Firefox/ Linux"
        for act in Act:
            beacon.note(act, target, visitor=visitor, now=EVENING)
    beacon.add_up(now=EVENING)
    after = places()
    assert EventDay.objects.get(event=target).views > 900
    assert EventTrend.objects.get(event=target).score == 1.0
    assert after[0][target] <= before[0][target]
    assert_bounded(before, after)


def test_readers_decide_within_four(events: list[Event]):
    """The bound is no silence: what is opened more stands before what it shares four places with."""
    of_city = [pk for pk, _ in sorted(places()[0].items(), key=lambda one: one[1])]
    add([Event(pk=pk) for pk in of_city[:4]], [(views, 0, 0) for views in (1, 30, 20, 40)])
    now = [pk for pk, _ in sorted(places()[0].items(), key=lambda one: one[1])]
    assert now[:4] == [of_city[number] for number in (3, 1, 2, 0)]
    assert now[4:] == of_city[4:]


def test_what_trusted_sources_list_comes_first_and_what_has_begun_last(events: list[Event]):
    ranks = places()[-1]
    city = [event for event in Event.objects.filter(city__slug="bengaluru") if event.pk in ranks]
    city.sort(key=lambda event: ranks[event.pk])

    def worth(event: Event) -> tuple[bool, int]:
        return event.start_at < EVENING, -event.listings.filter(origin__trust__gt=0.5).count()

    fours = [sorted(map(worth, city[at : at + 4])) for at in range(0, len(city), 4)]
    assert [one for four in fours for one in four] == sorted(map(worth, city))
