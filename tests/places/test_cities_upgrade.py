"""The upgrade to moderators with cities leaves everybody the rights that they had."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.rights import may
from accounts.roles import Role, ensure_roles, permissions_of
from places.queries import cities_of
from tests.factories import make_person

pytestmark = pytest.mark.django_db
upgrade = importlib.import_module("places.migrations.0011_members_keep_their_cities")


def account(email: str, group: str = "", rights: tuple[str, ...] = ()) -> User:
    """A member of staff as before: of a group, or with a right, and without the right for all cities."""
    person = make_person(email=email, cities=[])
    person.user_permissions.set(permissions_of(rights))
    if group:
        made, _ = Group.objects.get_or_create(name=group)
        made.permissions.set(permissions_of(["events.view_event", "events.publish_event"]))
        person.groups.add(made)
    return person


def test_everybody_keeps_their_rights_in_all_cities():
    Group.objects.all().delete()
    people = [
        account("m@example.org", "moderator"),
        account("v@example.org", "viewer"),
        account("o@example.org", rights=("events.view_event",)),
    ]
    upgrade.keep_reach(apps, None)
    kept = [User.objects.get(pk=person.pk) for person in people]
    assert [may(person, "events.view_event") and cities_of(person) is None for person in kept] == [True] * 3
    assert list(kept[0].groups.values_list("name", flat=True)) == ["senior"]
    assert Role.MODERATOR in ensure_roles()


def test_an_own_group_called_senior_keeps_its_members_and_gives_up_its_name():
    Group.objects.all().delete()
    own = account("own@example.org", "senior")
    account("m@example.org", "moderator")
    upgrade.keep_reach(apps, None)
    assert list(own.groups.values_list("name", flat=True)) == ["senior (own)"]


def test_an_empty_installation_is_left_alone():
    Group.objects.all().delete()
    upgrade.keep_reach(apps, None)
    assert not Group.objects.exists()
