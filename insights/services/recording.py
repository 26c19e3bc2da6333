"""Writes what participants do. Whoever gave no consent is written nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from insights.enums import Interaction, Surface
from insights.models import InteractionRow, Participant
from insights.models.log import LAST_RANK, LONGEST_FOLLOWED
from insights.records import Reader

#: The first word of a day stays. What has a rank now and had none is completed, since it tells more. What is done on an event's page
#: without saying where it had been shown takes that of the view of the same day.
_WRITE: Final = """
INSERT INTO insights_interaction AS i (day, participant_id, interaction, event_id, followed, surface, rank, at)
SELECT %(day)s, %(participant)s, t.interaction, t.event_id, t.followed, CASE WHEN v.known THEN v.surface ELSE t.surface END,
    CASE WHEN v.known THEN v.rank ELSE t.rank END, %(at)s
FROM unnest(%(interactions)s::text[], %(events)s::uuid[], %(followed)s::text[], %(surfaces)s::text[], %(ranks)s::smallint[])
    AS t (interaction, event_id, followed, surface, rank)
LEFT JOIN LATERAL (
    SELECT true AS known, seen.surface, seen.rank FROM insights_interaction seen
    WHERE seen.day = %(day)s AND seen.participant_id = %(participant)s AND seen.event_id = t.event_id AND seen.interaction = 'view'
        AND t.surface = '' AND t.interaction <> 'view'
) v ON true
ON CONFLICT ON CONSTRAINT interaction_once DO UPDATE SET surface = excluded.surface, rank = excluded.rank
    WHERE i.rank IS NULL AND excluded.rank IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What was done with which event, or what was followed (`kind:key`), and where it had been shown."""

    interaction: Interaction
    event_id: UUID | None = None
    followed: str = ""
    surface: Surface = Surface.UNKNOWN
    rank: int | None = None


def record(reader: Reader, seen: Iterable[Seen], *, now: datetime) -> int:
    """Write interactions of a reader who agreed; the same one counts once a day. Returns how many were given to the log: 0 without consent."""
    wanted = list({(one.interaction, one.event_id, one.followed): one for one in seen}.values())
    if not wanted or not reader.is_somebody:
        return 0
    day = now.astimezone(UTC).date()
    with transaction.atomic():
        # locked: who withdraws at this moment is not written after
        row = Participant.objects.select_for_update().filter(**reader.columns).first()
        if row is None:
            return 0
        if row.seen_on < day:
            Participant.objects.filter(pk=row.pk).update(seen_on=day)
        _write(row.pk, wanted, day=day, at=now)
    return len(wanted)


def take_back(reader: Reader, seen: Seen) -> int:
    """Delete what the reader undid (saved no more, follows no more), of all days. Returns how many rows."""
    if not reader.is_somebody:
        return 0
    row = Participant.objects.filter(**reader.columns).first()
    if row is None:
        return 0
    same = InteractionRow.objects.filter(participant=row, interaction=seen.interaction)
    return same.filter(event_id=seen.event_id, followed=seen.followed[:LONGEST_FOLLOWED]).delete()[0]


def _write(participant: int, seen: list[Seen], **of: Any) -> None:
    values: dict[str, Any] = {
        "participant": participant,
        "interactions": [one.interaction.value for one in seen],
        "events": [one.event_id for one in seen],
        "followed": [one.followed[:LONGEST_FOLLOWED] for one in seen],
        "surfaces": [one.surface.value for one in seen],
        "ranks": [None if one.rank is None else min(max(one.rank, 0), LAST_RANK) for one in seen],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {**values, **of})
