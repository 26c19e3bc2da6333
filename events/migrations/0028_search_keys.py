"""Documents get the keys of city and category, in batches; a text search configuration that nobody reads goes."""

from typing import Any

from django.db import migrations, models

_BATCH = 5_000
_KEYED = """
WITH next AS (
    SELECT s.event_id, array_remove(ARRAY['=category.' || e.category_id, '=city.' || c.slug], NULL) AS keys
    FROM events_eventsearch s JOIN events_event e ON e.id = s.event_id LEFT JOIN places_city c ON c.id = e.city_id
    WHERE s.event_id > %s ORDER BY s.event_id LIMIT %s
), done AS (
    UPDATE events_eventsearch s SET document = s.document || array_to_tsvector(next.keys),
        terms_version = CASE s.terms_version WHEN 1 THEN 2 ELSE s.terms_version END
    FROM next WHERE s.event_id = next.event_id
)
SELECT event_id FROM next ORDER BY event_id DESC LIMIT 1
"""


def add_keys(apps: Any, schema_editor: Any) -> None:
    last = "00000000-0000-0000-0000-000000000000"
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(_KEYED, [last, _BATCH])
            row = cursor.fetchone()
            if row is None:
                return
            (last,) = row


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("events", "0027_suggestions_of_samples"),
        ("places", "0001_cities_areas_places"),
    ]

    operations = [
        migrations.RunPython(add_keys, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="eventsearch", name="event_search_outdated"),
        migrations.AddIndex(
            model_name="eventsearch",
            index=models.Index(
                condition=models.Q(("terms_version__lt", 2)), fields=["event"], name="event_search_outdated"
            ),
        ),
        migrations.RunSQL(
            "DROP TEXT SEARCH CONFIGURATION IF EXISTS nocturne",
            "CREATE TEXT SEARCH CONFIGURATION nocturne (COPY = english)",
        ),
    ]
