"""Bandsintown's public API: the upcoming events of one artist.

https://app.swaggerhub.com/apis/Bandsintown/PublicAPI/3.0.0
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import quote

from pipeline import patterns
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi, Key
from pipeline.connectors.support.platform import json_of, setting
from pipeline.connectors.support.values import at, line, link, objects, text
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, Online, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime

API: Final = "https://rest.bandsintown.com"
_ARTIST: Final = patterns.compile(r"^/a/(\d+)")
_SECRET: Final = patterns.compile(r"([?&]app_id=)[^&\"\\\s]+")
_LONGEST_TITLE: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class BandsintownConfig:
    """Whose events are asked for."""

    artist: str = setting("Name of the artist, or id_ with the number of its page (id_1234), which is surer.")
    api: str = setting("Address of the API; for tests.", API)


class BandsintownConnector(JsonApi):
    """Reads an artist's events. One request holds them all. The API has no events of a venue or a city, and
    none by their own number."""

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
    marks = ((b'"lineup"',), (b'"on_sale_datetime"',))
    addresses = ((_ARTIST, "artist", "id_{}"),)
    credential = Key(parameter="app_id")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for a list of events of this API. An empty list says nothing of whose it is."""
        listed = _listed(value)
        return 0.95 if any(map(_is_event, listed[:5] if isinstance(listed, list) else [value])) else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """What the platform knows of the artist."""
        _refuse_error(json_of(self._ask(http, "")))

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
        return self.page(payload, map(_record, items), params)

    def _ask(self, http: HttpClient, what: str, **asked: str) -> RawPayload:
        """The answer, without the key, which Bandsintown writes into every address that it gives."""
        artist = self.config.artist.strip()
        if not artist:
            raise ConfigInvalid("artist: missing; give the artist's name, or id_ and its number")
        # slashes and question marks of a name must be escaped twice
        name = quote(quote(artist, safe=" ") if set("/?") & set(artist) else artist, safe="")
        payload = self.ask(http, f"artists/{name}{what}", asked)
        content = _SECRET.sub(r"\1", payload.content.decode("utf-8", "surrogateescape"))
        return replace(payload, content=content.encode("utf-8", "surrogateescape"))


def _is_event(value: Any) -> bool:
    timed = bool(text(value, "datetime") or text(value, "starts_at")) and bool(text(value, "id"))
    acts = isinstance(at(value, "lineup"), list)
    acts = acts or (isinstance(at(value, "artists"), list) and "on_sale_datetime" in value)
    return timed and acts and isinstance(at(value, "venue"), Mapping)


def _listed(value: Any) -> Any:
    """The events of several artists, kept by their names, as one list; the value itself where it is no such
    object."""
    if not isinstance(value, Mapping) or not all(isinstance(part, list) for part in value.values()):
        return value
    listed = [one for part in value.values() for one in part]
    return listed if any(map(_is_event, listed)) else value


def _refuse_error(value: Any) -> None:
    names = ("errorMessage", "error", "Message", "message")
    said = next((words for name in names if (words := text(value, name))), "")
    said = said or "; ".join(one for one in at(value, "errors") or [] if isinstance(one, str))
    if said:
        raise SchemaChanged(f"Bandsintown answers with an error: {said[:200]}")


def _record(item: Any) -> RawRecord | Dropped:
    if not isinstance(item, Mapping):
        return Dropped(reason="no event", raw=values.source_of(item))
    acts, artists, offers = _acts(item), objects(item, "artists"), objects(item, "offers")
    tickets = next(
        (one for one in offers if text(one, "type").lower() == "tickets"), offers[0] if offers else item
    )
    states = [text(one, "status").lower() for one in offers] or [text(item, "ticket_status").lower()]
    called_off = text(item, "status").lower() in ("cancelled", "canceled")
    return values.event(
        item,
        name=text(item, "id"),
        title=line(item, "title") or ", ".join(acts[:_LONGEST_TITLE]),
        description=text(item, "description"),
        start=_day_or_moment(item, "festival_start_date", "datetime", "starts_at"),
        end=_day_or_moment(item, "festival_end_date", "ends_at"),
        timezone=text(item, "timezone")[:64] or text(item, "venue", "timezone")[:64],
        venue=_venue(at(item, "venue")),
        online=str(Online.YES) if text(item, "venue", "type").lower() == "virtual" else "",
        url=values.without(link(item, "url"), "app_id"),
        ticket_url=values.without(link(tickets, "url") or link(item, "ticket_url"), "app_id"),
        images=values.pictures(
            [link(item, "artist", "image_url"), *(link(one, "image_url") for one in artists)]
        ),
        performers=acts,
        status=str(Status.CANCELLED) if called_off else "",
        sold_out=bool(states) and all(state in ("sold out", "soldout", "sold_out") for state in states),
        is_free=True if at(item, "free") is True else None,
        raw=_SECRET.sub(r"\1", values.source_of(item)),
    )


def _acts(item: Mapping[str, Any]) -> tuple[str, ...]:
    lineup = at(item, "lineup")
    named = (
        [" ".join(one.split()) for one in lineup if isinstance(one, str)] if isinstance(lineup, list) else []
    )
    return values.lines(named or (line(one, "name") for one in objects(item, "artists")))


def _day_or_moment(item: Mapping[str, Any], *names: str) -> RawTime | None:
    """The first of these that is told; the day alone where the event is shown by its day."""
    told = (values.moment(text(item, name) or None) for name in names)
    found = next((start for start in told if start is not None), None)
    by_day = text(item, "datetime_display_rule") == "date" or (
        bool(text(item, "festival_start_date"))
        and text(item, "festival_datetime_display_rule") in ("", "date")
    )
    return found.date() if by_day and isinstance(found, datetime) else found


def _venue(place: Any) -> Venue:
    return values.venue(
        name=line(place, "name"),
        street=line(place, "street_address"),
        area=[line(place, "city"), line(place, "region"), line(place, "postal_code")],
        city=line(place, "city"),
        country=line(place, "country"),
        point=(at(place, "latitude"), at(place, "longitude")),
        bandsintown=text(place, "id"),
    )
