"""Operators export and erase a person who asks by letter, from the list of accounts."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Erasure, User
from accounts.privacy.erasing import carry_out
from audit.models import Entry
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_user_changelist")


@pytest.fixture
def person(client: Client) -> User:
    client.force_login(make_staff())
    return make_person(is_staff=False)


def test_an_operator_exports_one_person(client: Client, person: User):
    answer = client.post(LIST, {"action": "export_data", "_selected_action": [str(person.pk)]})
    assert (answer["Content-Type"], answer.content[:2]) == ("application/zip", b"PK")
    assert Entry.objects.filter(action="personal_data.exported").count() == 1


def test_deleting_an_account_erases_the_person(client: Client, person: User):
    client.post(reverse("admin:accounts_user_delete", args=[person.pk]), {"post": "yes"})
    assert not User.objects.get(pk=person.pk).is_active
    assert carry_out(Erasure.objects.get().pk)
    assert not User.objects.filter(pk=person.pk).exists()


def test_who_may_delete_accounts_needs_the_right_to_erase(client: Client):
    rights = ["accounts.view_user", "accounts.change_user", "accounts.delete_user"]
    client.force_login(make_person(email="clerk@example.org", rights=rights))
    other = make_person(is_staff=False)
    assert (
        client.post(reverse("admin:accounts_user_delete", args=[other.pk]), {"post": "yes"}).status_code
        == 403
    )
