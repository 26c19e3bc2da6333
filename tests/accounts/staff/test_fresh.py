"""What is grave asks again who it is: accounts, roles and keys."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, make_person, make_staff

PASSWORD = "a long enough password"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.STAFF_REAUTHENTICATION = True


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(clock: Any, client: Client) -> Client:
    client.force_login(make_staff())
    return client


def grave() -> list[str]:
    group, person = Group.objects.create(name="porters"), make_person(email="other@example.org")
    return [
        reverse("admin:auth_group_change", args=[group.pk]),
        reverse("admin:auth_group_delete", args=[group.pk]),
        reverse("admin:auth_group_add"),
        reverse("admin:accounts_user_change", args=[person.pk]),
        reverse("admin:accounts_user_delete", args=[person.pk]),
        reverse("admin:auth_user_password_change", args=[person.pk]),
        reverse("admin:sources_credential_add"),
        reverse("admin:audit_entry_export"),
    ]


def asks(answer: Any) -> bool:
    return answer.status_code == 302 and "/reauthenticate/?next=%2Fadmin" in answer["Location"]


def test_an_open_session_is_asked_before_what_is_grave(desk: Client):
    for path in grave():
        assert (path, asks(desk.get(path)), asks(desk.post(path, {}))) == (path, True, True)
    assert asks(desk.post(reverse("admin:accounts_user_changelist"), {"action": "delete_selected"}))


def test_the_password_opens_it_for_five_minutes_and_a_form_for_fifteen(desk: Client, clock: Any):
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    path = reverse("admin:auth_group_add")
    assert desk.get(path).status_code == 200
    clock.shift(timedelta(minutes=6))
    assert asks(desk.get(path))
    assert desk.post(path, {"name": "porters"}).status_code == 302
    assert Group.objects.filter(name="porters").exists()
    clock.shift(timedelta(minutes=10))
    assert asks(desk.post(path, {"name": "others"}))


def test_the_password_of_the_admins_own_form_counts(client: Client, clock: Any):
    person = make_staff()
    client.post("/admin/login/", {"username": person.email, "password": PASSWORD})
    assert client.get(reverse("admin:auth_group_add")).status_code == 200


def test_what_was_sent_is_not_kept_in_the_session(desk: Client):
    desk.post(reverse("admin:sources_credential_add"), {"value__api_key": "top secret"})
    assert "top secret" not in str(desk.session.items())


def test_looking_asks_for_nothing(client: Client):
    client.force_login(make_person(rights=("accounts.view_user",)))
    person = make_person(email="other@example.org")
    assert client.get(reverse("admin:accounts_user_change", args=[person.pk])).status_code == 200
