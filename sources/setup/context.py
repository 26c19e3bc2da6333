"""Describes a source to the pure parts: parameters, context, origin, trust, policy."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from egress.records import RequestPolicy
from events.models import Origin
from moderation.enums import FieldGroup
from moderation.rules import SourceTrust
from moderation.services import submitters, trusting
from pipeline.connectors import registry
from pipeline.contract.connector import FetchParams
from pipeline.contract.draft import SourceContext
from pipeline.contract.enums import SourceType
from pipeline.contract.line_pattern import LinePattern
from pipeline.dates.window import LOOKBACK
from pipeline.text.sanitize import public_url
from places import queries
from sources.credentials.store import quota_key
from sources.enums import Trust
from sources.models import Source
from sources.setup import ai_extractor, untold, usual
from sources.setup.quality_gates import rules_for

TRUST = {Trust.TRUSTED: 0.9, Trust.EARNED: 0.5, Trust.NORMAL: 0.5, Trust.DOUBTFUL: 0.2, Trust.BLOCKED: 0.0}


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
    """The context for the steps, with the present quality gates (2 queries, one more for an organizer's calendar)."""
    learnt = usual.of(source)
    lines = learnt.get("lines")
    return SourceContext(
        source_key=str(source.id),
        source_name=source.name,
        city=source.city.slug if source.city else "",
        timezone=source.timezone or (source.city.timezone if source.city else ""),
        language=source.language,
        trust=source.trust,
        default_category=source.default_category,
        organizer=source.organizer.name if source.organizer else "",
        now=now,
        horizon_days=settings.HORIZON_DAYS,
        usual_hours=learnt.get("hours", {}),
        usual_categories=learnt.get("categories", {}),
        line_patterns=None if lines is None else tuple(map(LinePattern.from_json, lines)),
        quality=rules_for(source),
        step_seconds=settings.STEP_SECONDS_PER_RECORD,
    )


def source_trust_of(source: Source, *, run_id: UUID | None = None) -> SourceTrust:
    """How far the source is trusted, for the events of a run (one query, two where its name or kind is new).

    A connector that is always reviewed, and an unknown one, publish nothing without a moderator. A submission is
    trusted as far as who submitted it, if that is known for certain.
    """
    known, earned = registry.CONNECTORS.get(source.connector), _earned(source, run_id)
    return SourceTrust(
        name=source.name,
        trusted=source.trust == Trust.TRUSTED,
        blocked=source.trust == Trust.BLOCKED,
        always_review=known is None or known.metadata.always_review,
        untold=untold.of(source),
        groups=earned if source.trust == Trust.EARNED else frozenset(),
    )


def _earned(source: Source, run_id: UUID | None) -> frozenset[FieldGroup]:
    """The groups of fields in which the source, or the submitter of the run's event, has earned trust."""
    if source.type == SourceType.SUBMISSION:
        return submitters.groups_of_run(run_id) if run_id else frozenset()
    subject = trusting.introduce(trusting.source_of(source.pk), name=source.name, prior=source.type)
    return trusting.trusted_groups(subject)


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
            "organizer_id": source.organizer_id,
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
