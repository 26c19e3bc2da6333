from typing import Any

from django.db import migrations, models


def forget_axes(apps: Any, _schema_editor: Any) -> None:
    """Its rights go with it."""
    apps.get_model("contenttypes", "ContentType").objects.filter(app_label="axes").delete()


class Migration(migrations.Migration):
    """Guesses are counted here; django-axes, which kept logins and addresses in the clear, is gone with its tables (decisions/0033)."""

    dependencies = [("accounts", "0002_rights"), ("contenttypes", "0002_remove_content_type_name"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [
        migrations.CreateModel(
            name="GuessCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("device", "a known browser at its account"),
                            ("network_at_account", "one network at one account"),
                            ("all_at_account", "all unknown browsers at one account"),
                            ("network", "one network at all accounts"),
                        ],
                        max_length=24,
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(
            [
                "DROP TABLE IF EXISTS axes_accessattemptexpiration, axes_accessattempt, axes_accessfailurelog, axes_accesslog",
                "DELETE FROM django_migrations WHERE app = 'axes'",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(forget_axes, migrations.RunPython.noop),
    ]
