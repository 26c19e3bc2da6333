"""Cohorts of subscribers, which `insights` keeps and `digests` knows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek

from digests.models import Subscription
from insights.figures.cohorts import Cohort


def subscribers(week: date, now: datetime) -> Iterable[Cohort]:
    """Subscriptions by the week in which they were first confirmed. Active: not ended, whatever its cadence. One query."""
    rows = Subscription.objects.filter(confirmed_at__lte=now)
    grouped = rows.annotate(began=TruncWeek("confirmed_at", tzinfo=UTC)).order_by().values("began")
    counted = grouped.annotate(people=Count("pk"), running=Count("pk", filter=Q(active=True)))
    return [Cohort(began=row["began"].date(), people=row["people"], active=row["running"]) for row in counted]
