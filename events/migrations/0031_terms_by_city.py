"""An index of the terms of each city: the beginning of a word in a city is found in its terms alone."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import F

from events.models.search import TermsByCity

# As `events.models.search.place_of`. No term holds the character that parts them.
_FUNCTION = """
CREATE OR REPLACE FUNCTION events_terms_by_city(document tsvector) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    terms text[] := tsvector_to_array(document);
    term text;
    place text;
BEGIN
    FOREACH term IN ARRAY terms LOOP
        IF starts_with(term, '=city.') THEN
            place := left(md5(term), 3) || '.';
            EXIT;
        END IF;
    END LOOP;
    RETURN array_to_tsvector(string_to_array(place || array_to_string(terms, E'\\x01' || place), E'\\x01'));
END $$
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("events", "0030_collections")]

    operations = [
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION events_terms_by_city(tsvector)"),
        AddIndexConcurrently(
            model_name="eventsearch",
            index=django.contrib.postgres.indexes.GinIndex(
                TermsByCity(F("document")), name="event_search_by_city"
            ),
        ),
    ]
