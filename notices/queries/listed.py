"""The list of a person's notices."""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from notices.enums import NoticeState
from notices.models import Notice


def notices_of(person: User, *, unread: bool = False) -> QuerySet[Notice]:
    """What the person was told, the newest first; with `unread` only what they have not read."""
    rows = Notice.objects.filter(user=person, state=NoticeState.TOLD).order_by("-told_at", "-pk")
    return rows.filter(read_at=None) if unread else rows


def unread_of(user_ids: Collection[UUID]) -> Counter[UUID]:
    """How many notices each of these accounts has not read. One query."""
    rows = Notice.objects.filter(user__in=user_ids, state=NoticeState.TOLD, read_at=None)
    return Counter(dict(rows.order_by().values_list("user").annotate(Count("pk"))))


def before(rows: QuerySet[Notice], notice_id: UUID) -> QuerySet[Notice]:
    """Of `rows` those after this notice in their order; none where there is no such notice."""
    found = Notice.objects.filter(pk=notice_id, told_at__isnull=False).first()
    if found is None:
        return rows.none()
    return rows.filter(Q(told_at__lt=found.told_at) | Q(told_at=found.told_at, pk__lt=found.pk))
