"""Say of listings that came of what teams wrote whose they are."""

from django.db import migrations

_TOLD = """
UPDATE events_listing l SET told_by_id = w.organizer_id
FROM organizers_writtenevent w, events_origin o
WHERE o.slug = 'submissions' AND l.origin_id = o.key AND l.external_id = 'submission:' || w.run_id AND w.finished_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organizers", "0002_pictures_of_drafts"),
        ("events", "0039_told_by_teams"),
    ]

    operations = [migrations.RunSQL(_TOLD, migrations.RunSQL.noop)]
