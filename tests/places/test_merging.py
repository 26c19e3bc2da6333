"""Places are merged and un-merged, with their events, names and evidence."""

from datetime import timedelta

import pytest

from accounts.rights import PIPELINE
from events.models import Event
from outbox.models import Change
from pipeline.contract.enums import PlaceVerdict
from places.enums import Openness, PlaceState, StatusSource
from places.exceptions import PlaceMergeRefused
from places.models import Place, PlaceAlias, PlaceMatch, PlaceStatus
from places.records import StatusFacts
from places.services import mark_places_different, merge_places, record_statuses, survivor_of, unmerge_places
from tests.factories import EVENING, make_alias, make_event, make_place, make_staff

pytestmark = pytest.mark.django_db


def state() -> dict[str, object]:
    """Everything that a merge changes."""
    return {
        "places": sorted(
            (
                str(p.id),
                p.state,
                p.merged_into_id,
                p.address,
                p.lat,
                p.phone,
                str(p.external_ids),
                str(p.provided),
                tuple(p.kinds),
            )
            for p in Place.objects.all()
        ),
        "aliases": sorted((a.folded, str(a.place_id)) for a in PlaceAlias.objects.all()),
        "statuses": sorted((s.source, str(s.place_id)) for s in PlaceStatus.objects.all()),
        "events": sorted((str(e.id), str(e.place_id), e.venue_name) for e in Event.objects.all()),
    }


def filled() -> tuple[Place, Place]:
    survivor = make_place(name="Blue Room", external_ids={"yelp": "y"})
    child = make_place(
        name="The Blue Room", address="12 Main St", lat=12.97, lng=77.6, phone="1", kinds=["bar"], external_ids={"google_place_id": "g"},
        provided={"phone": {"by": "google_places", "until": (EVENING + timedelta(days=20)).isoformat()}},
    )  # fmt: skip
    make_alias(place=child, name="Blue Room Bar")
    reported = ((survivor, StatusSource.USER), (child, StatusSource.USER), (child, StatusSource.GOOGLE))
    open_now = {
        "openness": Openness.OPEN,
        "confidence": 0.9,
        "observed_at": EVENING,
        "valid_until": EVENING + timedelta(hours=1),
    }
    record_statuses(
        [StatusFacts(place_id=place.id, source=source, **open_now) for place, source in reported], now=EVENING
    )
    make_event(title="Moonlit Jazz", place=child, venue_name="The Blue Room")
    make_event(title="Locked", place=child, venue_name="The Blue Room, upstairs", locked_fields=["venue"])
    return survivor, child


def test_a_merge_moves_names_events_and_evidence_and_fills_what_is_missing():
    survivor, child = filled()
    merge_places(
        survivor.id, child.id, reasons="same name; 12 m apart", similarity=0.97, now=EVENING, by=PIPELINE
    )
    survivor.refresh_from_db()
    child.refresh_from_db()
    assert (child.state, child.merged_into_id) == (PlaceState.MERGED, survivor.id)
    assert (survivor.address, survivor.lat, survivor.phone, survivor.kinds) == (
        "12 Main St",
        12.97,
        "1",
        ["bar"],
    )
    assert survivor.external_ids == {"yelp": "y", "google_place_id": "g"}
    assert survivor.provided["phone"]["by"] == "google_places"
    assert set(survivor.aliases.values_list("folded", flat=True)) == {
        "blue room",
        "the blue room",
        "blue room bar",
        "the blue room 12 main st",
    }
    assert set(Event.objects.values_list("place_id", "venue_name")) == {
        (survivor.id, "The Blue Room"),
        (survivor.id, "The Blue Room, upstairs"),
    }
    assert set(PlaceStatus.objects.values_list("place_id", "source")) == {
        (survivor.id, "user"),
        (child.id, "user"),
        (survivor.id, "google"),
    }
    assert Change.objects.filter(type="event.changed").count() == 2
    match = PlaceMatch.objects.get()
    assert (match.outcome, match.survivor_id, match.reasons, match.by_person) == (
        "merge",
        survivor.id,
        "same name; 12 m apart",
        False,
    )


