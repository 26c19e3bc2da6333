"""Merging and un-merging in any order restores every row."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from accounts.rights import PIPELINE
from events import services
from events.enums import Publication
from events.models import Event, EventCounters, EventImage, EventSearch, Listing, Origin, Proposal
from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import Flag, Image, NormalizedEvent, OrganizerRef, Price, Recurrence, Venue
from tests.factories import (
    NOW,
    make_categories,
    make_city,
    make_entry,
    make_origin,
    make_staff,
    normalized,
    publish_all,
    record_event,
)

pytestmark = pytest.mark.django_db(transaction=False)
LETTERS = "abcde"


def world() -> list[UUID]:
    """Five events of five origins, each with something that the others lack."""
    a = record_event(
        title="Indiranagar Food Festival", origin=make_origin(slug="a", trust=0.5), external_id="1"
    )
    b = record_event(
        title="Food Festival at Indiranagar", origin=make_origin(slug="b", trust=0.9), external_id="2", ticket_url="https://t.example/1",
        start=NOW + timedelta(hours=31), tags=("food", "street"), images=(Image(url="https://b.example/1.jpg", is_primary=True),),
        price=Price(type=PriceType.PAID, min=Decimal("200.00"), max=Decimal("400.00"), currency="INR"),
    )  # fmt: skip
    c = record_event(
        title="Food Fest", origin=make_origin(slug="c", trust=0.7), external_id="3", approved=False, venue=Venue(name="100 Feet Road"), performers=("Ana",),
        recurrence=Recurrence(rrule="FREQ=WEEKLY", series_id="s1"), images=(Image(url="https://c.example/1.jpg"), Image(url="https://b.example/1.jpg")),
    )  # fmt: skip
    d = record_event(
        title="Food festival, Indiranagar", origin=make_origin(slug="d", trust=0.2), external_id="4", organizer=OrganizerRef(name="Food people"),
        capacity=300, description="", tags=("Food", "free"), flags=(Flag(check="spam", reason="reads like spam (0.91)"),),
    )  # fmt: skip
    e = record_event(
        title="The Food Festival", origin=make_origin(slug="e", trust=0.6), external_id="5", category="food"
    )
    services.edit(c.id, {"title": "Food Fest, by hand"}, by=PIPELINE)
    services.edit(e.id, {"title": "The Food Festival, by hand", "capacity": 80}, by=PIPELINE)
    EventCounters.objects.filter(event=b).update(views=7, shares=1)
    EventCounters.objects.filter(event=d).update(views=5, registrations=2)
    services.decide_proposal(_proposal(a).id, accept=False, by=PIPELINE)
    _proposal(b)
    return [event.id for event in (a, b, c, d, e)]


def _proposal(event: Event) -> Proposal:
    return Proposal.objects.create(
        event=event, origin=None, fields={"title": {"from": event.title, "to": "Pills"}}, created_at=NOW
    )


def rows() -> dict[str, Any]:
    """All rows of all events, without what must grow (version, updated_at) and ids of pictures."""
    own = {"version", "updated_at"}
    return {
        "events": {
            row["id"]: {k: v for k, v in row.items() if k not in own} for row in Event.objects.values()
        },
        "listings": {row["id"]: row for row in Listing.objects.values()},
        "counters": {row["event_id"]: row for row in EventCounters.objects.values()},
        "images": sorted(
            (str(i.event_id), i.position, i.source_url, i.is_primary, i.alt) for i in EventImage.objects.all()
        ),
        "search": {
            row["event_id"]: (row["document"], row["folded_title"]) for row in EventSearch.objects.values()
        },
        "proposals": {row["id"]: row for row in Proposal.objects.values()},
    }


def merges() -> st.SearchStrategy[list[tuple[int, int, dict[str, bool]]]]:
    """Pairs, each with fields whose value a person chooses: of the survivor, or of the other."""
    chosen = st.dictionaries(st.sampled_from(["title", "start", "venue", "tags"]), st.booleans(), max_size=2)
    return st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), chosen), min_size=1, max_size=6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(wanted=merges(), order=st.randoms(use_true_random=False))
def test_merges_in_any_shape_undone_in_any_order_leave_everything_as_it_was(
    django_db_blocker: Any, wanted: list[tuple[int, int, dict[str, bool]]], order: Any
) -> None:
    from django.db import transaction

    with transaction.atomic():
        ids, person = world(), make_staff(email=f"p{order.random()}@example.org")
        before = rows()
        top = {event_id: event_id for event_id in ids}
        merged = []
        for one, other, fields in wanted:
            survivor, child = top[ids[one]], top[ids[other]]
            if survivor == child:
                continue
            chosen = {name: survivor if mine else child for name, mine in fields.items()}
            services.merge_several(survivor, {child: services.Why()}, by=person, chosen=chosen, now=NOW)
            shown = Event.objects.get(pk=survivor)
            assert chosen.keys() <= set(shown.locked_fields)
            merged.append(child)
            top = {event_id: survivor if now == child else now for event_id, now in top.items()}
            assert_no_ring(top)
        order.shuffle(merged)
        for child in merged:
            services.unmerge(child, by=person, now=NOW)
        assert rows() == before
        transaction.set_rollback(True)


def assert_no_ring(top: dict[UUID, UUID]) -> None:
    """Each merged event points to the event that readers see, which is not merged itself."""
    for event in Event.objects.all():
        seen = event.merged_into_id or event.id
        assert seen == top[event.id]
    assert not Event.objects.filter(merged_into__publication=Publication.MERGED).exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(one=st.integers(0, 4), other=st.integers(0, 4))
def test_no_field_is_lost_on_a_merge(django_db_blocker: Any, one: int, other: int) -> None:
    from django.db import transaction

    if one == other:
        return
    with transaction.atomic():
        ids, person = world(), make_staff(email=f"q{one}{other}@example.org")
        mine, theirs = Event.objects.get(pk=ids[one]), Event.objects.get(pk=ids[other])
        urls = set(EventImage.objects.filter(event__in=[mine, theirs]).values_list("source_url", flat=True))
        whole = services.merge(mine.id, theirs.id, by=person)
        for column in (
            "ticket_url",
            "description",
            "organizer_id",
            "capacity",
            "series_id",
            "price_min",
            "lat",
            "venue_name",
            "category_id",
        ):
            if getattr(mine, column) or getattr(theirs, column):
                assert getattr(whole, column), column
        for column in ("tags", "performers"):
            assert {item.casefold() for item in getattr(whole, column)} == {
                item.casefold() for event in (mine, theirs) for item in getattr(event, column)
            }
        assert set(EventImage.objects.filter(event=whole).values_list("source_url", flat=True)) == urls
        transaction.set_rollback(True)


#: What tells of when an event was written down rather than of the event.
_WRITTEN = {"id", "version", "created_at", "updated_at", "first_seen_at", "published_at", "provenance"}


def told_of_one_festival(mark: str) -> tuple[NormalizedEvent, ...]:
    """What four sources state about one event, with differences. `mark` keeps their entries apart."""
    return (
        normalized(title="Indiranagar Food Festival", external_id=f"1{mark}", tags=("food", "street"), images=(Image(url="https://a.example/1.jpg"),)),
        normalized(
            title="Food Festival at Indiranagar", external_id=f"2{mark}", ticket_url="https://t.example/1", tags=("Street", "free"),
            start=NOW + timedelta(hours=31), images=(Image(url="https://b.example/1.jpg", is_primary=True),),
            price=Price(type=PriceType.PAID, min=Decimal(200), max=Decimal(400), currency="INR"),
        ),
        normalized(
            title="Food Fest", external_id=f"3{mark}", venue=Venue(name="100 Feet Road", lat=12.97, lng=77.64), performers=("Ana", "Bo"), category="food",
            url="https://c.example/1", ticket_url="https://t.example/3", flags=(Flag(check="spam", reason="reads like spam (0.91)"),),
        ),
        normalized(
            title="Food festival", external_id=f"4{mark}", organizer=OrganizerRef(name="Food people"), description="", performers=("Cy",), capacity=300,
            price=Price(type=PriceType.PAID, min=Decimal(250), max=Decimal(250), currency="INR"),
        ),
    )  # fmt: skip


def arrive(order: Sequence[int], trusts: Sequence[float]) -> dict[str, Any]:
    """The event after the four sources in this order: its columns, their origins, and its pictures."""
    event_id = uuid7()
    reported = told_of_one_festival(str(event_id))
    for step, index in enumerate(order):
        origin = make_origin(slug=f"o{index}")
        Origin.objects.filter(pk=origin.pk).update(trust=trusts[index])
        origin.trust = trusts[index]
        services.record_events(
            [make_entry(event=reported[index], event_id=event_id)],
            origin=origin,
            judge=publish_all,
            now=NOW + timedelta(minutes=step),
        )
    event = Event.objects.get(pk=event_id)
    columns = {
        field.attname: getattr(event, field.attname)
        for field in Event._meta.concrete_fields
        if field.attname not in _WRITTEN
    }
    givers = {name: given["origin"] for name, given in event.provenance.items()}
    return {
        **columns,
        "givers": givers,
        "images": set(EventImage.objects.filter(event=event).values_list("source_url", flat=True)),
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    order=st.permutations(range(4)),
    trusts=st.one_of(st.just([0.9] * 4), st.lists(st.sampled_from((0.2, 0.5, 0.9)), min_size=4, max_size=4)),
)
def test_the_order_in_which_sources_arrive_does_not_change_the_event(
    django_db_blocker: Any, order: list[int], trusts: list[float]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        make_city()
        make_categories()
        for index in range(4):
            make_origin(slug=f"o{index}")
        assert arrive(order, trusts) == arrive(range(4), trusts)
        transaction.set_rollback(True)
