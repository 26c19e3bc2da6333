"""The rights on dead letters, formerly named `…_setaside`."""

from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from sources.models import Source

MIGRATION = import_module("sources.migrations.0011_dead_letters")


def test_a_group_keeps_its_right_under_the_new_name(db: None) -> None:
    content_type = ContentType.objects.get_for_model(Source)
    right = Permission.objects.create(
        content_type=content_type, codename="view_setaside", name="Can view set aside"
    )
    group = Group.objects.create(name="readers of dead letters")
    group.permissions.add(right)
    MIGRATION._rename_rights("setaside", "deadletter", "dead letter")(apps, None)
    held = list(group.permissions.values_list("codename", "name"))
    assert held == [("view_deadletter", "Can view dead letter")]
