"""Whoever had rights before cities counted keeps them in all cities.

1. The group `moderator` becomes `senior`: its members worked in all cities. `ensure_roles` makes the new `moderator`.
2. Every other group, and every account, with a right on what belongs to cities gets `places.oversee_city`.

A group of an installation's own that is called `senior` already becomes `senior (own)`.
"""

from django.db import migrations

_APPS = ('events', 'places', 'moderation', 'sources', 'outbox', 'digests', 'egress', 'flags')


def keep_reach(apps, schema_editor):
    Group, Permission = apps.get_model('auth', 'Group'), apps.get_model('auth', 'Permission')
    groups = list(Group.objects.filter(permissions__content_type__app_label__in=_APPS).distinct())
    User = apps.get_model('accounts', 'User')
    people = list(User.objects.filter(user_permissions__content_type__app_label__in=_APPS).distinct())
    former = Group.objects.filter(name='moderator').first()
    if not groups and not people and former is None:
        return
    kind, _ = apps.get_model('contenttypes', 'ContentType').objects.get_or_create(app_label='places', model='city')
    oversee, _ = Permission.objects.get_or_create(
        content_type=kind, codename='oversee_city', defaults={'name': 'Can work in all cities, and on what belongs to none'}
    )
    for group in groups:
        group.permissions.add(oversee)
    for person in people:
        person.user_permissions.add(oversee)
    if former is not None:
        Group.objects.filter(name='senior').update(name='senior (own)')
        Group.objects.filter(pk=former.pk).update(name='senior')


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0010_cities_of_moderators'),
        ('accounts', '0004_limits_without_valkey'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [migrations.RunPython(keep_reach, migrations.RunPython.noop)]
