"""What readers are told of the sources: which there are, when each was last read, and how many events it lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from events.enums import Publication
from events.models import Listing
from flags.services import kinds_off
from pipeline.contract.enums import SourceType
from pipeline.masking import has_secret
from sources.enums import Health
from sources.models import Source

#: More are not listed on one page.
MOST: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A source without anything that is not for readers. `city` is '' where it is for several; `url` leads to it or is ''.

    `terms` is its own page of terms, '' where it has none of its own.
    """

    name: str
    url: str
    city: str
    city_slug: str
    connector: str
    terms: str
    minutes: int
    covered_at: datetime | None
    health: Health
    is_active: bool
    is_sample: bool
    upcoming: int


def told_sources(*, now: datetime) -> list[Told]:
    """The sources that are asked, and those that were, by city and name, in two queries. What people send is none of them."""
    rows = list(
        Source.objects.filter(Q(is_active=True) | Q(covered_at__isnull=False))
        .exclude(type__in=[SourceType.SUBMISSION, SourceType.WEBHOOK])
        .exclude(connector__in=kinds_off())
        .select_related("city")
        .only(
            "name", "url", "city__name", "city__slug", "connector", "terms", "schedule_minutes", "covered_at", "health", "is_active", "is_sample",
        )
        .order_by("city__name", "name", "id")[:MOST]
    )  # fmt: skip
    upcoming = _upcoming([row.id for row in rows], now)
    return [
        Told(
            name=row.name,
            url=row.url if row.url.startswith("http") and not has_secret(row.url) else "",
            city=row.city.name if row.city else "",
            city_slug=row.city.slug if row.city else "",
            connector=row.connector,
            terms=str(row.terms.get("url", "")),
            minutes=row.schedule_minutes,
            covered_at=row.covered_at,
            health=Health(row.health),
            is_active=row.is_active,
            is_sample=row.is_sample,
            upcoming=upcoming.get(row.id, 0),
        )
        for row in rows
    ]


def _upcoming(keys: Sequence[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many events that readers see, and that have not begun, each of these sources lists."""
    counted = (
        Listing.objects.filter(
            origin_id__in=keys,
            missing_since__isnull=True,
            event__publication=Publication.APPROVED,
            event__start_at__gte=now,
        )
        .order_by()
        .values_list("origin_id")
        .annotate(Count("event_id", distinct=True))
    )
    return dict(counted)
