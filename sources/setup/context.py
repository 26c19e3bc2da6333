"""Describes a source to the pure parts: parameters, context, origin, trust, policy."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F

from egress.records import RequestPolicy
from events.enums import Publication
from events.models import Event, Origin
from moderation.rules import SourceTrust
from pipeline.connectors import registry
from pipeline.contract.connector import FetchParams
from pipeline.contract.draft import SourceContext
from pipeline.dates.event_times import AT_MOST
from pipeline.dates.window import LOOKBACK
from pipeline.text.sanitize import public_url
from places import queries
from sources.credentials.store import quota_key
from sources.enums import Trust
from sources.models import Source
from sources.setup import ai_extractor
from sources.setup.quality_gates import rules

TRUST = {Trust.TRUSTED: 0.9, Trust.NORMAL: 0.5, Trust.DOUBTFUL: 0.2, Trust.BLOCKED: 0.0}


#: Publication states of events that take place, or may.
_MEANT = (
    Publication.DRAFT,
    Publication.PENDING,
    Publication.FLAGGED,
    Publication.APPROVED,
    Publication.ARCHIVED,
)
#: Ends that a source gave within this time count, and so many of a category make a usual length.
USUAL_SINCE, USUAL_FROM = timedelta(days=180), 20


def params_for(source: Source, *, now: datetime, base_url: str = "") -> FetchParams:
    """The parameters for the source's connector now."""
    city = source.city
    return FetchParams(
        now=now,
        start=now - LOOKBACK,
        end=now + timedelta(days=settings.HORIZON_DAYS),
        lat=city.lat if city else None,
        lng=city.lng if city else None,
        radius_km=city.radius_km if city else None,
        category=source.default_category,
        checkpoint={**source.checkpoint, **known_places(source)},
        timezone=source.timezone or (city.timezone if city else ""),
        language=source.language,
        base_url=base_url,
        extractor=ai_extractor.extractor(),
    )


def context_for(source: Source, *, now: datetime) -> SourceContext:
    """The context for the steps, with the present quality gates (3 queries)."""
    return SourceContext(
        source_key=str(source.id),
        source_name=source.name,
        city=source.city.slug if source.city else "",
        timezone=source.timezone or (source.city.timezone if source.city else ""),
        language=source.language,
        trust=source.trust,
        default_category=source.default_category,
        now=now,
        horizon_days=settings.HORIZON_DAYS,
        usual_hours=usual_hours(source, now=now),
        usual_categories=usual_categories(source, now=now),
        quality=rules(),
        step_seconds=settings.STEP_SECONDS_PER_RECORD,
    )


def usual_hours(source: Source, *, now: datetime) -> dict[str, float]:
    """The usual length of the source's events by category, in hours (one query).

    The median of the events of the last half year with an end, where there are enough.
    """
    told = Event.objects.filter(
        listings__origin=source.pk,
        start_at__gte=now - USUAL_SINCE,
        end_at__gt=F("start_at"),
        end_at__lte=F("start_at") + AT_MOST,
        all_day=False,
        time_known=True,
    )
    length = ExpressionWrapper(F("end_at") - F("start_at"), output_field=DurationField())
    rows = (
        told.order_by()
        .values("category_id")
        .annotate(median=_Median(length), told=Count("pk"))
        .filter(told__gte=USUAL_FROM)
    )
    return {row["category_id"]: round(row["median"].total_seconds() / 3600, 2) for row in rows}


def usual_categories(source: Source, *, now: datetime) -> dict[str, int]:
    """The source's events of the last half year by category, with moderators' corrections (one query)."""
    told = Event.objects.filter(
        listings__origin=source.pk, start_at__gte=now - USUAL_SINCE, publication__in=_MEANT
    )
    return dict(told.order_by().values_list("category_id").annotate(Count("pk")))


class _Median(Aggregate):
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def source_trust_of(source: Source) -> SourceTrust:
    """How far the source is trusted.

    A connector that is always reviewed, and an unknown one, publish nothing without a moderator.
    """
    known = registry.CONNECTORS.get(source.connector)
    return SourceTrust(
        name=source.name,
        trusted=source.trust == Trust.TRUSTED,
        blocked=source.trust == Trust.BLOCKED,
        always_review=known is None or known.metadata.always_review,
    )


def policy_for(source: Source) -> RequestPolicy:
    """The HTTP client's policy for the source, with its key's quotas.

    robots.txt is for crawlers (RFC 9309): an API that requires a key has permitted our requests by its terms,
    and its host often forbids all robots.
    """
    known = registry.CONNECTORS.get(source.connector)
    return RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT,
        max_received=source.max_bytes,
        max_decoded=source.max_bytes,
        obey_robots=source.obey_robots and not (known is not None and known.metadata.needs_key),
        rate=source.rate_limit,
        rate_window=float(source.rate_window_seconds),
        quota_key=quota_key(source) if known else "",
        quotas=known.metadata.quotas if known else (),
    )


def origin_of(source: Source) -> Origin:
    """The source's origin in `events`, kept up to date."""
    known = registry.CONNECTORS.get(source.connector)
    origin, _ = Origin.objects.update_or_create(
        key=source.id,
        defaults={
            "slug": source.slug,
            "name": source.name,
            "url": public_url(source.url),
            "credit": known.metadata.credit if known else "",
            "trust": TRUST[Trust(source.trust)],
            "keeps_pictures": known is None or known.metadata.keeps_days is None,
            "is_sample": source.is_sample,
        },
    )
    return origin


_PLATFORM_IDS: Final = {"google_places": "google_place_id"}


def known_places(source: Source) -> dict[str, Any]:
    """For a source of places' state: {"place_ids"} of its city, those asked longest ago first; {} for others."""
    platform = _PLATFORM_IDS.get(source.connector)
    config = source.config or {}
    if platform is None or config.get("mode") != "status" or config.get("place_ids"):
        return {}
    return {"place_ids": queries.known_ids(platform, city_id=source.city_id)}
