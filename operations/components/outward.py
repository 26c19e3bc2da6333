"""What reaches others: mail, the live feed, and each class of sources."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min

from digests.enums import DeliveryState
from digests.models import Delivery
from mail.enums import Health as ProviderHealth
from mail.health import standings
from operations.components.records import Finding
from operations.enums import State
from operations.measures.behind import changes
from operations.models import MetricMinute
from outbox.queries import position
from realtime.connections.registry import open_registry
from sources.enums import Health
from sources.models import Source

#: A mail waits for so long.
WAITS: Final = timedelta(minutes=30)
#: Changes that the slowest hub has not sent.
BEHIND: Final = 1_000
#: A change is without a number for so long.
UNNUMBERED: Final = timedelta(minutes=2)
#: A web process reports within this of the first look at it; what was measured before `WATCHED` was another start.
STARTS, WATCHED = timedelta(minutes=2), timedelta(minutes=4)
_URGENT: Final = (Health.FAILING, Health.REFUSED, Health.QUARANTINED, Health.DEGRADED)


def mail(*, now: datetime) -> Finding:
    """Whether a provider takes mails, and whether mails wait."""
    providers = standings(now=now)
    ill = [one.name for one in providers if one.health in (ProviderHealth.FAILING, ProviderHealth.RESTING)]
    waiting = Delivery.objects.filter(
        state__in=[DeliveryState.RECORDED, DeliveryState.FAILED], created_at__gt=now - timedelta(days=1)
    ).aggregate(count=Count("pk"), oldest=Min("created_at"))
    late = now - waiting["oldest"] if waiting["oldest"] else timedelta()
    if providers and len(ill) == len(providers):
        return Finding(
            name="mail",
            state=State.DOWN,
            detail=f"No provider takes mails: {', '.join(sorted(set(ill)))[:200]}.",
            remedy="See Mail, Providers in the admin for their last answers; check key, balance and network.",
        )
    if ill or late > WAITS:
        return Finding(
            name="mail",
            state=State.DEGRADED,
            detail=f"{waiting['count']} mails wait, the oldest for {late.total_seconds() / 60:.0f} minutes.",
            remedy="See Mail, Providers in the admin, and whether the worker of the queue notify runs.",
        )
    return Finding(name="mail", detail=f"{waiting['count']} mails wait.")


def live(*, now: datetime) -> Finding:
    """Whether a hub reports, and sends what was committed. Raises redis.RedisError.

    The hub of a process starts with its first reader. So where none reports, and none is missed, there is nobody to send anything to.
    """
    registry = open_registry()
    hubs, here = registry.hub_stats(), position()
    if not hubs and not registry.is_missed():
        return Finding(name="live", detail="No reader is connected; it starts with the first one.")
    if not hubs and not _was_watched(now):
        return Finding(
            name="live",
            state=State.UNKNOWN,
            detail="It starts: no web process has reported yet.",
            remedy="Wait for two minutes; then it says how the live feed does.",
        )
    if not hubs:
        return Finding(
            name="live",
            state=State.DOWN,
            detail="The web processes that reported ended without signing off.",
            remedy="Start a web process. It reports when the first reader connects.",
        )
    behind = max((here.number - each.offset for each in hubs if each.epoch == here.epoch), default=0)
    late = timedelta(seconds=changes().seconds(now=now))
    if behind <= BEHIND and late <= UNNUMBERED:
        return Finding(name="live", detail=f"{len(hubs)} processes, {max(0, behind)} changes to send.")
    return Finding(
        name="live",
        state=State.DEGRADED,
        detail=f"The slowest process is {behind} changes behind; the oldest without a number waits for {late.total_seconds():.0f} s.",
        remedy="Restart the slow web process, and see in pg_stat_activity whether a transaction stays open.",
    )


def _was_watched(now: datetime) -> bool:
    """Whether the installation ran so long ago that a web process must have reported since."""
    return MetricMinute.objects.filter(at__gt=now - WATCHED, at__lte=now - STARTS).exists()


def sources(*, now: datetime) -> list[Finding]:
    """Each class of sources that are switched on (one query)."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Source.objects.filter(is_active=True).order_by().values_list("type", "health")
    for kind, health, count in rows.annotate(count=Count("pk")):
        counts[kind][health] = count
    return [_class_of(kind, counts[kind]) for kind in sorted(counts)]


def _class_of(kind: str, by_health: dict[str, int]) -> Finding:
    total = sum(by_health.values())
    ill = sum(by_health.get(health, 0) for health in _URGENT)
    keyless = by_health.get(Health.NEEDS_KEY, 0)
    detail = f"{total - ill - keyless} of {total} do well."
    if keyless:
        detail += f" {keyless} lack a key."
    if 2 * ill < total or not ill:
        return Finding(name=f"sources:{kind}", detail=detail)
    return Finding(
        name=f"sources:{kind}",
        state=State.DOWN if ill == total else State.DEGRADED,
        detail=detail,
        remedy=f"See the list of sources in the admin, type {kind}: each says what to do.",
    )
