"""Whoever writes in the admin, or opens a page about people there, is recorded."""

import json

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from accounts.models import User
from audit.enums import Action
from audit.models import Entry, Pseudonym
from audit.recorded import ModelAdmin
from flags.models import FlagSwitch
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client) -> User:
    person = make_staff()
    client.force_login(person)
    return person


def reported(action: Action) -> tuple[dict, dict]:
    """Before and after of the only entry with this action."""
    entry = Entry.objects.get(action=action)
    return json.loads(entry.before), json.loads(entry.after)


def named(person: User) -> str:
    return f"accounts.user:{Pseudonym.objects.get(subject=f'accounts.user:{person.pk}').pk}"


def test_every_page_of_the_admin_records():
    assert [model for model, page in admin.site._registry.items() if not isinstance(page, ModelAdmin)] == []


def test_a_change_says_what_was_before_and_after(client, chief):
    client.post("/admin/flags/flagswitch/add/", {"name": "digests", "is_on": "", "percent": "100"})
    client.post(
        "/admin/flags/flagswitch/digests/change/", {"name": "digests", "is_on": "on", "percent": "100"}
    )
    added, changed = Entry.objects.filter(action=Action.FLAG_CHANGED).order_by("at")
    assert json.loads(added.after) == {"name": "digests"}
    assert (json.loads(changed.before), json.loads(changed.after)) == ({"is_on": False}, {"is_on": True})
    assert (changed.target, changed.actor) == ("flags.flagswitch:digests", named(chief))
    assert changed.request_id


def test_a_deletion_keeps_the_values(client, chief):
    FlagSwitch.objects.create(name="digests", is_on=True)
    client.post("/admin/flags/flagswitch/digests/delete/", {"post": "yes"})
    assert reported(Action.FLAG_CHANGED)[0]["is_on"] is True


def test_an_action_says_which_rows(client, chief):
    person = make_person()
    client.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"}
    )
    assert Entry.objects.get(action=Action.ROW_DELETED).target == named(person)


def test_a_change_of_rights_is_a_change_of_roles(client, chief):
    person, group = make_person(), Group.objects.create(name="helpers")
    fields = {
        "email": person.email,
        "name": "Ann",
        "preferences": "{}",
        "is_active": "on",
        "groups": [group.pk],
        "city_bindings-TOTAL_FORMS": "0",
        "city_bindings-INITIAL_FORMS": "0",
    }
    answer = client.post(f"/admin/accounts/user/{person.pk}/change/", fields)
    assert answer.status_code == 302, answer.context["errors"]
    before, after = reported(Action.ROLE_CHANGED)
    assert (before["is_staff"], after["is_staff"], after["groups"]) == (
        True,
        False,
        [f"auth.group:{group.pk}"],
    )
    assert after["name"].keys() == {"hash", "length"}
    assert not LogEntry.objects.exists()


def test_a_set_password_leaves_no_trace_of_it(client, chief):
    person = make_person()
    answer = client.post(
        f"/admin/accounts/user/{person.pk}/password/",
        {"password1": "a new long password", "password2": "a new long password", "usable_password": "true"},
    )
    assert answer.status_code == 302
    assert reported(Action.PASSWORD_CHANGED)[1]["password"] is True


@pytest.mark.parametrize(
    "page",
    [
        "/admin/accounts/user/",
        "/admin/accounts/user/{}/change/",
        "/admin/digests/subscription/",
        "/admin/events/organizer/",
    ],
)
def test_who_opens_a_page_about_people_is_recorded(client, chief, page):
    client.get(page.format(chief.pk))
    entry = Entry.objects.get(action=Action.PERSONAL_DATA_VIEWED)
    assert entry.actor == named(chief)
    assert str(chief.pk) not in entry.target


def test_the_history_of_a_row_is_read_from_the_log(client, chief):
    client.post("/admin/flags/flagswitch/add/", {"name": "digests", "is_on": "", "percent": "100"})
    page = client.get("/admin/flags/flagswitch/digests/history/").content.decode()
    assert "flag.changed: name" in page
    assert chief.email in page


def test_nothing_is_recorded_for_who_may_not(client):
    client.force_login(make_person(rights=["accounts.view_user"]))
    assert (
        client.post(
            "/admin/flags/flagswitch/add/", {"name": "digests", "is_on": "", "percent": "100"}
        ).status_code
        == 403
    )
    assert client.get("/admin/digests/subscription/").status_code == 403
    assert not Entry.objects.exclude(action=Action.SIGNED_IN).exists()
