"""Places in the admin: values that a person sets are locked."""

import pytest
from django.contrib import admin
from django.forms.models import model_to_dict
from django.test import Client, RequestFactory

from accounts.models import User
from places.admin import PlaceAdmin
from places.enums import Crowd
from places.models import Place, PlaceMatch, PlaceReport
from places.services import report
from places.visitor_reports import VisitorReport
from tests.factories import NOW, make_person, make_place

pytestmark = pytest.mark.django_db


def save(place: Place, **values) -> Place:
    """Save like the form of the admin."""
    desk = PlaceAdmin(Place, admin.site)
    request = RequestFactory().post("/")
    request.user = User.objects.filter(email="desk@example.org").first() or User.objects.create_superuser(
        email="desk@example.org", password="x"
    )
    form_class = desk.get_form(request, place)
    data = {
        **{name: "" if value is None else value for name, value in model_to_dict(place).items()},
        "kinds": "bar",
        "photos": "[]",
        "external_ids": "{}",
        **values,
    }
    form = form_class(data, instance=place)
    assert form.is_valid(), form.errors
    desk.save_model(request, form.save(commit=False), form, change=True)
    place.refresh_from_db()
    return place


def test_what_a_person_sets_is_locked():
    place = make_place(kinds=["bar"], phone="1")
    assert save(place, phone="+91 80 5", locked_fields="").locked_fields == ["phone"]
    assert save(place, address="12th Main", locked_fields="phone").locked_fields == ["address", "phone"]


def test_a_locked_field_can_be_opened_again():
    place = make_place(kinds=["bar"], locked_fields=["phone"])
    assert save(place, locked_fields="").locked_fields == []


@pytest.mark.parametrize("model", ["place", "placestatus", "placematch", "geocode", "weather", "city"])
def test_lists_open(client: Client, model: str):
    client.force_login(User.objects.create_superuser(email="desk@example.org", password="x"))
    assert client.get(f"/admin/places/{model}/").status_code == 200


def test_two_venues_are_merged_at_the_desk_with_both_sides_shown_and_un_merged(client: Client):
    client.force_login(User.objects.create_superuser(email="desk@example.org", password="x"))
    one, two = (
        make_place(name=name, address=address)
        for name, address in (("Blue Room", "12 Main St"), ("The Blue Room", "12 Main Street"))
    )
    chosen = {"action": "merge_selected", "_selected_action": [str(one.pk), str(two.pk)]}
    page = client.post("/admin/places/place/", chosen)
    assert "same name; same address" in page.text
    assert "12 Main Street" in page.text
    client.post("/admin/places/place/", {**chosen, "confirmed": "yes", "survivor": str(two.pk)})
    one.refresh_from_db()
    assert (one.state, one.merged_into) == ("merged", two)
    client.post(
        "/admin/places/place/", {"action": "unmerge_selected", "_selected_action": [str(one.pk), str(two.pk)]}
    )
    one.refresh_from_db()
    assert (one.state, one.merged_into) == ("active", None)
    client.post("/admin/places/place/", {**chosen, "confirmed": "yes", "different": "yes"})
    assert PlaceMatch.objects.get().outcome == "different"
    assert (
        "Choose two venues"
        in client.post(
            "/admin/places/place/", {**chosen, "_selected_action": [str(one.pk)]}, follow=True
        ).text
    )


def test_lists_of_states_and_reports_open_and_tell_of_nobody(client):
    place = make_place()
    report(place.id, VisitorReport(address="0123456789abcdef", at=NOW, crowd=Crowd.BUSY))
    client.force_login(User.objects.create_superuser(email="desk@example.org", password="x"))
    for model in ("placestatus", "placereport"):
        listed = client.get(f"/admin/places/{model}/")
        assert (listed.status_code, "Blue Room" in listed.content.decode()) == (200, True)
    shown = client.get(f"/admin/places/placereport/{PlaceReport.objects.get().pk}/change/")
    assert (shown.status_code, "0123456789abcdef" in shown.content.decode()) == (200, False)


def test_a_venue_is_merged_by_nobody_who_may_only_change_it(client: Client):
    one, two = (make_place(name=name) for name in ("one", "two"))
    client.force_login(
        make_person(email="mod@example.org", rights=("places.view_place", "places.change_place"))
    )
    page = client.post(
        f"/admin/places/place/{one.pk}/change/", {"state": "merged", "merged_into": str(two.pk)}
    )
    form = page.context["adminform"].form
    assert "merged_into" not in form.fields
    assert form.errors["state"] == ["Select a valid choice. merged is not one of the available choices."]
    Place.objects.filter(pk=one.pk).update(state="merged", merged_into=two)
    assert (
        not {"state", "merged_into"}
        & client.get(f"/admin/places/place/{one.pk}/change/").context["adminform"].form.fields.keys()
    )
