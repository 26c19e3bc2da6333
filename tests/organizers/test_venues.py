"""The team of a venue sets its hours and contact; its word stands above sources and below moderators."""

import pytest
from django.test import Client

from accounts.exceptions import InputRefused
from accounts.rights import RightMissing
from audit.models import Entry
from places import services
from places.models import Place, PlaceMember
from places.services.owning import edit_own_place, moderated_fields
from tests.factories import make_person, make_place, make_staff

pytestmark = pytest.mark.django_db
HOURS = "Mo-Fr 18:00-24:00"


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def ann(place):
    person = make_person(email="ann@example.org", is_staff=False)
    PlaceMember.objects.create(place=place, user=person, role="editor")
    return person


@pytest.fixture
def client(ann) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def _page(place):
    return f"/organize/places/{place.pk}/venue/"


def test_a_team_sets_hours_on_its_page_and_they_are_locked_as_theirs(client, place):
    assert client.get(f"/organize/places/{place.pk}/").content.decode().count("/venue/") == 1
    assert "Opening hours" in client.get(_page(place)).content.decode()
    said = {
        "opening_hours": HOURS,
        "phone": "+91 80 1234",
        "website": "https://blue.example.org/",
        "state": "active",
    }
    assert client.post(_page(place), said).status_code == 302
    place.refresh_from_db()
    assert (place.opening_hours, place.phone) == (HOURS, "+91 80 1234")
    assert {"opening_hours", "phone"} <= set(place.locked_fields) & set(place.team_fields)
    assert moderated_fields(place) == frozenset()
    assert Entry.objects.filter(action="place.changed", target=f"places.place:{place.pk}").exists()
    assert client.get(f"{_page(place)}?saved=1").content.decode().count("Saved.") == 1


def test_a_moderators_word_outranks_the_teams(client, place, ann):
    edit_own_place(place.pk, {"phone": "1"}, by=ann)
    services.correct_place(place.pk, {"phone": "2"}, by=make_staff())
    with pytest.raises(InputRefused, match="moderator"):
        edit_own_place(place.pk, {"phone": "3"}, by=ann)
    said = {"opening_hours": "", "phone": "3", "website": "", "state": "active"}
    client.post(_page(place), said)
    place.refresh_from_db()
    assert place.phone == "2"


@pytest.mark.parametrize(
    "values",
    [
        {"opening_hours": "when we like"},
        {"website": "javascript:x"},
        {"state": "merged"},
        {"name": "X"},
        {"phone": "1" * 41},
    ],
)
def test_what_is_not_understood_is_refused_by_field(place, ann, values):
    with pytest.raises(InputRefused) as refused:
        edit_own_place(place.pk, values, by=ann)
    assert refused.value.field == next(iter(values))


def test_hours_that_are_not_understood_are_said_at_their_field(client, place):
    said = {"opening_hours": "when we like", "phone": "", "website": "", "state": "active"}
    answer = client.post(_page(place), said)
    assert answer.status_code == 400
    assert "are not understood" in answer.content.decode()


def test_helpers_and_others_may_not(client, place, ann):
    PlaceMember.objects.update(role="helper")
    assert client.get(_page(place)).status_code == 404
    with pytest.raises(RightMissing):
        edit_own_place(place.pk, {"phone": "1"}, by=ann)


def test_a_venue_that_closed_for_good_is_said_so(place, ann):
    assert edit_own_place(place.pk, {"state": "closed"}, by=ann).state == "closed"
