"""What a higher app forecasts of sources, kept with them for the list and the API."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from sources.models import Source

_NOTE = """
UPDATE sources_source s SET failing_chance = t.chance
FROM unnest(%(sources)s::uuid[], %(chances)s::float8[]) AS t (source_id, chance) WHERE s.id = t.source_id
"""


def note_chances(chances: Mapping[UUID, float]) -> None:
    """Keep the chance that each of these sources fails in the coming days; of all others none is kept. Two queries at most."""
    Source.objects.filter(failing_chance__isnull=False).exclude(pk__in=chances).update(failing_chance=None)
    if chances:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"sources": list(chances), "chances": list(chances.values())})
