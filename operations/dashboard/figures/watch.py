"""Sources that do not do well, and alerts that are open."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, Value, When

from accounts.rights import Actor, may
from operations.dashboard.addresses import address_of
from places.queries.reach import narrowed
from sources.enums import Health
from sources.models import Alert, Source

#: The healths of which operators must know, the most urgent first.
URGENT: Final = (Health.FAILING, Health.REFUSED, Health.QUARANTINED, Health.DEGRADED)
SHOWN: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many active sources have one health, and their list."""

    health: str
    words: str
    count: int
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Active sources by health, the most urgent by name, and the newest open alerts."""

    tallies: list[Tally]
    active: int
    active_link: str
    worst: list[Source]
    alerts: list[Alert]
    alerts_count: int
    alerts_link: str
    sees_alerts: bool


def watch(by: Actor) -> Watch | None:
    """What the actor may see of sources and alerts of their cities (at most four queries)."""
    if not may(by, "sources.view_source"):
        return None
    active = narrowed(Source.objects.filter(is_active=True), by, "city")
    counts = dict(active.order_by().values_list("health").annotate(Count("pk")))
    order = Case(*(When(health=one, then=Value(place)) for place, one in enumerate(URGENT)))
    worst = active.filter(health__in=URGENT).annotate(order=order).order_by("order", "-health_since", "name")
    alerts, alerts_count = _alerts(by)
    return Watch(
        tallies=[_tally(health, counts[health]) for health in (*URGENT, *_QUIET) if counts.get(health)],
        active=sum(counts.values()),
        active_link=address_of("sources_source", is_active__exact=1),
        worst=list(worst[:SHOWN]) if any(counts.get(one) for one in URGENT) else [],
        alerts=alerts,
        alerts_count=alerts_count,
        alerts_link=address_of("sources_alert", resolved_at__isempty=1),
        sees_alerts=may(by, "sources.view_alert"),
    )


_QUIET: Final = tuple(health for health in Health if health not in URGENT)


def _tally(health: Health, count: int) -> Tally:
    link = address_of("sources_source", is_active__exact=1, health__exact=health.value)
    return Tally(health=health.value, words=health.value.replace("_", " "), count=count, link=link)


def _alerts(by: Actor) -> tuple[list[Alert], int]:
    if not may(by, "sources.view_alert"):
        return [], 0
    open_ones = narrowed(Alert.objects.filter(resolved_at__isnull=True), by, "source__city")
    shown = list(open_ones.select_related("source").order_by("-raised_at", "-id")[:SHOWN])
    return shown, len(shown) if len(shown) < SHOWN else open_ones.count()
