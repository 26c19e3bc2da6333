"""Queries on decisions."""

from uuid import UUID

from django.db.models import Q, QuerySet

from moderation.models import Decision


def decisions_on(object_id: UUID) -> QuerySet[Decision]:
    """The verdicts on one object, the newest first; on an event those of rules too, on a batch that it came
    with."""
    return (
        Decision.objects.filter(Q(object_id=object_id) | Q(events__contains=[object_id]))
        .select_related("by", "review")
        .order_by("-at", "-pk")
    )
