"""Gancio, a self-hosted local calendar: the list behind its own pages (`/api/events`,
server/api/controller/event.js of its source)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.platform import fetch_one, json_of, setting
from pipeline.connectors.support.values import at, html_line, objects, text, truth
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, SourceType, Tier
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.normalized import Recurrence
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import http_url

_SHAPE: Final = ("title", "start_datetime", "place")
_COMPONENT: Final = patterns.compile(r"""<gancio-events?\b[^<>]*\bbaseurl=["']([^"']{8,300})["']""")
_PAGE: Final = patterns.compile(
    r"""name=["']generator["'][^<>]{0,300}content=["']Gancio|href=["']https://gancio\.org["'][^<>]{0,300}+>\s*+Gancio""",
    patterns.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GancioConfig:
    """Which Gancio to read."""

    url: str = setting("The address of the site, such as https://demo.gancio.org.")
    tags: str = setting("Only events with one of these tags, separated by commas.")
    places: str = setting("Only events at these places: their numbers, separated by commas.")
    recurrent: bool = setting("Whether to ask for the occurrences of recurring events too.", True)
    timezone: str = setting("The site's time zone, such as Europe/Rome; otherwise that of the place.")


class GancioConnector(JsonApi):
    """Reads the list of upcoming events of one Gancio, which it gives whole in one answer. No address betrays
    one: `/api/events` is everybody's path, and the host is the site's own."""

    metadata: ClassVar[Metadata] = Metadata(
        name="gancio",
        title="Gancio",
        type=SourceType.API,
        tier=Tier.DOCUMENTED,
        allows="read what the site shows to everybody",
        quota="none is stated; each site is a small server of its own, asked as its robots.txt says",
        storage="as the site's own terms say",
        attribution="the site's name with a link to the event",
        terms="each site's own (`/about`)",
        link="https://gancio.org/usage/embed",
    )
    config_type: ClassVar[type[GancioConfig]] = GancioConfig
    marks = ((b'"start_datetime"', b'"place"'),)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.96 for a list (or one) of events with `start_datetime` in seconds and a place."""
        found = objects(value)[:20]
        ours = (values.has_all(one, _SHAPE) and isinstance(one["start_datetime"], int) for one in found)
        return 0.96 if found and all(ours) else 0.0

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The site that a page's `<gancio-events>` shows, or the page's own where it says that it is a
        Gancio."""
        shown = _COMPONENT.search(html)
        if shown and http_url(shown.group(1)):
            return {"url": values.site(shown.group(1))}
        own = values.own_address(html, url)
        return {"url": own} if own and _PAGE.search(html) else None

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where the address is none."""
        values.site(self.config.url)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request for all that has not ended by the start of the window's first day. COMPLETE
        but under a limit."""
        start = params.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        asked = {
            "start": str(int(start.timestamp())),
            "show_recurrent": str(self.config.recurrent).lower(),
            "tags": self.config.tags,
            "places": self.config.places,
            "max": str(params.limit or ""),
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        yield from fetch_one(self, f"{values.site(self.config.url)}/api/events?{query}", params, http)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a list. Raises SchemaChanged for anything else."""
        value = json_of(payload)
        items = objects(value)
        if value != [] and not any("start_datetime" in item for item in items):
            said = html_line(value) or html_line(value, "message") or "the answer is no list of events"
            raise SchemaChanged(f"no events of Gancio: {said}")
        base = payload.url if http_url(payload.url) else params.base_url or self.config.url
        records = values.told_apart(self._record(item, base) for item in items[: params.limit])
        whole = params.limit is None and isinstance(value, list)
        coverage = Coverage.COMPLETE if whole else Coverage.PARTIAL
        return Page(payload=payload, records=records, coverage=coverage, cut=params.limit is not None)

    def _record(self, item: dict[str, Any], base: str) -> RawRecord | Dropped:
        series = item.get("parentId") or at(item, "parent", "id")
        root = "{0.scheme}://{0.netloc}".format(urlsplit(base)) if http_url(base) else ""
        slug, tags = text(item, "slug") or text(item, "id"), item.get("tags")
        facts = values.Facts(
            item=item,
            id=item.get("id") or slug,
            title=text(item, "title"),
            description=text(item, "description") or text(item, "plain_description"),
            start=item.get("start_datetime"),
            end=item.get("end_datetime") or None,
        )
        return values.record(
            facts,
            **_place(item),
            timezone=self.config.timezone,
            url=http_url(f"{root}/event/{quote(slug)}") if root and slug else "",
            tags=values.html_lines(
                tag.get("tag") if isinstance(tag, dict) else tag
                for tag in (tags if isinstance(tags, list) else [])
            ),
            images=values.images(
                (absolute(f"{root}/media/", text(one, "url")), html_line(one, "name"), "")
                for one in objects(item, "media")
                if root
            ),
            recurrence=Recurrence(series_id=text(series)) if series else None,
            metadata={"multidate": True} if truth(item.get("multidate")) else {},
        )


def _place(item: dict[str, Any]) -> dict[str, Any]:
    """The venue, unless it is called "online", and the first address of a stream."""
    place, links = item.get("place"), item.get("online_locations")
    stream = next(
        (url for one in (links if isinstance(links, list) else []) if (url := http_url(text(one)))), ""
    )
    name = html_line(place, "name")
    here = name.casefold() not in ("", "online")
    attended = Online.BOTH if stream else Online.NO
    return {
        "venue": values.venue(
            name=name if here else "",
            address=html_line(place, "address") if here else "",
            point=(at(place, "latitude"), at(place, "longitude")),
            gancio=text(place, "id"),
        ),
        "online": str(attended if here else Online.YES if stream or place else ""),
        "online_url": stream,
    }
