"""Bandsintown's public API: the upcoming events of one artist.

https://app.swaggerhub.com/apis/Bandsintown/PublicAPI/3.0.0
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, line, link, objects, text

API: Final = "https://rest.bandsintown.com"
_ARTIST: Final = patterns.compile(r"^/a/(\d+)")
_SECRET: Final = patterns.compile(r"([?&]app_id=)[^&\"\\\s]+")
_LONGEST_TITLE: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class BandsintownConfig:
    """Whose events are asked for."""

    artist: str = sdk.setting(
        "Name of the artist, or id_ with the number of its page (id_1234), which is surer."
    )
    api: str = sdk.setting("Address of the API; for tests.", API)


class BandsintownConnector(sdk.EventList):
    """Reads an artist's events. One request holds them all. The API has no events of a venue or a city, and
    none by their own number."""

    metadata = sdk.Metadata(
        name="bandsintown",
        title="Bandsintown",
        type=sdk.SourceType.API,
        tier=sdk.Tier.DOCUMENTED,
        hosts=("bandsintown.com",),
        allows="Events of the artists that the key was given for, with Bandsintown's written consent; no search by city or venue.",
        quota="None published; ours is 60 requests a minute.",
        quotas=(sdk.Quota(requests=60, seconds=60),),
        storage="Keep no longer than a day without asking again.",
        keeps_days=1,
        attribution="Link every event and its tickets to Bandsintown, with its logo.",
        credit="Concert data by Bandsintown",
        sunset="Free keys for anyone ended; keys are given to artists and partners on request. The older API below api.bandsintown.com is retired.",
        terms="https://corp.bandsintown.com/data-applications-terms",
        link="https://help.artists.bandsintown.com/en/articles/9186477-api-documentation",
        variables=("BANDSINTOWN_APP_ID",),
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = BandsintownConfig
    marks = ((b'"lineup"',), (b'"on_sale_datetime"',))
    addresses = ((_ARTIST, "artist", "id_{}"),)
    credential = sdk.Key(parameter="app_id")
    errors = ("errorMessage", "error", "Message", "message", "errors.0")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for a list of events of this API. An empty list says nothing of whose it is."""
        return 0.95 if any(map(_is_event, (_listed(value) or [])[:5])) else 0.0

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """What the platform knows of the artist."""
        self.refuse_error(sdk.json_of(self._ask(http, "")))

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """One page: all upcoming events of the artist."""
        page = self.read(self._ask(http, "/events", date="upcoming"), params)
        yield page if params.limit is not None else replace(page, coverage=sdk.Coverage.COMPLETE)

    def _ask(self, http: sdk.HttpClient, what: str, **asked: str) -> sdk.RawPayload:
        """The answer, without the key, which Bandsintown writes into every address that it gives."""
        artist = self.config.artist.strip()
        if not artist:
            raise sdk.ConfigInvalid("artist: missing; give the artist's name, or id_ and its number")
        # slashes and question marks of a name must be escaped twice
        name = quote(quote(artist, safe=" ") if set("/?") & set(artist) else artist, safe="")
        payload = self.ask(http, f"artists/{name}{what}", asked)
        content = _SECRET.sub(r"\1", payload.content.decode("utf-8", "surrogateescape"))
        return replace(payload, content=content.encode("utf-8", "surrogateescape"))

    @classmethod
    def items(cls, value: Any) -> list[Any]:
        """The events of an answer, or the one that it is."""
        found = _listed(value)
        if found is None:
            cls.refuse_error(value)
            raise sdk.SchemaChanged("no list of events in Bandsintown's answer")
        if found and not any("venue" in one or "datetime" in one for one in objects(found)):
            raise sdk.SchemaChanged("no event of Bandsintown in this list")
        return found

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> sdk.RawRecord | sdk.Dropped:
        """One event."""
        acts, artists, offers = _acts(item), objects(item, "artists"), objects(item, "offers")
        tickets = [one for one in offers if text(one, "type").lower() == "tickets"] or offers or [item]
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
            online=str(sdk.Online.YES) if text(item, "venue", "type").lower() == "virtual" else "",
            url=values.without(link(item, "url"), "app_id"),
            ticket_url=values.without(link(tickets[0], "url") or link(item, "ticket_url"), "app_id"),
            images=values.pictures(
                [link(item, "artist", "image_url"), *(link(one, "image_url") for one in artists)]
            ),
            performers=acts,
            status=str(sdk.Status.CANCELLED) if called_off else "",
            sold_out=all(state in ("sold out", "soldout", "sold_out") for state in states),
            is_free=True if at(item, "free") is True else None,
            raw=_SECRET.sub(r"\1", values.source_of(item)),
        )


def _is_event(value: Any) -> bool:
    timed = bool(text(value, "datetime") or text(value, "starts_at")) and bool(text(value, "id"))
    acts = isinstance(at(value, "lineup"), list)
    acts = acts or (isinstance(at(value, "artists"), list) and "on_sale_datetime" in value)
    return timed and acts and isinstance(at(value, "venue"), Mapping)


def _listed(value: Any) -> list[Any] | None:
    """The events of one artist, or of several, kept by their names, or the one that it is; None where it is
    none of these."""
    if isinstance(value, list) or _is_event(value):
        return value if isinstance(value, list) else [value]
    by_name = isinstance(value, Mapping) and all(isinstance(part, list) for part in value.values())
    found = [one for part in value.values() for one in part] if by_name else []
    return found if any(map(_is_event, found)) else None


def _acts(item: Mapping[str, Any]) -> tuple[str, ...]:
    lineup = [" ".join(one.split()) for one in values.listed(item, "lineup") if isinstance(one, str)]
    return values.lines(lineup or (line(one, "name") for one in objects(item, "artists")))


def _day_or_moment(item: Mapping[str, Any], *names: str) -> sdk.RawTime | None:
    """The first of these that is told; the day alone where the event is shown by its day."""
    reported = (values.moment(text(item, name) or None) for name in names)
    found = next((start for start in reported if start is not None), None)
    festival = bool(text(item, "festival_start_date"))
    by_day = festival and text(item, "festival_datetime_display_rule") in ("", "date")
    by_day = by_day or text(item, "datetime_display_rule") == "date"
    return values.day_of(found) if by_day else found


def _venue(place: Any) -> sdk.Venue:
    return values.venue(
        name=line(place, "name"),
        street=line(place, "street_address"),
        area=[line(place, "city"), line(place, "region"), line(place, "postal_code")],
        city=line(place, "city"),
        country=line(place, "country"),
        point=(at(place, "latitude"), at(place, "longitude")),
        bandsintown=text(place, "id"),
    )
