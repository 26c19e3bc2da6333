"""Two organizers are made one, by who owns both or by staff, and parted again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.rights import RightMissing
from audit.models import Entry
from events.enums import TeamKind
from events.exceptions import OrganizerTaken, TeamRefused
from events.filters import EventFilter
from events.models import Event, Organizer, OrganizerMember, OrganizerMerge
from events.queries.teams import manages
from events.records import Team
from events.services import merge_organizers, part_organizers
from events.services.teams import accept, invite, make_organizer, token_of
from events.views.collection import addresses
from organizers.models import WrittenEvent
from organizers.queries import own_drafts, own_teams, writing_teams
from outbox.models import Change
from personal.models import Follow
from pipeline.contract.normalized import OrganizerRef
from places.enums import TeamRole
from saved_searches.queries import filter_of, search_of
from saved_searches.services import save
from sources.models import Source
from tests.factories import make_event, make_person, make_source, make_staff, record_event

pytestmark = pytest.mark.django_db


def _organizer(name: str, owner, **more) -> Organizer:
    made = Organizer.objects.create(name=name, folded_name=name.lower(), **more)
    OrganizerMember.objects.create(organizer=made, user=owner, role="owner")
    return made


@pytest.fixture
def ann():
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def ben():
    return make_person(email="ben@example.org", is_staff=False)


@pytest.fixture
def owls(ann) -> Organizer:
    return _organizer("Owls", ann, verification="verified")


@pytest.fixture
def nest(ann, ben) -> Organizer:
    """The same, by another name: Ann and Ben own it."""
    made = _organizer("Owl Nest", ann, url="https://nest.example/")
    OrganizerMember.objects.create(organizer=made, user=ben, role="owner")
    return made


@pytest.fixture
def event(nest) -> Event:
    return make_event(title="Owl Night", start=timezone.now() + timedelta(days=5), organizer=nest)


def test_everything_of_the_one_that_goes_is_that_of_the_other_and_comes_back(owls, nest, event, ann, ben):
    reader, both = (make_person(email=f"{name}@example.org", is_staff=False) for name in ("reader", "both"))
    Follow.objects.create(user=reader, organizer=nest)
    Follow.objects.create(user=both, organizer=nest)
    Follow.objects.create(user=both, organizer=owls)
    source = make_source(slug="nest", organizer=nest)
    search = save(reader, EventFilter(organizer=nest.pk), name="Owls")
    draft = WrittenEvent.objects.create(
        organizer=nest, author=ben, said={"organizer": str(nest.pk), "title": "x"}
    )
    merge_organizers(owls.pk, nest.pk, by=ann)
    told = Change.objects.filter(type="event.changed", object_id=event.pk)
    event.refresh_from_db()
    owls.refresh_from_db()
    assert (event.organizer_id, owls.url, told.get().data["changed"]) == (owls.pk, nest.url, ["organizer_id"])
    assert manages(ben, event)
    assert [(one.name, one.role) for one in own_teams(ann)] == [("Owls", TeamRole.OWNER)]
    assert (writing_teams(ben), own_drafts(ben)) == ([(str(owls.pk), "Owls")], [draft])
    assert own_drafts(ben)[0].said["organizer"] == str(owls.pk)
    assert Source.objects.get(pk=source.pk).organizer_id == owls.pk
    assert Follow.objects.get(user=reader).organizer_id == owls.pk
    assert filter_of(search_of(reader, search.pk)).organizer == owls.pk
    assert Follow.objects.filter(user=both, organizer=owls).count() == 1
    assert Entry.objects.get(action="organizer.merged").target == f"events.organizer:{nest.pk}"

    part_organizers(nest.pk, by=ann)
    event.refresh_from_db()
    owls.refresh_from_db()
    assert (event.organizer_id, owls.url) == (nest.pk, "")
    assert [one.name for one in own_teams(ann)] == ["Owl Nest", "Owls"]
    assert not OrganizerMember.objects.filter(organizer=owls, user=ben).exists()
    assert own_drafts(ben)[0].said["organizer"] == str(nest.pk)
    assert Source.objects.get(pk=source.pk).organizer_id == nest.pk
    assert set(Follow.objects.filter(organizer=nest).values_list("user", flat=True)) == {reader.pk, both.pk}
    assert filter_of(search_of(reader, search.pk)).organizer == nest.pk
    assert OrganizerMerge.objects.get().undone_at is not None
    with pytest.raises(TeamRefused, match="not merged"):
        part_organizers(nest.pk, by=ann)


def test_its_address_and_its_filter_lead_to_the_one_that_stays(owls, nest, event, ann, client):
    former = addresses.organizer_path(nest.pk, nest.name)
    assert client.get(former).status_code == 200
    merge_organizers(owls.pk, nest.pk, by=ann)
    answer = client.get(former)
    assert (answer.status_code, answer.url) == (301, addresses.organizer_path(owls.pk, owls.name))
    found = client.get("/api/v1/events", {"organizer": str(nest.pk)}).json()["results"]
    assert [one["id"] for one in found] == [str(event.pk)]
    own = Client()
    own.force_login(ann)
    assert "Owls" in own.get(f"/organize/organizers/{nest.pk}/").content.decode()


def test_a_source_that_names_it_tells_of_events_of_the_other(owls, nest, ann):
    merge_organizers(owls.pk, nest.pk, by=ann)
    told = record_event(title="By the nest", organizer=OrganizerRef(name="Owl Nest"))
    assert told.organizer_id == owls.pk
    with pytest.raises(OrganizerTaken) as taken:
        make_organizer("Owl Nest", by=make_person(email="new@example.org", is_staff=False))
    assert taken.value.organizer_id == owls.pk


def test_an_invitation_leads_into_the_team_that_stays(owls, nest, ann):
    guest = make_person(email="guest@example.org", is_staff=False)
    made = invite(Team(kind=TeamKind.ORGANIZER, id=nest.pk), guest.email, TeamRole.EDITOR, by=ann)
    merge_organizers(owls.pk, nest.pk, by=ann)
    assert accept(token_of(made), by=guest).id == owls.pk
    assert OrganizerMember.objects.filter(organizer=owls, user=guest, role="editor").exists()


def test_only_who_owns_both_or_a_moderator_makes_one_of_two(owls, nest, ann, ben):
    for nobody in (
        ben,
        make_person(email="x@example.org", is_staff=False),
        make_person(email="m@example.org", rights={"events.change_event"}),
    ):
        with pytest.raises(RightMissing):
            merge_organizers(owls.pk, nest.pk, by=nobody)
    merge_organizers(
        owls.pk, nest.pk, by=make_person(email="senior@example.org", rights={"events.change_organizer"})
    )
    nest.refresh_from_db()
    assert nest.merged_into_id == owls.pk


def test_what_makes_no_sense_is_refused(owls, nest, ann):
    with pytest.raises(TeamRefused, match="proved more"):
        merge_organizers(nest.pk, owls.pk, by=ann)
    with pytest.raises(TeamRefused, match="same already"):
        merge_organizers(owls.pk, owls.pk, by=ann)
    merge_organizers(owls.pk, nest.pk, by=ann)
    other = _organizer("Third", ann)
    with pytest.raises(TeamRefused, match="merged already"):
        merge_organizers(nest.pk, other.pk, by=ann)


def test_chains_do_not_grow_and_part_in_their_order(owls, nest, ann):
    first = _organizer("First", ann)
    merge_organizers(nest.pk, first.pk, by=ann)
    merge_organizers(owls.pk, nest.pk, by=ann)
    first.refresh_from_db()
    assert first.merged_into_id == owls.pk
    part_organizers(nest.pk, by=ann)
    first.refresh_from_db()
    assert first.merged_into_id == nest.pk
    part_organizers(first.pk, by=ann)
    first.refresh_from_db()
    assert first.merged_into_id is None


def test_the_owner_of_both_does_it_on_the_page_of_the_team(owls, nest, event, ann, ben):
    client = Client()
    client.force_login(ben)
    page = f"/organize/organizers/{owls.pk}/"
    assert client.post(page, {"do": "merge", "other": str(nest.pk)}).status_code == 302
    assert not OrganizerMerge.objects.exists()
    client.force_login(ann)
    assert f'<option value="{nest.pk}">Owl Nest</option>' in client.get(page).content.decode()
    assert client.post(page, {"do": "merge", "other": "x"}).status_code == 409
    assert client.post(page, {"do": "merge", "other": str(nest.pk)}).url == page
    event.refresh_from_db()
    assert event.organizer_id == owls.pk


def test_staff_merge_and_part_in_the_admin(owls, nest, event):
    client, rows = Client(), "/admin/events/organizermerge/"
    client.force_login(make_staff())
    said = {"survivor": owls.pk, "child": nest.pk, "note": "one website"}
    assert client.post(f"{rows}add/", {**said, "child": owls.pk}, follow=True).status_code == 200
    assert not OrganizerMerge.objects.exists()
    assert client.post(f"{rows}add/", said).status_code == 302
    row = OrganizerMerge.objects.get()
    assert (row.note, Event.objects.get(pk=event.pk).organizer_id) == ("one website", owls.pk)
    assert "Owl Nest" in client.get(rows).content.decode()
    client.post(rows, {"action": "part", "_selected_action": [row.pk]})
    assert Event.objects.get(pk=event.pk).organizer_id == nest.pk
    said_again = client.post(rows, {"action": "part", "_selected_action": [row.pk]}, follow=True)
    assert "not merged" in said_again.content.decode()
