"""Loads the sample feeds in the same way as a fetch, draws their pictures, and removes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from events import services as events
from pipeline.contract.http import Response
from pipeline.contract.http_errors import ClientRefused
from pipeline.taxonomy import canonical
from places.models import City, Place
from sources.enums import Trust
from sources.models import FetchRun, Source
from sources.samples.drawing import draw
from sources.samples.programmes import FIRST_EDITION, NOTICE
from sources.samples.render import FEEDS, TOWNS, payload
from sources.setup.create import ensure_source
from sources.triggers.load import load

#: Pictures are drawn for so many seconds at most; the next load goes on.
_SECONDS = 120.0


def load_samples(*, now: datetime) -> list[FetchRun]:
    """Render every sample feed for today and load it. Existing events do not change.

    A new source first reads what was planned before anything changed, so that readers see what moved.
    """
    cities = {city.slug: city for city in City.objects.filter(slug__in=[town.city for town in TOWNS])}
    runs = []
    for slug, feed in FEEDS.items():
        today = now.astimezone(feed.town.zone).date()
        source = ensure_source(
            slug,
            connector=feed.connector,
            config=feed.config,
            city=cities[feed.town.city],
            is_sample=True,
            trust=Trust.TRUSTED,
        )
        if not source.runs.exists():
            runs.append(
                load(source, [payload(slug, today, notice=FIRST_EDITION)], now=now, base_url=source.url)
            )
        runs.append(load(source, [payload(slug, today, notice=NOTICE)], now=now, base_url=source.url))
    events.fetch_pictures(http=Drawings(), seconds=_SECONDS, of_samples=True)
    return runs


def refresh_samples(*, now: datetime) -> int:
    """Load today's samples if this site shows samples. Returns how many runs that took."""
    return len(load_samples(now=now)) if Source.objects.filter(is_sample=True).exists() else 0


def remove_samples() -> int:
    """Remove all samples: events, sources and the places that only samples use. Returns how many events.

    The sources go first, so that none is loaded again meanwhile; events go in batches. It may run twice.
    """
    Source.objects.filter(is_sample=True).delete()
    count = events.remove_samples()
    with transaction.atomic():
        Place.objects.filter(is_sample=True, events__isnull=True).delete()
    return count


class Drawings:
    """An HTTP client that draws what it is asked for, and knows nothing else."""

    def __init__(self) -> None:
        self._categories = {
            programme.key: canonical(programme.category) for town in TOWNS for programme in town.programmes
        }

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Response:
        """The picture of the programme that the address names. Raises ClientRefused for every other address."""
        key = urlsplit(url).path.removeprefix("/pictures/").removesuffix(".png")
        if key not in self._categories:
            raise ClientRefused("There is no such sample.", status=404)
        content = draw(key, self._categories[key])
        return Response(
            url=url,
            status=200,
            content=content,
            headers={"content-type": "image/png"},
            fetched_at=datetime.now(UTC),
        )

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Refused: nothing can be posted."""
        raise ClientRefused("A drawing takes no post.", status=405)