def test_merge_then_unmerge_is_the_identity():
    survivor, child = filled()
    before = state()
    merge_places(survivor.id, child.id, now=EVENING, by=PIPELINE)
    assert state() != before
    unmerge_places(child.id, by=make_staff(), now=EVENING)
    assert state() == before
    assert PlaceMatch.objects.get().outcome == PlaceVerdict.DIFFERENT


def test_what_somebody_changed_since_the_merge_stays():
    survivor, child = filled()
    merge_places(survivor.id, child.id, now=EVENING, by=PIPELINE)
    Place.objects.filter(pk=survivor.id).update(phone="2")
    unmerge_places(child.id, now=EVENING, by=PIPELINE)
    survivor.refresh_from_db()
    assert (survivor.phone, survivor.address) == ("2", "")


def test_merges_chain_and_come_apart_in_any_order():
    one, two, three = make_place(name="A"), make_place(name="B"), make_place(name="C")
    event = make_event(place=one)
    before = state()
    merge_places(two.id, one.id, now=EVENING, by=PIPELINE)
    merge_places(three.id, two.id, now=EVENING + timedelta(minutes=1), by=PIPELINE)
    one.refresh_from_db()
    event.refresh_from_db()
    assert one.merged_into_id == event.place_id == three.id
    unmerge_places(one.id, now=EVENING, by=PIPELINE)
    event.refresh_from_db()
    assert event.place_id == one.id
    unmerge_places(two.id, now=EVENING, by=PIPELINE)
    assert state() == before


def test_senseless_merges_are_refused():
    one, two, three = make_place(name="A"), make_place(name="B"), make_place(name="C")
    with pytest.raises(PlaceMergeRefused, match="itself"):
        merge_places(one.id, one.id, by=PIPELINE)
    merge_places(one.id, two.id, by=PIPELINE)
    with pytest.raises(PlaceMergeRefused, match="merged already"):
        merge_places(two.id, three.id, by=PIPELINE)
    with pytest.raises(PlaceMergeRefused, match="not merged"):
        unmerge_places(three.id, by=PIPELINE)
    with pytest.raises(Place.DoesNotExist):
        merge_places(one.id, make_event().id, by=PIPELINE)


def test_different_is_remembered_and_only_a_person_overrules_it():
    one, two = make_place(name="A"), make_place(name="B")
    mark_places_different(one.id, two.id, by=make_staff())
    with pytest.raises(PlaceMergeRefused, match="different"):
        merge_places(one.id, two.id, by=PIPELINE)
    merge_places(one.id, two.id, by=make_staff(email="other@example.org"))


def test_people_s_locks_outrank():
    one = make_place(name="A", phone="1", locked_fields=["phone"])
    two = make_place(name="B", phone="2", locked_fields=["phone"])
    with pytest.raises(PlaceMergeRefused, match="Users set different values"):
        merge_places(one.id, two.id, by=PIPELINE)
    locked = make_place(name="C", locked_fields=["address"])
    lender = make_place(name="D", address="12 Main St")
    merge_places(locked.id, lender.id, by=PIPELINE)
    locked.refresh_from_db()
    assert locked.address == ""


def test_the_survivor_is_the_one_that_a_person_worked_on_else_the_better_known_else_the_older():
    plain, older = make_place(name="B"), make_place(name="A", created_at=EVENING - timedelta(days=9))
    known, worked = (
        make_place(name="C", external_ids={"x": "1"}),
        make_place(name="D", locked_fields=["phone"]),
    )
    assert survivor_of(plain, older)[0] == older
    assert survivor_of(older, known)[0] == known
    assert survivor_of(known, worked) == (worked, known)


def test_the_pages_of_a_merged_place_lead_to_its_survivor(client):
    survivor, child = make_place(name="A"), make_place(name="B")
    merge_places(survivor.id, child.id, by=PIPELINE)
    page = client.get(f"/venues/{child.slug}-{child.id.hex}/")
    assert (page.status_code, page["Location"]) == (301, f"/venues/{survivor.slug}-{survivor.id.hex}/")
    answer = client.get(f"/api/v1/places/{child.id}")
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/places/{survivor.id}")
    assert child.name not in [row["name"] for row in client.get("/api/v1/places").json()["results"]]
