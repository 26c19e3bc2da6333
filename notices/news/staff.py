"""What waits for moderators each morning, how good the data of the week were, and alerts of operators."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

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
#: Of whoever is told of the quality of data.
_SEES_SOURCES: Final = ("sources", "view_source")
_SOON: Final = timedelta(hours=24)


def mornings(*, now: datetime) -> Iterator[News]:
    """For each moderator whose morning it is: how much waits for a decision in their cities. Nothing where nothing does."""
    for person, local in _awake(_RIGHT, now):
        day = local.date().isoformat()
        waiting = reviews_for(person, Review.objects.filter(state=ReviewState.OPEN))
        oldest = waiting.aggregate(first=Min("created_at"))["first"]
        if oldest is None:
            continue
        soon = waiting.filter(starts_at__gt=now, starts_at__lte=now + _SOON).count()
        yield News(
            to=Receiver(user_id=person.pk), kind=Kind.QUEUE, subject="queue", period=day,
            facts={"count": waiting.count(), "soon": soon, "oldest": oldest.isoformat(), "path": reverse("admin:moderation_review_changelist")},
        )  # fmt: skip


def weekly(facts_for: Callable[[User], Mapping[str, Any] | None], *, now: datetime) -> Iterator[News]:
    """For each member of staff who may see sources and whose morning it is: the report of the week, if it was not told yet.

    It is of a Monday, and of a later day of the week only where nothing ran on the days before.
    """
    for person, local in _awake(_SEES_SOURCES, now):
        facts = facts_for(person)
        if facts is not None:
            yield News(
                to=Receiver(user_id=person.pk), kind=Kind.QUALITY, subject="quality", period=_week(local), facts=facts,
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


#: What each right's holders are told, and how far back a notice of the same period can be.
_TOLD: Final[Mapping[tuple[str, str], tuple[Kind, timedelta]]] = {
    _RIGHT: (Kind.QUEUE, timedelta(days=2)),
    _SEES_SOURCES: (Kind.QUALITY, timedelta(days=8)),
}


def _awake(right: tuple[str, str], now: datetime) -> Iterator[tuple[User, datetime]]:
    """The staff with a right whose morning it is and who were not told in this period, with the time where they are."""
    app, code = right
    granted = {"permissions__codename": code, "permissions__content_type__app_label": app}
    by_group = Q(**{f"groups__{name}": value for name, value in granted.items()})
    alone = Q(**{f"user_{name}": value for name, value in granted.items()})
    people = list(
        User.objects.filter(Q(is_superuser=True) | by_group | alone, is_active=True, is_staff=True)
        .order_by("pk")
        .distinct()
    )
    wants = Preferences.objects.select_related("city").in_bulk([person.pk for person in people])
    kind, back = _TOLD[right]
    rows = Notice.objects.filter(user__in=people, kind=kind, made_at__gt=now - back)
    told = set(rows.values_list("user", "period"))
    for person in people:
        local = now.astimezone(zone_of(person, wants.get(person.pk) or Preferences(user=person)))
        period = _week(local) if kind is Kind.QUALITY else local.date().isoformat()
        if local.hour in MORNING and (person.pk, period) not in told and may(person, ".".join(right)):
            yield person, local


def _week(local: datetime) -> str:
    """The ISO week, such as `2026-W48`."""
    year, week, _ = local.date().isocalendar()
    return f"{year}-W{week:02}"
