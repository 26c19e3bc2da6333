"""Nobody can give rights that they do not have."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import permissions_of
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db
EDITS_USERS = (
    "accounts.view_user",
    "accounts.change_user",
    "accounts.add_user",
    "accounts.delete_user",
    "accounts.erase_user",
)
EDITS_GROUPS = ("auth.view_group", "auth.change_group", "auth.add_group")


def desk(client: Client, *rights: str) -> User:
    """A signed-in member of staff with these rights."""
    person = make_person(email="clerk@example.org", rights=rights)
    client.force_login(person)
    return person


def save(client: Client, account: User, **changes: object) -> int:
    """Post the account's form with `changes`. Returns the status."""
    kept = {
        "email": account.email,
        "name": account.name,
        "preferences": "{}",
        "is_active": "on",
        "is_staff": "on",
    }
    kept |= {"city_bindings-TOTAL_FORMS": "0", "city_bindings-INITIAL_FORMS": "0"}
    kept["date_joined_0"], kept["date_joined_1"] = "2026-01-01", "12:00:00"
    return client.post(
        reverse("admin:accounts_user_change", args=[account.pk]), {**kept, **changes}
    ).status_code


def test_nobody_makes_themself_a_superuser(client: Client):
    clerk = desk(client, *EDITS_USERS)
    assert save(client, clerk, is_superuser="on", name="Clara") == 302
    clerk.refresh_from_db()
    assert (clerk.is_superuser, clerk.name) == (False, "Clara")


def test_nobody_gives_themself_a_right_that_they_do_not_have(client: Client):
    clerk = desk(client, *EDITS_USERS)
    (right,) = permissions_of(["events.publish_event"])
    assert save(client, clerk, user_permissions=[right.pk]) == 403
    assert not User.objects.get(pk=clerk.pk).has_perm("events.publish_event")


def test_nobody_joins_a_group_that_has_more(client: Client):
    clerk, group = desk(client, *EDITS_USERS), Group.objects.create(name="publishers")
    group.permissions.set(permissions_of(["events.publish_event"]))
    assert save(client, clerk, groups=[group.pk]) == 403
    assert not clerk.groups.exists()


def test_a_right_that_one_has_may_be_given(client: Client):
    desk(client, *EDITS_USERS, "events.view_event")
    other = make_person(email="other@example.org")
    (right,) = permissions_of(["events.view_event"])
    assert save(client, other, user_permissions=[right.pk]) == 302
    assert User.objects.get(pk=other.pk).has_perm("events.view_event")


@pytest.mark.parametrize("page", ["user_change", "user_delete"])
def test_who_has_more_is_out_of_reach(client: Client, page: str):
    desk(client, *EDITS_USERS)
    for account in (make_staff(), make_person(email="editor@example.org", rights=("events.change_event",))):
        assert (
            client.post(reverse(f"admin:accounts_{page}", args=[account.pk]), {"post": "yes"}).status_code
            == 403
        )
        assert User.objects.filter(pk=account.pk).exists()


def test_a_closed_account_keeps_its_rights_out_of_reach(client: Client):
    desk(client, *EDITS_USERS)
    asleep = make_person(email="editor@example.org", rights=("events.change_event",))
    User.objects.filter(pk=asleep.pk).update(is_active=False, is_staff=False)
    assert (
        client.post(
            reverse("admin:accounts_user_change", args=[asleep.pk]), {"email": "mine@example.org"}
        ).status_code
        == 403
    )


def test_the_password_of_who_has_more_cannot_be_set(client: Client):
    desk(client, *EDITS_USERS)
    boss = make_staff()
    words = {"password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(reverse("admin:auth_user_password_change", args=[boss.pk]), words).status_code == 403
    boss.refresh_from_db()
    assert not boss.check_password("another horse battery")


def test_the_selected_are_not_deleted_where_one_of_them_has_more(client: Client):
    desk(client, *EDITS_USERS)
    boss = make_staff()
    body = {"action": "delete_selected", "_selected_action": [str(boss.pk)], "post": "yes"}
    assert client.post(reverse("admin:accounts_user_changelist"), body).status_code == 403
    assert User.objects.filter(pk=boss.pk).exists()


def test_nobody_makes_a_group_of_rights_that_they_do_not_have(client: Client):
    desk(client, *EDITS_GROUPS)
    (right,) = permissions_of(["events.publish_event"])
    assert (
        client.post(reverse("admin:auth_group_add"), {"name": "mine", "permissions": [right.pk]}).status_code
        == 403
    )
    assert not Group.objects.filter(name="mine").exists()


def test_a_group_that_has_more_is_out_of_reach(client: Client):
    desk(client, *EDITS_GROUPS)
    group = Group.objects.create(name="publishers")
    group.permissions.set(permissions_of(["events.publish_event"]))
    assert (
        client.post(
            reverse("admin:auth_group_change", args=[group.pk]), {"name": "mine", "permissions": []}
        ).status_code
        == 403
    )


def test_a_superuser_makes_superusers(client: Client):
    client.force_login(make_staff())
    other = make_person(email="other@example.org")
    assert save(client, other, is_superuser="on") == 302
    assert User.objects.get(pk=other.pk).is_superuser
