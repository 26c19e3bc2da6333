from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the one that adds the constraint, so that nobody waits while rows are checked."""

    dependencies = [("moderation", "0027_photos")]

    operations = [ValidateConstraint(model_name="review", name="review_kind")]
