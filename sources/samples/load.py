"""Loads the sample feeds in the same way as a fetch, and draws their pictures."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet

from events import services as events
from pipeline.contract.http import Response
from pipeline.contract.http_errors import ClientRefused
from pipeline.taxonomy import canonical
from places.models import City
from sources.enums import RunState, Trust
from sources.models import FetchRun, Source
from sources.runs.claim import AlreadyRunning
from sources.samples.drawing import draw
from sources.samples.programmes import FIRST_EDITION, NOTICE
from sources.samples.render import FEEDS, TOWNS, Feed, payload
from sources.setup.create import ensure_source
from sources.triggers.load import load

#: Pictures are drawn for so many seconds at most; the next load goes on.
_SECONDS = 120.0


def load_samples(*, now: datetime, new_only: bool = False) -> list[FetchRun]:
    """Render the sample feeds of every city that is there for today, and load them. Existing events do not change.

    A new source first reads what was planned before anything changed, so that readers see what moved. A source
    with a run under way is left to it, and with `new_only` one that was read today, too.
    """
    cities = {city.slug: city for city in City.objects.filter(slug__in=[town.city for town in TOWNS])}
    runs = []
    for slug, feed in FEEDS.items():
        if feed.town.city not in cities:
            continue
        today = now.astimezone(feed.town.zone).date()
        source = ensure_source(
            slug,
            connector=feed.connector,
            config=feed.config,
            city=cities[feed.town.city],
            is_sample=True,
            trust=Trust.TRUSTED,
        )
        read = source.runs.filter(state__in=[RunState.SUCCESS, RunState.PARTIAL])
        editions = [NOTICE]
        if feed.has_a_past(slug) and not read.exists():
            editions = [FIRST_EDITION, NOTICE]
        elif new_only and _all_editions_read(feed, slug, read, today):
            continue
        try:
            for notice in editions:
                runs.append(load(source, [payload(slug, today, notice=notice)], now=now, base_url=source.url))
        except AlreadyRunning:
            continue
    return runs


def _all_editions_read(feed: Feed, slug: str, read: QuerySet[FetchRun], today: date) -> bool:
    """Whether a run has read today's feed; of a source with a past, the first one read what was planned before."""
    moments = read.order_by("-started_at").values_list("started_at", flat=True)[:2]
    days = [moment.astimezone(feed.town.zone).date() for moment in moments]
    return days[:1] == [today] and len(days) > feed.has_a_past(slug)


def draw_pictures() -> int:
    """Draw the pictures of the samples that have none yet. Returns how many events got one."""
    return events.fetch_pictures(http=Drawings(), seconds=_SECONDS, of_samples=True).stored


def refresh_samples(*, now: datetime) -> int:
    """Load today's samples with their pictures if this site shows samples. Returns how many runs that took."""
    if not Source.objects.filter(is_sample=True).exists():
        return 0
    runs = load_samples(now=now)
    draw_pictures()
    return len(runs)


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
