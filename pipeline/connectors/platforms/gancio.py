"""Gancio, a self-hosted local calendar: the list behind its own pages (`/api/events`,
server/api/controller/event.js of its source)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Final
from urllib.parse import quote, urlencode

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, html_line, html_lines, listed, objects, text, truth
from pipeline.text.decoding import http_url

_COMPONENT: Final = patterns.compile(r"""<gancio-events?\b[^<>]*\bbaseurl=["']([^"']{8,300})["']""")
_PAGE: Final = patterns.compile(
    r"""name=["']generator["'][^<>]{0,300}content=["']Gancio|href=["']https://gancio\.org["'][^<>]{0,300}+>\s*+Gancio""",
    patterns.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GancioConfig:
    """Which Gancio to read."""

    url: str = sdk.setting("The address of the site, such as https://demo.gancio.org.")
    tags: str = sdk.setting("Only events with one of these tags, separated by commas.")
    places: str = sdk.setting("Only events at these places: their numbers, separated by commas.")
    recurrent: bool = sdk.setting("Whether to ask for the occurrences of recurring events too.", True)
    timezone: str = sdk.setting("The site's time zone, such as Europe/Rome; otherwise that of the place.")


class GancioConnector(sdk.EventList):
    """Reads the list of upcoming events of one Gancio, which it gives whole in one answer. No address betrays
    one: `/api/events` is everybody's path, and the host is the site's own."""

    metadata = sdk.Metadata(
        name="gancio",
        title="Gancio",
        type=sdk.SourceType.API,
        tier=sdk.Tier.DOCUMENTED,
        allows="read what the site shows to everybody",
        quota="none is stated; each site is a small server of its own, asked as its robots.txt says",
        storage="as the site's own terms say",
        attribution="the site's name with a link to the event",
        terms="each site's own (`/about`)",
        link="https://gancio.org/usage/embed",
    )
    config_type = GancioConfig
    marks = ((b'"start_datetime"', b'"place"'),)
    hosted = True
    page_sign = _PAGE

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.96 for a list (or one) of events with `start_datetime` in seconds and a place."""
        found = objects(value)[:20]
        shaped = all(values.has_all(one, ("title", "start_datetime", "place")) for one in found)
        return (
            0.96 if found and shaped and all(isinstance(one["start_datetime"], int) for one in found) else 0.0
        )

    @classmethod
    def config_from_page(cls, html: str, url: str) -> dict[str, Any] | None:
        """The site that a page's `<gancio-events>` shows, or the page's own where it says that it is a
        Gancio."""
        shown = _COMPONENT.search(html)
        if shown and http_url(shown.group(1)):
            return {"url": values.site(shown.group(1))}
        return super().config_from_page(html, url)

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """One conditional request for all that has not ended by the start of the window's first day."""
        start = params.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        asked = values.filled(
            start=str(int(start.timestamp())),
            show_recurrent=str(self.config.recurrent).lower(),
            tags=self.config.tags,
            places=self.config.places,
            max=str(params.limit or ""),
        )
        yield from sdk.fetch_one(self, f"{self.root}/api/events?{urlencode(asked)}", params, http)

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The events of a list, which is COMPLETE but under a limit."""
        page = super().read(payload, params)
        whole = sdk.first_byte(payload) == b"[" and params.limit is None
        return replace(page, coverage=sdk.Coverage.COMPLETE) if whole else page

    @classmethod
    def items(cls, value: Any) -> list[Any]:
        """The events of a list, or the one that it is."""
        found = objects(value)
        if value != [] and not any("start_datetime" in item for item in found):
            said = html_line(value) or html_line(value, "message") or "the answer is no list of events"
            raise sdk.SchemaChanged(f"no events of Gancio: {said}")
        return found

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event; its page and pictures are on the site of the answer."""
        base = params.base_url or self.config.url
        root = values.site(base) if http_url(base) else ""
        slug, series = (
            text(item, "slug") or text(item, "id"),
            item.get("parentId") or at(item, "parent", "id"),
        )
        pictures = objects(item, "media") if root else []
        return values.event(
            item,
            name=item.get("id") or slug,
            title=html_line(item, "title"),
            description=text(item, "description") or text(item, "plain_description"),
            start=item.get("start_datetime"),
            end=item.get("end_datetime") or None,
            **_place(item),
            timezone=self.config.timezone,
            url=http_url(f"{root}/event/{quote(slug)}") if root and slug else "",
            tags=html_lines(text(tag, "tag") or tag for tag in listed(item, "tags")),
            images=values.images(
                (absolute(f"{root}/media/", text(one, "url")), html_line(one, "name"), "") for one in pictures
            ),
            recurrence=sdk.Recurrence(series_id=text(series)) if series else None,
            metadata={"multidate": True} if truth(item.get("multidate")) else {},
        )


def _place(item: dict[str, Any]) -> dict[str, Any]:
    """The venue, unless it is called "online", and the first address of a stream."""
    place = item.get("place")
    stream = next(filter(None, (http_url(text(one)) for one in listed(item, "online_locations"))), "")
    name = html_line(place, "name")
    here = name.casefold() not in ("", "online")
    attended = sdk.Online.BOTH if stream else sdk.Online.NO
    return {
        "venue": values.venue(
            name=name if here else "",
            address=html_line(place, "address") if here else "",
            point=(at(place, "latitude"), at(place, "longitude")),
            gancio=text(place, "id"),
        ),
        "online": str(attended if here else sdk.Online.YES if stream or place else ""),
        "online_url": stream,
    }
