"""The side table that search reads: refreshed in the same transaction as the events, one query for any number."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

_REFRESH = """
INSERT INTO events_eventsearch (event_id, document, folded_title)
SELECT e.id,
       setweight(to_tsvector('nocturne', e.title), 'A')
       || setweight(to_tsvector('nocturne', e.venue_name || ' ' || array_to_string(e.performers, ' ')), 'B')
       || setweight(to_tsvector('nocturne', concat_ws(' ', array_to_string(e.tags, ' '), e.category_id, e.subcategory, e.venue_city)), 'C')
       || setweight(to_tsvector('nocturne', left(regexp_replace(e.description, '<[^>]*>', ' ', 'g'), 20000)), 'D'),
       left(lower(unaccent(e.title)), 300)
FROM events_event e WHERE e.id = ANY(%s)
ON CONFLICT (event_id) DO UPDATE SET document = excluded.document, folded_title = excluded.folded_title
"""


def refresh(event_ids: Iterable[UUID]) -> None:
    """Compute the search text of these events anew."""
    ids = list(event_ids)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, [ids])
