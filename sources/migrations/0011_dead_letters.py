"""What was called "set aside" is called a dead letter. Table and columns keep their names, which running processes
use; the rights are renamed, so that every group keeps them."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def _rename_rights(old: str, new: str, words: str):
    def rename(apps, schema_editor):
        rights = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="sources")
        for verb in ("add", "change", "delete", "view"):
            rights.filter(codename=f"{verb}_{old}").update(codename=f"{verb}_{new}", name=f"Can {verb} {words}")

    return rename


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0010_no_address_with_a_secret"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelTable("setaside", "sources_setaside"),
        migrations.RenameModel("SetAside", "DeadLetter"),
        migrations.AlterModelOptions("deadletter", {"ordering": ["-added_at"], "verbose_name": "dead letter"}),
        migrations.AlterField(
            "deadletter", "set_aside_at", models.DateTimeField(db_column="set_aside_at", default=django.utils.timezone.now)
        ),
        migrations.RenameField("deadletter", "set_aside_at", "added_at"),
        migrations.AlterField(
            "deadletter",
            "source",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="dead_letters", to="sources.source"
            ),
        ),
        migrations.AlterField(
            "deadletter", "strikes", models.PositiveSmallIntegerField(default=1, help_text="how often it failed")
        ),
        migrations.AlterField(
            "deadletter",
            "code",
            models.CharField(help_text="version of the code that it failed with", max_length=16),
        ),
        migrations.AlterField(
            "deadletter",
            "try_again_at",
            models.DateTimeField(blank=True, help_text="when an operator asked to try it again", null=True),
        ),
        migrations.RunPython(
            _rename_rights("setaside", "deadletter", "dead letter"),
            _rename_rights("deadletter", "setaside", "set aside"),
        ),
    ]
