"""What the team of an organizer or venue may change of its events, and what it may not."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.rights import RightMissing
from audit.models import Entry
from events import services
from events.enums import Happening, Publication, Verification
from events.exceptions import BadValue, ChangedMeanwhile, TeamRefused
from events.models import Event, Listing, Organizer, OrganizerMember
from moderation.models import Decision, Review
from outbox.models import Change
from places.models import PlaceMember
from tests.factories import make_event, make_origin, make_person, make_place, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_person(is_staff=False)


@pytest.fixture
def event(ann) -> Event:
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification=Verification.OFFICIAL)
    OrganizerMember.objects.create(organizer=owls, user=ann, role="editor")
    made = make_event(title="Owl Night")
    Event.objects.filter(pk=made.pk).update(organizer=owls)
    return Event.objects.get(pk=made.pk)


def test_a_team_edits_its_event_locks_it_and_announces(ann, event):
    done = services.edit_own(event.pk, {"title": "Owl <b>Night</b> Two"}, by=ann, version=event.version)
    assert (done.title, done.locked_fields) == ("Owl Night Two", ["title"])
    assert done.provenance["title"]["team"] is True
    assert (done.moderated_by, Decision.objects.count()) == (None, 0)
    assert Change.objects.filter(type="event.changed").count() == 1
    assert Entry.objects.get(action="event.changed").target == f"events.event:{event.pk}"
    assert services.edit_own(event.pk, {"title": "Three"}, by=ann).title == "Three"


def test_a_moderators_lock_outranks_the_team(ann, event):
    services.edit(event.pk, {"title": "Right"}, by=make_staff())
    with pytest.raises(TeamRefused, match="Title: a moderator"):
        services.edit_own(event.pk, {"title": "Wrong", "description": "More"}, by=ann)
    event.refresh_from_db()
    assert (event.title, event.description == "More") == ("Right", False)


def test_a_moderator_takes_over_what_a_team_locked(ann, event):
    services.edit_own(event.pk, {"title": "Theirs"}, by=ann)
    services.edit(event.pk, {"title": "Right"}, by=make_staff())
    with pytest.raises(TeamRefused):
        services.edit_own(event.pk, {"title": "Wrong"}, by=ann)


@pytest.mark.parametrize(
    "column",
    ["publication", "organizer_id", "verification", "quality_score", "locked_fields", "city_id", "id"],
)
def test_a_team_cannot_set_what_is_not_its_own(ann, event, column):
    with pytest.raises(BadValue, match=column):
        services.edit_own(event.pk, {column: "x"}, by=ann)


@pytest.mark.parametrize("role", [None, "helper"])
def test_strangers_helpers_and_removed_members_are_refused(ann, event, role):
    OrganizerMember.objects.all().delete()
    if role:
        OrganizerMember.objects.create(organizer=event.organizer, user=ann, role=role)
    with pytest.raises(RightMissing):
        services.edit_own(event.pk, {"title": "Mine"}, by=ann)
    with pytest.raises(RightMissing):
        services.withdraw_own(event.pk, by=ann)
    assert Event.objects.get().title == "Owl Night"


def test_an_unproven_team_changes_nothing_public(ann, event):
    Organizer.objects.update(verification=Verification.UNVERIFIED)
    for attempt in (
        lambda: services.edit_own(event.pk, {"title": "Mine"}, by=ann),
        lambda: services.withdraw_own(event.pk, by=ann),
    ):
        with pytest.raises(TeamRefused, match="Prove"):
            attempt()
    Event.objects.update(publication=Publication.PENDING)
    assert services.edit_own(event.pk, {"title": "Mine"}, by=ann).title == "Mine"


def test_what_an_unproven_team_told_first_is_theirs(ann, event):
    Organizer.objects.update(verification=Verification.UNVERIFIED)
    listing = Listing.objects.create(
        event=event, first_event=event, origin=make_origin(slug="submissions"), external_id="submission:1"
    )
    assert services.note_told_by_team(listing.origin_id, "submission:1", organizer=event.organizer_id) == 1
    assert services.edit_own(event.pk, {"title": "Mine"}, by=ann).title == "Mine"
    review = Review.objects.get(kind="spot")
    assert (review.object_id, review.reasons[0].endswith("changed: title")) == (event.pk, True)
    review.delete()
    services.edit_own(event.pk, {"happening": "cancelled"}, by=ann)
    assert not Review.objects.filter(kind="spot").exists()
    # another source that joins later takes nothing away; one that told of it before does
    other = Listing.objects.create(
        event=event, first_event=event, origin=make_origin(slug="feed"), external_id="1"
    )
    assert services.edit_own(event.pk, {"title": "Still mine"}, by=ann).title == "Still mine"
    Listing.objects.filter(pk=other.pk).update(first_seen_at=listing.first_seen_at - timedelta(days=1))
    with pytest.raises(TeamRefused, match="Prove"):
        services.edit_own(event.pk, {"title": "Not mine"}, by=ann)
    Organizer.objects.update(verification=Verification.VERIFIED)
    assert services.edit_own(event.pk, {"title": "Proven"}, by=ann).title == "Proven"


def test_a_calendar_of_the_organizer_tells_of_its_own_events(ann, event):
    Organizer.objects.update(verification=Verification.UNVERIFIED)
    origin = make_origin(slug="owls-calendar", organizer=event.organizer)
    Listing.objects.create(event=event, first_event=event, origin=origin, external_id="1")
    assert services.withdraw_own(event.pk, by=ann).publication == Publication.REMOVED


def test_a_team_of_the_venue_may_too(event):
    bob, hall = make_person(email="bob@example.org", is_staff=False), make_place(name="Owl Hall")
    PlaceMember.objects.create(place=hall, user=bob, role="owner")
    Event.objects.update(place=hall)
    assert services.edit_own(event.pk, {"title": "At ours"}, by=bob).title == "At ours"


def test_a_team_cancels_and_withdraws(ann, event):
    cancelled = services.edit_own(event.pk, {"happening": "cancelled"}, by=ann)
    assert (cancelled.happening, cancelled.locked_fields) == (Happening.CANCELLED, ["status"])
    gone = services.withdraw_own(event.pk, by=ann)
    assert (gone.publication, gone.publication_reason) == (Publication.REMOVED, "its organizer withdrew it")
    assert Entry.objects.filter(action="event.moved", target=f"events.event:{event.pk}").count() == 1
    with pytest.raises(TeamRefused, match="removed"):
        services.edit_own(event.pk, {"title": "Back"}, by=ann)


def test_an_older_version_is_refused(ann, event):
    with pytest.raises(ChangedMeanwhile):
        services.edit_own(event.pk, {"title": "Late"}, by=ann, version=event.version + 1)
