"""One page shows roles, rights and who has them, with the cities of each moderator; cities are assigned on the account's page."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role, ensure_roles
from audit.models import Entry
from places.models import CityModerator
from tests.factories import make_city, make_person, make_staff

pytestmark = pytest.mark.django_db


def member(email: str, role: Role, **fields: Any) -> User:
    person = make_person(email=email, **fields)
    person.groups.add(Group.objects.get(name=role))
    return person


def test_the_page_shows_roles_members_rights_and_cities(client: Client, django_assert_max_num_queries: Any):
    ensure_roles()
    Group.objects.get(name=Role.OPERATOR).permissions.first().delete()  # type: ignore[union-attr]
    member("mo@example.org", Role.MODERATOR, cities=[make_city(slug="goa", name="Goa")])
    member("none@example.org", Role.MODERATOR)
    member("senior@example.org", Role.SENIOR)
    client.force_login(member("audit@example.org", Role.AUDITOR))
    with django_assert_max_num_queries(40):
        page = client.get(reverse("staff_roles")).content.decode()
    assert ">Goa<" in page
    assert "none: sees nothing" in page
    assert all(f">{email}<" in page for email in ("mo@example.org", "senior@example.org"))
    assert "publish_event" in page
    assert Entry.objects.filter(action="personal_data.viewed").count() == 1


def test_the_page_takes_as_many_queries_for_more_people(client: Client, django_assert_num_queries: Any):
    ensure_roles()
    client.force_login(make_staff())
    member("first@example.org", Role.MODERATOR, cities=[make_city()], rights=("events.view_event",))
    client.get(reverse("staff_roles"))
    with CaptureQueriesContext(connection) as before:
        client.get(reverse("staff_roles"))
    for number in range(3):
        member(f"{number}@example.org", Role.MODERATOR, cities=[make_city(slug=f"city-{number}")])
    with django_assert_num_queries(len(before)):
        client.get(reverse("staff_roles"))


def form_of(account: User, **changes: object) -> dict[str, object]:
    return {
        "email": account.email, "name": "", "preferences": "{}", "is_active": "on", "is_staff": "on",
        "date_joined_0": "2026-01-01", "date_joined_1": "12:00:00", "city_bindings-TOTAL_FORMS": 0, "city_bindings-INITIAL_FORMS": 0, **changes,
    }  # fmt: skip


def test_cities_and_roles_are_given_on_the_accounts_page_and_kept_in_the_log(client: Client):
    ensure_roles()
    city, account = make_city(slug="goa"), make_person(email="new@example.org")
    client.force_login(make_staff())
    group = Group.objects.get(name=Role.MODERATOR)
    given = {"city_bindings-TOTAL_FORMS": 1, "city_bindings-0-city": str(city.pk), "groups": [group.pk]}
    answer = client.post(reverse("admin:accounts_user_change", args=[account.pk]), form_of(account, **given))
    assert answer.status_code == 302
    assert CityModerator.objects.get().city == city
    reported = str(list(Entry.objects.filter(action="account.role_changed").values_list("after", flat=True)))
    assert '"cities":["goa"]' in reported
    assert "groups" in reported


def test_who_works_in_some_cities_assigns_none(client: Client):
    city, account = make_city(slug="goa"), make_person(email="new@example.org")
    rights = ("accounts.view_user", "accounts.change_user", "places.view_city")
    client.force_login(make_person(email="clerk@example.org", rights=rights, cities=[city]))
    given = {"city_bindings-TOTAL_FORMS": 1, "city_bindings-0-city": str(city.pk)}
    client.post(reverse("admin:accounts_user_change", args=[account.pk]), form_of(account, **given))
    assert not CityModerator.objects.filter(user=account).exists()
