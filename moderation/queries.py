"""Queries on decisions."""

from uuid import UUID

from django.db.models import Q, QuerySet

from moderation.models import Decision


def decisions_on(object_id: UUID) -> QuerySet[Decision]:
    """The decisions on one object, newest first.

    For an event also those of rules on batches that contained it.
    """
    return (
        Decision.objects.filter(Q(object_id=object_id) | Q(events__contains=[object_id]))
        .select_related("by", "review")
        .order_by("-at", "-pk")
    )
