"""Existing accounts were made by operators: their addresses count as verified, so that they can sign in."""

from typing import Any

from django.db import migrations


def make_addresses(apps: Any, _editor: Any) -> None:
    users, addresses = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    held = addresses.objects.values("user_id")
    missing = users.objects.exclude(pk__in=held).values_list("pk", "email")
    addresses.objects.bulk_create(
        [addresses(user_id=pk, email=email.lower(), verified=True, primary=True) for pk, email in missing.iterator()],
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [  # noqa: RUF012 - Django's own form
        ("accounts", "0004_limits_without_valkey"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(make_addresses, migrations.RunPython.noop)]  # noqa: RUF012
