"""merge and unmerge: reversible, never in a cycle."""

import pytest
from uuid_utils.compat import uuid7

from accounts.actions import reference_of
from accounts.rights import PIPELINE
from events import services
from events.enums import Publication
from events.exceptions import BadValue, ChangedMeanwhile, ForbiddenMove, MergeRefused
from events.models import DuplicateMatch, EventCounters
from outbox.models import Change
from tests.factories import make_origin, make_staff, record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    survivor = record_event(title="Indiranagar Food Festival", origin=make_origin(slug="a"), external_id="1")
    child = record_event(
        title="Food Festival at Indiranagar",
        origin=make_origin(slug="b", trust=0.5),
        external_id="2",
        ticket_url="https://t.example/1",
    )
    return survivor, child


def test_merge_moves_listings_adds_counters_and_takes_what_was_missing(two):
    survivor, child = two
    EventCounters.objects.filter(event=child).update(views=7)
    services.merge(survivor.id, child.id, by=PIPELINE)
    survivor.refresh_from_db()
    child.refresh_from_db()
    assert (child.publication, child.merged_into_id) == ("merged", survivor.id)
    assert survivor.ticket_url == "https://t.example/1"
    assert survivor.listings.count() == 2
    assert EventCounters.objects.get(event=survivor).views == 7
    assert {"event.merged", "event.changed"} <= set(Change.objects.values_list("type", flat=True))


def test_unmerge_restores_both(two):
    survivor, child = two
    EventCounters.objects.filter(event=child).update(views=7)
    services.merge(survivor.id, child.id, by=PIPELINE)
    services.unmerge(child.id, by=PIPELINE)
    survivor.refresh_from_db()
    child.refresh_from_db()
    assert (child.publication, child.merged_into, survivor.ticket_url) == ("approved", None, "")
    assert [survivor.listings.count(), child.listings.count()] == [1, 1]
    assert EventCounters.objects.get(event=survivor).views == 0
    assert DuplicateMatch.objects.get().outcome == "different"


def test_merges_chain_to_the_last_survivor(two):
    survivor, child = two
    third = record_event(title="Food Fest", origin=make_origin(slug="c"), external_id="3")
    services.merge(survivor.id, child.id, by=PIPELINE)
    services.merge(third.id, survivor.id, by=PIPELINE)
    child.refresh_from_db()
    assert child.merged_into_id == third.id


def test_a_merge_into_itself_or_of_a_merged_one_is_refused(two):
    survivor, child = two
    with pytest.raises(MergeRefused):
        services.merge(survivor.id, survivor.id, by=PIPELINE)
    services.merge(survivor.id, child.id, by=PIPELINE)
    with pytest.raises(MergeRefused):
        services.merge(child.id, survivor.id, by=PIPELINE)


def test_a_machine_does_not_merge_what_a_person_called_different_a_person_may(two):
    survivor, child = two
    services.mark_different(survivor.id, child.id, by=make_staff())
    with pytest.raises(MergeRefused):
        services.merge(survivor.id, child.id, by=PIPELINE)
    assert services.merge(survivor.id, child.id, by=make_staff(email="b@example.org")).id == survivor.id


def test_merged_is_reached_by_merge_alone(two):
    with pytest.raises(ForbiddenMove):
        services.change_status(two[0].id, Publication.MERGED, by=PIPELINE)


def test_a_forbidden_move_raises_and_changes_nothing(two):
    services.change_status(two[0].id, Publication.ARCHIVED, by=PIPELINE)
    with pytest.raises(ForbiddenMove):
        services.change_status(two[0].id, Publication.REJECTED, by=PIPELINE)


def test_several_are_merged_at_once_with_chosen_values_which_are_locked_until_undone(two):
    survivor, child = two
    third = record_event(title="Food Fest", origin=make_origin(slug="c"), external_id="3")
    person, why = make_staff(), services.Why()
    chosen = {"title": third.id, "ticket_url": survivor.id}
    services.merge_several(survivor.id, {child.id: why, third.id: why}, by=person, chosen=chosen)
    survivor.refresh_from_db()
    assert (survivor.title, survivor.ticket_url) == ("Food Fest", "")
    assert survivor.locked_fields == ["ticket_url", "title"]
    author = ("person", reference_of(person))
    assert (survivor.provenance["title"]["origin"], survivor.provenance["title"]["by"]) == author
    services.unmerge(child.id, by=make_staff(email="b@example.org"))  # the first of the two: the choice stays
    survivor.refresh_from_db()
    assert (survivor.provenance["title"]["origin"], survivor.provenance["title"]["by"]) == author
    assert (survivor.title, survivor.locked_fields) == ("Food Fest", ["ticket_url", "title"])
    services.edit(survivor.id, {"title": "By hand"}, by=person)
    services.unmerge(third.id, by=person)
    survivor.refresh_from_db()
    assert (survivor.title, survivor.locked_fields) == ("By hand", ["title"])


def test_a_choice_names_one_of_the_events_and_what_changed_since_is_refused(two):
    survivor, child = two
    person, why = make_staff(), services.Why()
    for chosen in ({"id": child.id}, {"title": uuid7()}):
        with pytest.raises(BadValue):
            services.merge_several(survivor.id, {child.id: why}, by=person, chosen=chosen)
    with pytest.raises(ChangedMeanwhile, match="has changed since"):
        services.merge_several(survivor.id, {child.id: why}, by=person, seen={child.id: 7})
    assert services.preview_merge(survivor.id, child.id).merged.ticket_url == "https://t.example/1"
