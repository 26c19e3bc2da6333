"""The groups are created from the table of roles."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.roles import ROLES, Role, ensure_roles, give_new, known_rights, permissions_of

OVERSEE = "places.oversee_city"
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
    Group.objects.get(name="auditor").permissions.clear()
    assert ensure_roles() == []
    assert not Group.objects.get(name="auditor").permissions.exists()


def test_a_group_is_written_anew_on_demand():
    ensure_roles()
    Group.objects.get(name="auditor").permissions.clear()
    call_command("ensure_roles", anew=True, verbosity=0)
    assert Group.objects.get(name="auditor").permissions.count() == len(ROLES[Role.AUDITOR] or ())


def test_the_command_says_what_an_older_group_lacks(capsys: pytest.CaptureFixture[str]):
    ensure_roles()
    senior = Group.objects.get(name="senior")
    senior.permissions.remove(Permission.objects.get(codename="publish_event"))
    call_command("ensure_roles")
    out = capsys.readouterr().out
    assert "The group senior lacks 1 right of its role (events.publish_event): " in out
    assert "operator" not in out


def test_an_upgrade_gives_what_is_new_and_leaves_what_was_taken_away():
    ensure_roles()
    senior, viewer = Group.objects.get(name="senior"), Group.objects.create(name="viewer")
    taken, new = (Permission.objects.get(codename=name) for name in ("publish_event", "merge_event"))
    senior.permissions.remove(taken, new)
    before = known_rights() - {"events.merge_event"}
    given = give_new(before)
    assert given[Role.SENIOR] == ["events.merge_event"]
    assert Role.AUDITOR not in given
    assert set(senior.permissions.filter(pk__in=[taken.pk, new.pk])) == {new}
    assert not viewer.permissions.exists()
    assert give_new(known_rights()) == {}


def test_an_auditor_changes_nothing():
    verbs = {right.partition(".")[2].partition("_")[0] for right in ROLES[Role.AUDITOR] or ()}
    assert verbs == {"export", "oversee", "view"}


def test_a_moderator_has_no_right_that_a_senior_lacks():
    assert (ROLES[Role.MODERATOR] or frozenset()) < (ROLES[Role.SENIOR] or frozenset())


def test_all_but_a_moderator_work_in_all_cities():
    assert [role for role, rights in ROLES.items() if OVERSEE not in (rights or {OVERSEE})] == [
        Role.MODERATOR
    ]


def test_nobody_but_an_admin_touches_accounts():
    for role in set(Role) - {Role.ADMIN}:
        assert not any(
            right.startswith(
                (
                    "auth.add",
                    "auth.change",
                    "auth.delete",
                    "accounts.add",
                    "accounts.change",
                    "accounts.delete",
                )
            )
            for right in ROLES[role] or ()
        )
