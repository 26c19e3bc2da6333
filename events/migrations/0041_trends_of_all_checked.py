from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0040_trends_of_all"),
    ]

    operations = [
        ValidateConstraint(model_name="eventtrend", name="event_trend_score"),
        ValidateConstraint(model_name="eventtrend", name="event_trend_rank"),
    ]
