"""Gancio, a self-hosted local calendar: the list behind its own pages (`/api/events`,
server/api/controller/event.js of its source)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.support.platform import Platform, glance, json_of, payload_of
from pipeline.connectors.support.values import (
    Facts,
    at,
    coordinates,
    has_all,
    html_line,
    html_lines,
    images,
    objects,
    own_address,
    record,
    site,
    text,
    told_apart,
    truth,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, Online, SourceType, Tier
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.normalized import Recurrence, Venue
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

    url: str = field(
        default="", metadata={"help": "The address of the site, such as https://demo.gancio.org."}
    )
    tags: str = field(
        default="", metadata={"help": "Only events with one of these tags, separated by commas."}
    )
    places: str = field(
        default="", metadata={"help": "Only events at these places: their numbers, separated by commas."}
    )
    recurrent: bool = field(
        default=True, metadata={"help": "Whether to ask for the occurrences of recurring events too."}
    )
    timezone: str = field(
        default="",
        metadata={"help": "The site's time zone, such as Europe/Rome; otherwise that of the place."},
    )


class GancioConnector(Platform):
    """Reads the list of upcoming events of one Gancio, which it gives whole in one answer."""

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

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.96 for a list (or one) of events with `start_datetime` in seconds and a place."""
        found = objects(glance(payload, b'"start_datetime"', b'"place"'))
        return (
            0.96
            if found
            and all(has_all(item, _SHAPE) and isinstance(item["start_datetime"], int) for item in found[:20])
            else 0.0
        )

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Nothing: `/api/events` is everybody's path, and the host is the site's own."""
        return None

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The site that a page's `<gancio-events>` shows, or the page's own where it says that it is a
        Gancio."""
        shown = _COMPONENT.search(html)
        if shown and http_url(shown.group(1)):
            return {"url": site(shown.group(1))}
        own = own_address(html, url)
        return {"url": own} if own and _PAGE.search(html) else None

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where the address is none."""
        site(self.config.url)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One conditional request for all that has not ended by the start of the window's first day. COMPLETE
        but under a limit."""
        start = params.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        query = {"start": str(int(start.timestamp())), "show_recurrent": str(self.config.recurrent).lower()}
        query |= {
            name: value
            for name, value in (("tags", self.config.tags), ("places", self.config.places))
            if value
        }
        if params.limit:
            query["max"] = str(params.limit)
        yield self.read(
            payload_of(http.get(f"{site(self.config.url)}/api/events?{urlencode(query)}", conditional=True)),
            params,
        )

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a list. Raises SchemaChanged for anything else."""
        value = json_of(payload)
        items = objects(value)
        if value != [] and not any("start_datetime" in item for item in items):
            raise SchemaChanged(
                f"no events of Gancio: {html_line(value) or html_line(at(value, 'message')) or 'the answer is no list of events'}"
            )
        base = payload.url if http_url(payload.url) else params.base_url or self.config.url
        records = told_apart(self._record(item, base) for item in items[: params.limit])
        coverage = Coverage.COMPLETE if params.limit is None and isinstance(value, list) else Coverage.PARTIAL
        return Page(payload=payload, records=records, coverage=coverage, cut=params.limit is not None)

    def _record(self, item: dict[str, Any], base: str) -> RawRecord | Dropped:
        place = item.get("place")
        lat, lng = coordinates(at(place, "latitude"), at(place, "longitude"))
        series = item.get("parentId") or at(item, "parent", "id")
        links = item.get("online_locations") if isinstance(item.get("online_locations"), list) else []
        stream = next((url for link in links or [] if (url := http_url(text(link)))), "")
        here = html_line(at(place, "name")).casefold() not in ("", "online")
        tags = (
            [tag.get("tag") if isinstance(tag, dict) else tag for tag in item.get("tags") or []]
            if isinstance(item.get("tags"), list)
            else []
        )
        root = "{0.scheme}://{0.netloc}".format(urlsplit(base)) if http_url(base) else ""
        slug = text(item.get("slug")) or text(item.get("id"))
        facts = Facts(
            item=item,
            id=item.get("id") or slug,
            title=text(item.get("title")),
            description=text(item.get("description")) or text(item.get("plain_description")),
            start=item.get("start_datetime"),
            end=item.get("end_datetime") or None,
        )
        return record(
            facts,
            timezone=self.config.timezone,
            url=http_url(f"{root}/event/{quote(slug)}") if root and slug else "",
            venue=Venue(
                name=html_line(at(place, "name")) if here else "",
                address=html_line(at(place, "address")) if here else "",
                lat=lat,
                lng=lng,
                external_ids={"gancio": text(at(place, "id"))} if text(at(place, "id")) else {},
            ),
            online=str(
                Online.BOTH
                if here and stream
                else Online.YES
                if stream or (not here and place)
                else Online.NO
                if here
                else ""
            ),
            online_url=stream,
            tags=html_lines(tags),
            images=images(
                (absolute(f"{root}/media/", text(one.get("url"))), html_line(one.get("name")), "")
                for one in objects(item.get("media"))
                if root
            ),
            recurrence=Recurrence(series_id=text(series)) if series else None,
            metadata={"multidate": True} if truth(item.get("multidate")) else {},
        )
