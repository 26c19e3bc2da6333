from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0039_told_by_teams"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="eventtrend", name="event_trend_score"),
        migrations.RemoveConstraint(model_name="eventtrend", name="event_trend_rank"),
        AddConstraintNotValid(
            model_name="eventtrend",
            constraint=models.CheckConstraint(condition=models.Q(("score__gte", 0), ("score__lte", 1)), name="event_trend_score"),
        ),
        AddConstraintNotValid(
            model_name="eventtrend",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__isnull", True), ("rank__gte", 1), _connector="OR"), name="event_trend_rank"
            ),
        ),
    ]
