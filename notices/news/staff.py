"""What waits for moderators each morning, and alerts of operators."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min, Q
from django.urls import reverse

from accounts.models import User
from accounts.rights import may
from moderation.enums import ReviewState
from moderation.models import Review
from moderation.queries import reviews_for
from notices.enums import Kind
from notices.models import Notice
from notices.records import News, Receiver
from personal.models import Preferences
from personal.queries import zone_of

#: By the moderator's own clock. Later than noon nobody is told of the morning.
MORNING: Final = range(8, 12)
_RIGHT: Final = ("moderation", "change_review")
_SOON: Final = timedelta(hours=24)


def mornings(*, now: datetime) -> Iterator[News]:
    """For each moderator whose morning it is: how much waits for a decision in their cities. Nothing where nothing does."""
    for person, day in _awake(now):
        waiting = reviews_for(person, Review.objects.filter(state=ReviewState.OPEN))
        oldest = waiting.aggregate(first=Min("created_at"))["first"]
        if oldest is None:
            continue
        soon = waiting.filter(starts_at__gt=now, starts_at__lte=now + _SOON).count()
        yield News(
            to=Receiver(user_id=person.pk), kind=Kind.QUEUE, subject="queue", period=day,
            facts={"count": waiting.count(), "soon": soon, "oldest": oldest.isoformat(), "path": reverse("admin:moderation_review_changelist")},
        )  # fmt: skip


def alert(addresses: Collection[str], lines: Sequence[str], *, more: int, now: datetime) -> Iterator[News]:
    """The alerts of one message, for the accounts of these operators, who got it by mail."""
    facts = {
        "lines": [line[:300] for line in lines], "count": len(lines) + more, "path": reverse("admin:sources_source_changelist"),
    }  # fmt: skip
    for person in User.objects.filter(email__in=addresses, is_active=True, is_staff=True):
        yield News(
            to=Receiver(user_id=person.pk), kind=Kind.ALERT, subject="alerts", period=now.isoformat(), facts=facts, is_mailed=True,
            due_at=now,
        )  # fmt: skip


def _awake(now: datetime) -> Iterator[tuple[User, str]]:
    """The moderators whose morning it is and who were not told today, with the day where they are."""
    app, code = _RIGHT
    granted = {"permissions__codename": code, "permissions__content_type__app_label": app}
    by_group = Q(**{f"groups__{name}": value for name, value in granted.items()})
    alone = Q(**{f"user_{name}": value for name, value in granted.items()})
    people = list(
        User.objects.filter(Q(is_superuser=True) | by_group | alone, is_active=True, is_staff=True)
        .order_by("pk")
        .distinct()
    )
    wants = Preferences.objects.select_related("city").in_bulk([person.pk for person in people])
    told = _told(people, now)
    for person in people:
        local = now.astimezone(zone_of(person, wants.get(person.pk) or Preferences(user=person)))
        day = local.date().isoformat()
        if local.hour in MORNING and (person.pk, day) not in told and may(person, ".".join(_RIGHT)):
            yield person, day


def _told(people: Sequence[User], now: datetime) -> set[tuple[UUID | None, str]]:
    rows = Notice.objects.filter(user__in=people, kind=Kind.QUEUE, made_at__gt=now - timedelta(days=2))
    return set(rows.values_list("user", "period"))
