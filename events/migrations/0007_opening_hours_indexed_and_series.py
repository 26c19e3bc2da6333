from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0006_fitting_facts_and_titles_by_day")]

    operations = [
        migrations.RemoveField(model_name="series", name="expanded_until"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("publication", "approved"), models.Q(("opening_hours", ""), _negated=True)),
                fields=["end_date", "start_date", "opening_hours"],
                name="event_approved_hours",
            ),
        ),
    ]
