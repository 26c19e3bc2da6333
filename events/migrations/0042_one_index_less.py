"""An index of unpublished events goes: `event_publication_newest` answers what it was asked."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0041_trends_of_all_checked")]

    operations = [RemoveIndexConcurrently(model_name="event", name="event_unpublished")]
