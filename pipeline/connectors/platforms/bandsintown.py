"""Bandsintown's public API: the upcoming events of one artist.

https://app.swaggerhub.com/apis/Bandsintown/PublicAPI/3.0.0
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from pipeline import patterns
from pipeline.connectors.support.platform import Platform, is_on, json_of, payload_of
from pipeline.connectors.support.values import (
    at,
    coordinates,
    kept_without,
    line,
    lines,
    link,
    moment,
    objects,
    pictures,
    postal,
    settled,
    source_of,
    text,
    without,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, Online, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip

API: Final = "https://rest.bandsintown.com"
_ARTIST: Final = patterns.compile(r"^/a/(\d+)")
_SECRET: Final = patterns.compile(r"([?&]app_id=)[^&\"\\\s]+")
_LONGEST_TITLE: Final = 4


def _help(words: str) -> dict[str, str]:
    return {"help": words}


@dataclass(frozen=True, kw_only=True, slots=True)
class BandsintownConfig:
    """Whose events are asked for."""

    artist: str = field(
        default="",
        metadata=_help("Name of the artist, or id_ with the number of its page (id_1234), which is surer."),
    )
    api: str = field(default=API, metadata=_help("Address of the API; for tests."))


class BandsintownConnector(Platform):
    """Reads an artist's events. One request holds them all."""

    metadata: ClassVar[Metadata] = Metadata(
        name="bandsintown",
        title="Bandsintown",
        type=SourceType.API,
        tier=Tier.DOCUMENTED,
        hosts=("bandsintown.com",),
        allows="Events of the artists that the key was given for, with Bandsintown's written consent; no search by city or venue.",
        quota="None published; ours is 60 requests a minute.",
        quotas=(Quota(requests=60, seconds=60),),
        storage="Keep no longer than a day without asking again.",
        keeps_days=1,
        attribution="Link every event and its tickets to Bandsintown, with its logo.",
        credit="Concert data by Bandsintown",
        sunset="Free keys for anyone ended; keys are given to artists and partners on request. The older API below api.bandsintown.com is retired.",
        terms="https://corp.bandsintown.com/data-applications-terms",
        link="https://help.artists.bandsintown.com/en/articles/9186477-api-documentation",
        variables=("BANDSINTOWN_APP_ID",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[BandsintownConfig]] = BandsintownConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for a list of events of this API. An empty list says nothing of whose it is."""
        if b'"lineup"' not in payload.content and b'"on_sale_datetime"' not in payload.content:
            return 0.0
        try:
            value = json_of(payload)
        except SchemaChanged:
            return 0.0
        listed = _listed(value) if isinstance(_listed(value), list) else [value]
        return 0.95 if any(_is_event(one) for one in listed[:5]) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """An artist's page. The API has no events of a venue or a city, and none by their own number."""
        found = _ARTIST.match(urlsplit(url).path) if is_on(url, cls.metadata.hosts) else None
        return {"artist": f"id_{found.group(1)}"} if found else None

    def check_credentials(self, http: HttpClient) -> None:
        """What the platform knows of the artist."""
        value = json_of(self._ask(http, ""))
        _refuse_error(value)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One page: all upcoming events of the artist."""
        page = self.read(self._ask(http, "/events", date="upcoming"), params)
        yield page if params.limit is not None else replace(page, coverage=Coverage.COMPLETE)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer. Raises SchemaChanged for an error of the API and for what is no list of
        events."""
        value = json_of(payload)
        items = [value] if _is_event(value) else _listed(value)
        if not isinstance(items, list):
            _refuse_error(value)
            raise SchemaChanged("no list of events in Bandsintown's answer")
        if items and not any("venue" in one or "datetime" in one for one in objects(items)):
            raise SchemaChanged("no event of Bandsintown in this list")
        found = settled([_record(one) for one in items])[: params.limit]
        return Page(payload=payload, records=found, coverage=Coverage.PARTIAL, cut=params.limit is not None)

    def _ask(self, http: HttpClient, what: str, **asked: str) -> RawPayload:
        """The answer, without the key, which Bandsintown writes into every address that it gives."""
        artist = self.config.artist.strip()
        if not artist:
            raise ConfigInvalid("artist: missing; give the artist's name, or id_ and its number")
        # slashes and question marks of a name must be escaped twice
        name = quote(quote(artist, safe=" ") if set("/?") & set(artist) else artist, safe="")
        response = http.get(
            f"{self.config.api.rstrip('/')}/artists/{name}{what}", params={**asked, "app_id": self.key()}
        )
        payload = kept_without(payload_of(response), "app_id")
        return replace(
            payload,
            content=_SECRET.sub(r"\1", payload.content.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            ),
        )


def _is_event(value: Any) -> bool:
    told = (
        bool(text(value, "datetime") or text(value, "starts_at"))
        and isinstance(at(value, "venue"), Mapping)
        and bool(text(value, "id"))
    )
    return told and (
        isinstance(at(value, "lineup"), list)
        or (isinstance(at(value, "artists"), list) and "on_sale_datetime" in value)
    )


def _listed(value: Any) -> Any:
    """The events of several artists, kept by their names, as one list; the value itself where it is no such
    object."""
    if (
        not isinstance(value, Mapping)
        or not value
        or not all(isinstance(part, list) for part in value.values())
    ):
        return value
    listed = [one for part in value.values() for one in part]
    return listed if any(map(_is_event, listed)) else value


def _refuse_error(value: Any) -> None:
    said = (
        text(value, "errorMessage")
        or text(value, "error")
        or text(value, "Message")
        or text(value, "message")
    )
    said = said or "; ".join(one for one in at(value, "errors") or [] if isinstance(one, str))
    if said:
        raise SchemaChanged(f"Bandsintown answers with an error: {said[:200]}")


def _record(item: Any) -> RawRecord | Dropped:
    if not isinstance(item, Mapping):
        return Dropped(reason="no event", raw=source_of(item))
    notes: list[str] = []
    name = bounded_id(text(item, "id"), notes=notes)
    acts = _acts(item)
    title = clip(
        line(item, "title") or ", ".join(acts[:_LONGEST_TITLE]), MAX_TITLE, what="title", notes=notes
    )
    start = _day_or_moment(item, "festival_start_date", "datetime", "starts_at")
    raw = _SECRET.sub(r"\1", source_of(item))
    if start is None or not title:
        return Dropped(
            reason="no start" if start is None else "no title", external_id=name, title=title, raw=raw
        )
    offers = objects(item, "offers")
    tickets = next(
        (one for one in offers if text(one, "type").lower() == "tickets"), offers[0] if offers else item
    )
    states = [text(one, "status").lower() for one in offers] or [text(item, "ticket_status").lower()]
    return RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(text(item, "description"), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=_day_or_moment(item, "festival_end_date", "ends_at"),
        timezone=text(item, "timezone")[:64] or text(item, "venue", "timezone")[:64],
        venue=_venue(at(item, "venue")),
        online=str(Online.YES) if text(item, "venue", "type").lower() == "virtual" else "",
        url=without(link(item, "url"), "app_id"),
        ticket_url=without(link(tickets, "url") or link(item, "ticket_url"), "app_id"),
        images=pictures(
            [link(item, "artist", "image_url"), *(link(one, "image_url") for one in objects(item, "artists"))]
        ),
        performers=acts,
        status=str(Status.CANCELLED) if text(item, "status").lower() in ("cancelled", "canceled") else "",
        sold_out=bool(states) and all(state in ("sold out", "soldout", "sold_out") for state in states),
        is_free=True if at(item, "free") is True else None,
        raw=raw,
        notes=tuple(notes),
    )


def _acts(item: Mapping[str, Any]) -> tuple[str, ...]:
    lineup = at(item, "lineup")
    named = (
        [" ".join(one.split()) for one in lineup if isinstance(one, str)] if isinstance(lineup, list) else []
    )
    return lines([*named, *(line(one, "name") for one in objects(item, "artists") if not named)])


def _day_or_moment(item: Mapping[str, Any], *names: str) -> RawTime | None:
    """The first of these that is told; the day alone where the event is shown by its day."""
    found = next((start for name in names if (start := moment(text(item, name) or None)) is not None), None)
    by_day = text(item, "datetime_display_rule") == "date" or (
        bool(text(item, "festival_start_date"))
        and text(item, "festival_datetime_display_rule") in ("", "date")
    )
    return found.date() if by_day and isinstance(found, datetime) else found


def _venue(place: Any) -> Venue:
    lat, lng = coordinates(at(place, "latitude"), at(place, "longitude"))
    street, name = line(place, "street_address"), text(place, "id")
    city = line(place, "city")
    return Venue(
        name=line(place, "name"),
        address=postal(street, city, line(place, "region"), line(place, "postal_code")) if street else "",
        city=city,
        country=line(place, "country"),
        lat=lat,
        lng=lng,
        external_ids={"bandsintown": name[:200]} if name else {},
    )
