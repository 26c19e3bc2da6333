"""Updates the search table in the same transaction as the events, with two queries for any number of events."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from events.models import Event
from pipeline.text.copies import text_key

_REFRESH = """
INSERT INTO events_eventsearch (event_id, document, folded_title, text_key)
SELECT e.id,
       setweight(to_tsvector('nocturne', e.title), 'A')
       || setweight(to_tsvector('nocturne', e.venue_name || ' ' || array_to_string(e.performers, ' ')), 'B')
       || setweight(to_tsvector('nocturne', concat_ws(' ', array_to_string(e.tags, ' '), e.category_id, e.subcategory, e.venue_city)), 'C')
       || setweight(to_tsvector('nocturne', left(regexp_replace(e.description, '<[^>]*>', ' ', 'g'), 20000)), 'D'),
       left(lower(unaccent(e.title)), 300),
       k.key
FROM unnest(%s::uuid[], %s::bigint[]) AS k (id, key) JOIN events_event e ON e.id = k.id
ON CONFLICT (event_id) DO UPDATE SET document = excluded.document, folded_title = excluded.folded_title, text_key = excluded.text_key
"""


def refresh(event_ids: Iterable[UUID]) -> None:
    """Compute the search text of these events, and the key by which copies of their descriptions are found."""
    keys = {
        pk: text_key(words)
        for pk, words in Event.objects.filter(pk__in=list(event_ids)).values_list("pk", "description")
    }
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, [list(keys), list(keys.values())])
