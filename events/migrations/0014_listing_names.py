"""Two fields of listings get the terms of the glossary. The columns keep their names, which running processes
use."""

from django.db import migrations, models

MISMATCHED = "since when it no longer matches the event's other listings; facts from then on are not effective"
ACCEPTED = (
    "the effective part of the facts, where that is not all: for a mismatched listing its facts when it last matched, else what was accepted"
)


class Migration(migrations.Migration):
    dependencies = [("events", "0013_dress_code")]

    operations = [
        migrations.AlterField(
            "listing",
            "stray_since",
            models.DateTimeField(blank=True, db_column="stray_since", help_text=MISMATCHED, null=True),
        ),
        migrations.RenameField("listing", "stray_since", "mismatched_since"),
        migrations.AlterField(
            "listing", "fitting", models.JSONField(blank=True, db_column="fitting", help_text=ACCEPTED, null=True)
        ),
        migrations.RenameField("listing", "fitting", "accepted"),
    ]
