"""A source names its credential; it holds none itself. In a migration of its own: PostgreSQL alters no table that has deferred checks to do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_move_credentials")]

    operations = [migrations.RemoveField(model_name="source", name="credentials")]
