from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """In a transaction of its own, so that writers go on while all rows are checked."""

    dependencies = [("notices", "0004_quality_kind")]

    operations = [ValidateConstraint(model_name="notice", name="notice_kind")]
