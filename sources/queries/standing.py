"""How sources did, day by day."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

_UNCHANGED: Final = "coalesce((r.http->>'not_modified')::boolean, (r.http->>'same_bytes')::boolean, false)"
#: By the index on `started_at`. What was asked for a part (a category, a limit) says nothing of the whole.
_DAYS: Final = f"""
SELECT r.source_id, timezone('UTC', r.started_at)::date,
    bool_or(r.state IN ('success', 'partial') AND (r.events_found > 0 OR {_UNCHANGED}))
FROM sources_fetchrun r
WHERE r.started_at >= %(since)s AND r.started_at < %(until)s AND r.state NOT IN ('running', 'cancelled') AND r.params = '{{}}'
GROUP BY 1, 2
"""  # noqa: S608 - the part is a constant of this module


def standing(*, since: date, until: date) -> dict[UUID, dict[date, bool]]:
    """By source and day (UTC, before `until`) whether a run brought something, or an answer like the one before. One query.

    Days without a run that ended are missing.
    """
    found: dict[UUID, dict[date, bool]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"since": f"{since}T00:00:00Z", "until": f"{until}T00:00:00Z"})
        for source_id, day, did_well in cursor.fetchall():
            found.setdefault(source_id, {})[day] = did_well
    return found
