"""One key for all sources of a platform: which platforms lack theirs, and giving it to their sources."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from pipeline.connectors import registry
from pipeline.contract.exceptions import UnknownConnector
from places.queries.reach import narrowed
from sources.enums import Health
from sources.models import Credential, Source
from sources.monitoring.health import refresh

#: The right to set up sources.
CHANGE = "sources.change_source"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanting:
    """A platform that lacks its key, and how many switched-off sources wait for it, in how many cities.

    `variables` of the environment are another way to give it.
    """

    connector: str
    title: str
    sources: int
    cities: int
    variables: tuple[str, ...]


def waiting_for_keys(rows: QuerySet[Source]) -> QuerySet[Source]:
    """Those of `rows` that want nothing but a key: they are switched off, and have no credential of their own."""
    return rows.filter(health=Health.NEEDS_KEY, is_active=False, credential__isnull=True)


def platforms_wanting(rows: QuerySet[Source]) -> list[Wanting]:
    """The platforms of the sources of `rows` that want nothing but a key, by title (one query)."""
    counts = (
        waiting_for_keys(rows)
        .order_by()
        .values_list("connector")
        .annotate(Count("pk"), Count("city", distinct=True))
    )
    return sorted((_wanting(*row) for row in counts), key=lambda one: one.title)


def give_key(credential: Credential, *, by: Actor, now: datetime) -> int:
    """Let all sources of the credential's platform that have none use it. Returns how many.

    They stay off until somebody switches them on. A platform that needs no key, such as a webhook, shares none: there
    each publisher has their own. Raises RightMissing.
    """
    require(by, CHANGE)
    known = registry.CONNECTORS.get(credential.connector)
    if known is None or not known.metadata.needs_key:
        return 0
    with transaction.atomic():
        mine = narrowed(
            Source.objects.filter(connector=credential.connector, credential__isnull=True), by, "city"
        )
        taken = list(mine.select_for_update(of=("self",)).order_by("pk"))
        for source in taken:
            source.credential = credential
        Source.objects.bulk_update(taken, ["credential"])
        record_action(
            by, Action.CREDENTIAL_CHANGED, target=target_of(credential), after={"sources": len(taken)}
        )
    _judge([source.pk for source in taken], now)
    return len(taken)


def _judge(ids: Collection[UUID], now: datetime) -> None:
    """The health of the sources with their new key."""
    refresh(list(Source.objects.filter(pk__in=ids).select_related("city").order_by("pk")), now=now)


def _wanting(connector: str, sources: int, cities: int) -> Wanting:
    try:
        metadata = registry.get(connector).metadata
    except UnknownConnector:
        return Wanting(connector=connector, title=connector, sources=sources, cities=cities, variables=())
    return Wanting(
        connector=connector,
        title=metadata.title,
        sources=sources,
        cities=cities,
        variables=metadata.variables,
    )
