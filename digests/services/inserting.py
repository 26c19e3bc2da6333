"""Writes recorded digests, many by one statement: a parameter for each value took longer than choosing their events."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from digests.models import Delivery

_COLUMNS: Final = {
    "id": "uuid", "subscription_id": "uuid", "kind": "text", "period": "text", "state": "text", "event_ids": "uuid[]", "marks": "text[]",
    "changed": "int", "error": "text", "request_id": "text", "created_at": "timestamptz",
}  # fmt: skip
_INSERT: Final = f"""
INSERT INTO digests_delivery ({", ".join(_COLUMNS)}, subject, message_id, attempts)
SELECT {", ".join(_COLUMNS)}, '', '', 0
  FROM jsonb_to_recordset(%s::jsonb) AS row ({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
    ON CONFLICT DO NOTHING
"""  # noqa: S608 (names of ours)


def insert(rows: Sequence[Delivery]) -> None:
    """Store recorded mails that nobody has claimed. Where a subscription has one of the period, that one stays."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [json.dumps([_values(row) for row in rows])])


def _values(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.id.hex, "subscription_id": row.subscription_id.hex, "kind": str(row.kind), "period": row.period, "state": str(row.state),
        "event_ids": [pk.hex for pk in row.event_ids], "marks": row.marks, "changed": row.changed, "error": row.error,
        "request_id": row.request_id, "created_at": row.created_at.isoformat(),
    }  # fmt: skip
