"""Merges and un-merges of events and venues keep every rating, in any order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.services import merge, unmerge
from events.things import ThingKind, row_of, thing_of
from places.services import merge_places, unmerge_places
from ratings import services
from ratings.models import Rating, RatingSum
from ratings.queries import own_of, shown_of
from ratings.records import Wish
from tests.factories import make_event, make_place, make_staff
from tests.ratings.conftest import confirmed

pytestmark = pytest.mark.django_db


def over(title):
    start = timezone.now() - timedelta(days=1)
    return make_event(title=title, start=start, end_at=start + timedelta(hours=2))


def sums():
    """What pages show, by what it is of."""
    return {
        row.event_id or row.place_id: (row.count, round(row.average, 6)) for row in RatingSum.objects.all()
    }


def test_ratings_of_a_merged_event_count_with_the_one_that_stays_and_go_back():
    stays, goes, staff = over("Ball"), over("Ball 2"), make_staff()
    for name, event, stars in (("ann", stays, 5), ("ben", goes, 1), ("ann", goes, 3)):
        person = confirmed(name) if not Rating.objects.filter(user__email=f"{name}@example.org") else None
        person = person or Rating.objects.get(user__email=f"{name}@example.org").user
        services.rate(event, Wish(stars=stars), by=person)
    before = sums()
    merge(stays.pk, goes.pk, by=staff)
    thing = thing_of(stays)
    assert {(row.user.email[:3], row.stars) for row in shown_of(thing)} == {("ann", 3), ("ben", 1)}
    assert sums()[stays.pk][0] == 2
    assert goes.pk not in sums()
    unmerge(goes.pk, by=staff)
    assert sums() == before
    assert Rating.objects.count() == 3


def test_a_venue_that_became_part_of_another_is_rated_there_and_gets_its_own_back():
    stays, goes, staff = make_place(name="Blue Room"), make_place(name="The Blue Room"), make_staff()
    ann, ben = confirmed("ann"), confirmed("ben")
    services.rate(goes, Wish(stars=2), by=ann)
    before = sums()
    merge_places(stays.pk, goes.pk, by=staff)
    assert row_of(ThingKind.PLACE, goes.pk) == stays
    services.rate(row_of(ThingKind.PLACE, goes.pk), Wish(stars=2), by=ben)
    assert own_of(thing_of(stays), ann).stars == 2
    assert sums()[stays.pk][0] == 2
    unmerge_places(goes.pk, by=staff)
    assert sums()[goes.pk] == before[goes.pk]
    assert sums()[stays.pk][0] == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given_stars=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 5)), min_size=1, max_size=8
    ),
    order=st.permutations([1, 2]),
)
def test_any_order_of_merges_and_partings_ends_where_it_began(db, given_stars, order):
    events = [over(f"Ball {number}") for number in range(3)]
    staff = make_staff(email=f"s{events[0].pk.hex}@example.org")
    people = [confirmed(f"{number}{events[0].pk.hex}") for number in range(4)]
    ids = [event.pk for event in events]
    for event, person, stars in given_stars:
        services.rate(events[event], Wish(stars=stars), by=people[person])
    kept = set(Rating.objects.filter(event__in=ids).values_list("pk", "event", "stars"))
    before = {pk: found for pk, found in sums().items() if pk in ids}
    for child in (1, 2):
        merge(ids[0], ids[child], by=staff)
    assert set(sums()) & set(ids) == {ids[0]}
    assert sums()[ids[0]][0] == len({person for _, person, _ in given_stars})
    for child in order:
        unmerge(ids[child], by=staff)
    assert set(Rating.objects.filter(event__in=ids).values_list("pk", "event", "stars")) == kept
    assert {pk: found for pk, found in sums().items() if pk in ids} == before
