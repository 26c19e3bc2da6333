"""The groups are created from the table of roles."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.roles import ROLES, Role, ensure_roles, permissions_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_groups(db: None):
    Group.objects.all().delete()


@pytest.mark.parametrize("role", Role)
def test_every_right_of_the_table_exists(role: Role):
    rights = ROLES[role]
    assert len(permissions_of(rights)) == (Permission.objects.count() if rights is None else len(rights))


def test_a_right_that_is_not_there_is_an_error():
    with pytest.raises(LookupError, match=r"events\.fly_event"):
        permissions_of(["events.fly_event"])


def test_the_groups_are_made_once_and_then_left_alone():
    assert ensure_roles() == list(Role)
    Group.objects.get(name="viewer").permissions.clear()
    assert ensure_roles() == []
    assert not Group.objects.get(name="viewer").permissions.exists()


def test_a_group_is_written_anew_on_demand():
    ensure_roles()
    Group.objects.get(name="viewer").permissions.clear()
    call_command("ensure_roles", anew=True, verbosity=0)
    assert Group.objects.get(name="viewer").permissions.count() == len(ROLES[Role.VIEWER] or ())


def test_a_viewer_changes_nothing():
    assert {right.partition(".")[2].partition("_")[0] for right in ROLES[Role.VIEWER] or ()} == {"view"}


def test_moderators_and_operators_see_what_viewers_see():
    for role in (Role.MODERATOR, Role.OPERATOR):
        assert (ROLES[Role.VIEWER] or frozenset()) < (ROLES[role] or frozenset())


def test_nobody_but_an_admin_touches_accounts():
    for role in (Role.VIEWER, Role.MODERATOR, Role.OPERATOR):
        assert not any(
            right.startswith(("auth.", "accounts.add", "accounts.change", "accounts.delete"))
            for right in ROLES[role] or ()
        )
