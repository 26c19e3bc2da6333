from django.db import migrations, models

#: Who subscribed before agreed when they confirmed, and is due on the day and at the hour that they had.
_KEEP = """
UPDATE digests_subscription
SET scheduled_at = coalesce(confirmed_at, requested_at), consented_at = confirmed_at
"""


class Migration(migrations.Migration):
    dependencies = [("digests", "0007_schedules_targets_consent")]

    operations = [
        migrations.RunSQL(_KEEP, migrations.RunSQL.noop, elidable=True),
        migrations.AlterField(
            model_name="subscription",
            name="weekday",
            field=models.PositiveSmallIntegerField(default=0, help_text="0 is Monday"),
        ),
    ]
