"""Loads the sample feeds in the same way as a fetch, and removes them."""

from datetime import datetime

from django.db import transaction

from events import services as events
from places.models import City, Place
from sources.enums import Trust
from sources.models import FetchRun, Source
from sources.samples.render import FEEDS, ZONE, payload
from sources.setup.create import ensure_source
from sources.triggers.load import load

CITY = "bengaluru"


def load_samples(*, now: datetime) -> list[FetchRun]:
    """Render every sample feed for today and load it. Existing events do not change."""
    city = City.objects.get(slug=CITY)
    today = now.astimezone(ZONE).date()
    runs = []
    for slug, (connector, config, _, _) in FEEDS.items():
        source = ensure_source(
            slug, connector=connector, config=config, city=city, is_sample=True, trust=Trust.TRUSTED
        )
        runs.append(load(source, [payload(slug, today)], now=now, base_url=source.url))
    return runs


def refresh_samples(*, now: datetime) -> int:
    """Load today's samples if this site shows samples. Returns how many feeds were loaded."""
    return len(load_samples(now=now)) if Source.objects.filter(is_sample=True).exists() else 0


def remove_samples() -> int:
    """Remove all samples: events, sources and the places that only samples use. Returns how many events."""
    with transaction.atomic():
        count = events.remove_samples()
        Source.objects.filter(is_sample=True).delete()
        Place.objects.filter(is_sample=True, events__isnull=True).delete()
    return count
