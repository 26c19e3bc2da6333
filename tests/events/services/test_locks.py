"""An edit locks its fields with author and time; unlocking gives them back; either is undone exactly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.queries import names_of
from events import services
from events.enums import Happening
from events.exceptions import BadValue, ChangedMeanwhile
from events.models import Event, Proposal
from places.models import Place, PlaceAlias
from tests.factories import (
    NOW,
    make_entry,
    make_origin,
    make_place,
    make_staff,
    normalized,
    publish_all,
    record_event,
)
from tests.factories.recording import Judgement

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def told(event, *, judge=publish_all, origin=None, **facts):
    """The event's source says these facts now."""
    entry = make_entry(event=replace(normalized(), **facts), event_id=event.pk)
    services.record_events([entry], origin=origin or make_origin(), judge=judge, now=LATER)
    event.refresh_from_db()
    return event


def doubt_all(cases):
    """A judge that applies no change."""
    return [Judgement(publish=False, apply=False, counts=False, reasons=("not trusted",)) for _ in cases]


def state(event):
    """What an undo has to bring back."""
    event.refresh_from_db()
    own = {"version", "updated_at", "moderated_by_id", "moderated_at"}
    return {
        field.attname: getattr(event, field.attname)
        for field in Event._meta.concrete_fields
        if field.attname not in own
    }


def test_a_lock_names_who_set_it_and_when():
    event, anna = record_event(), make_staff(email="anna@example.org")
    services.edit(event.pk, {"title": "By hand"}, by=anna, now=NOW)
    services.change_happening(event.pk, Happening.CANCELLED, by=anna, now=LATER)
    event.refresh_from_db()
    assert event.locked_fields == ["status", "title"]
    assert (event.provenance["title"]["at"], event.provenance["status"]["at"]) == (
        NOW.isoformat(),
        LATER.isoformat(),
    )
    author = event.provenance["title"]["by"]
    assert "anna" not in author
    assert names_of([author])[author] == "anna@example.org"


def test_unlocking_gives_the_field_the_word_of_its_source_which_counts_from_then_on():
    event, anna = record_event(), make_staff()
    services.edit(event.pk, {"title": "By hand", "capacity": 80}, by=anna)
    told(event, title="Raga by Night")
    assert (event.title, Proposal.objects.get().fields["title"]["to"]) == ("By hand", "Raga by Night")
    services.edit(event.pk, {}, unlock=["title"], by=anna)
    event.refresh_from_db()
    assert (event.title, event.locked_fields, event.capacity) == ("Raga by Night", ["capacity"], 80)
    assert event.provenance["title"]["origin"] == str(make_origin().key)
    assert list(Proposal.objects.values_list("fields", flat=True)) == [{"capacity": {"from": 80, "to": None}}]
    assert told(event, title="Raga at Dawn").title == "Raga at Dawn"


def test_unlocking_publishes_nothing_that_waits_for_a_moderator():
    event, anna = record_event(), make_staff()
    services.edit(event.pk, {"title": "By hand"}, by=anna)
    told(event, title="BUY NOW", judge=doubt_all)
    services.edit(event.pk, {}, unlock=["title"], by=anna)
    event.refresh_from_db()
    assert event.title == "Raga at Dusk"
    assert Proposal.objects.get().fields["title"]["to"] == "BUY NOW"


def test_a_field_is_not_set_and_given_back_at_once():
    event, anna = record_event(), make_staff()
    services.edit(event.pk, {"title": "By hand"}, by=anna)
    with pytest.raises(BadValue, match="Title: you changed it and gave it back"):
        services.edit(event.pk, {"title": "Another"}, unlock=["title"], by=anna)


def test_an_edit_of_what_has_changed_since_is_refused():
    event, anna = record_event(), make_staff()
    seen = event.version
    told(event, title="Raga by Night")
    with pytest.raises(ChangedMeanwhile, match="“Raga by Night” was changed since you opened it"):
        services.edit(event.pk, {"title": "By hand"}, version=seen, by=anna)
    assert Event.objects.get().locked_fields == []


def test_undo_brings_values_and_locks_back_as_they_were():
    event, anna, berta = record_event(), make_staff(), make_staff(email="berta@example.org")
    services.edit(event.pk, {"title": "By hand"}, by=anna)
    before = state(event)
    values = {"title": "By another hand", "capacity": 80, "tags": ["raga"]}
    done = services.apply_edit(event.pk, values, by=berta)
    assert state(event) != before
    services.undo_edit(event.pk, done.note, by=berta)
    assert state(event) == before


def test_undo_of_unlocking_brings_the_hand_s_value_back_whatever_the_source_says_since():
    event, anna = record_event(), make_staff()
    services.edit(event.pk, {"title": "By hand"}, by=anna)
    told(event, title="Raga by Night")
    asked = Proposal.objects.get().fields
    done = services.apply_edit(event.pk, {}, unlock=["title"], by=anna)
    assert not Proposal.objects.exists()
    told(event, title="Raga at Dawn")
    services.undo_edit(event.pk, done.note, by=anna)
    event.refresh_from_db()
    assert (event.title, event.locked_fields) == ("By hand", ["title"])
    assert Proposal.objects.get().fields == asked


def test_what_somebody_changed_since_is_not_overwritten_by_undo():
    event, anna = record_event(), make_staff()
    done = services.apply_edit(event.pk, {"title": "By hand"}, by=anna)
    services.edit(event.pk, {"title": "By another hand"}, by=anna)
    with pytest.raises(ChangedMeanwhile, match="The title of “By another hand” has changed since"):
        services.undo_edit(event.pk, done.note, by=anna)
    assert Event.objects.get().title == "By another hand"


def test_a_corrected_venue_is_no_longer_learned_after_undo():
    event, anna = record_event(), make_staff()
    right = make_place(name="Red Room", city=event.city, address="2 Hill Road")
    words = list(PlaceAlias.objects.values_list("folded", "place", "by_person"))
    before = state(event)
    done = services.apply_edit(event.pk, {"place_id": right.pk}, by=anna)
    assert PlaceAlias.objects.filter(place=right, by_person=True).exists()
    address = services.apply_edit(event.pk, {"address": "3 Hill Road"}, by=anna)
    assert Place.objects.get(pk=right.pk).locked_fields == ["address"]
    services.undo_edit(event.pk, address.note, by=anna)
    right.refresh_from_db()
    assert (right.address, right.locked_fields) == ("2 Hill Road", [])
    services.undo_edit(event.pk, done.note, by=anna)
    assert state(event) == before
    assert list(PlaceAlias.objects.values_list("folded", "place", "by_person")) == words


def test_one_field_of_a_proposal_is_accepted_and_asked_again_after_undo():
    event, anna = record_event(), make_staff()
    told(event, title="Raga by Night", capacity=80, judge=doubt_all)
    before, asked = state(event), Proposal.objects.get().fields
    accepted = event.listings.get().accepted
    notes = services.decide_proposals(event.pk, accept=True, fields=["title"], by=anna)
    event.refresh_from_db()
    assert (event.title, event.capacity, event.locked_fields) == ("Raga by Night", None, [])
    assert list(Proposal.objects.get(decided_at=None).fields) == ["capacity"]
    rest = services.decide_proposals(event.pk, accept=False, by=anna)
    assert not Proposal.objects.filter(decided_at=None).exists()
    services.undo_answers(event.pk, rest, by=anna)
    services.undo_answers(event.pk, notes, by=anna)
    assert state(event) == before
    assert Proposal.objects.get().fields == asked
    assert event.listings.get().accepted == accepted
