"""Facebook: events of pages that granted access, through the Graph API; public event pages without.

https://developers.facebook.com/docs/graph-api/reference/event/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import quote

from pipeline import patterns
from pipeline.connectors.formats.public_page import PublicPages
from pipeline.connectors.platforms.facebook.site import SITE, page_records
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.graph_api import GraphApi, following
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.dates.moments import raw_time
from pipeline.text.decoding import bounded_id

_VARIABLE: Final = "FACEBOOK_ACCESS_TOKEN"
_FIELDS: Final = (
    "id,name,description,start_time,end_time,timezone,event_times,place{id,name,location},is_canceled,is_draft,is_online,type,category,cover{source},"
    "owner{id,name},ticket_uri,attending_count,interested_count"
)
_ASKED: Final = {"fields": _FIELDS, "time_filter": "upcoming", "include_canceled": "true", "limit": "50"}
_WORDS: Final = patterns.compile(r"[a-z]{3,}")
#: First parts of paths that are no pages.
_NO_PAGES: Final = frozenset(
    {
        "groups", "watch", "marketplace", "login", "login.php", "help", "privacy", "policies", "legal", "business", "share", "share.php", "sharer",
        "sharer.php", "dialog", "plugins", "tr", "l.php", "profile.php", "story.php", "permalink.php", "photo", "photo.php", "media", "reel", "hashtag",
        "people", "search", "ads", "gaming", "events",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class FacebookConfig:
    """What to read of Facebook: pages whose token we hold, and single public events."""

    pages: tuple[str, ...] = sdk.setting(
        "Ids or names of pages whose token is in the credential. Needs a token.", ()
    )
    events: tuple[str, ...] = sdk.setting("Ids of public events whose pages are read, without a token.", ())
    categories: tuple[str, ...] = sdk.setting(
        "Only events whose category has one of these words, such as festival, fitness, food, drink, shopping. Empty: all.",
        (),
    )
    max_pages: int = sdk.setting("Answers of 50 events to ask for, at most, for each page.", 20)

    def __post_init__(self) -> None:
        """Lists of JSON become tuples."""
        for name in ("pages", "events", "categories"):
            object.__setattr__(self, name, tuple(map(str, getattr(self, name))))


class FacebookConnector(GraphApi, PublicPages):
    """Reads Facebook's events."""

    metadata = sdk.Metadata(
        name="facebook",
        title="Facebook",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("facebook.com", "fb.com", "fb.me"),
        allows="Events of pages that gave the app a page token (pages_show_list, pages_read_engagement), and public event pages as robots.txt allows.",
        quota="200 calls an hour for each user of the app.",
        quotas=(sdk.Quota(requests=200, seconds=3600.0),),
        storage="No longer than needed; to be deleted when the page or Meta asks (Platform Terms, 3.d).",
        attribution="Link to the event on Facebook.",
        sunset="Event search ended in 2018. Meta calls the pages' events edge restricted: new apps get it for their own pages at most.",
        terms="https://developers.facebook.com/terms/",
        link="https://developers.facebook.com/docs/graph-api/reference/page/events/",
        variables=(_VARIABLE, "FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"),
        credential=sdk.CredentialKind.OAUTH2,
    )
    config_type = FacebookConfig
    site: ClassVar[str] = SITE
    marks = ((b'"start_time"',),)
    page_marks = tuple(
        (b"facebook", reported, script)
        for reported in (b'"event_place"', b'"day_time_sentence"')
        for script in (b'"__bbox"', b"data-sjs")
    )
    page_score = 0.97
    event_id = patterns.compile(r"/events/(?:[^/?#]+/){0,3}?(\d{6,20})(?:[/?#]|$)")

    config: FacebookConfig

    @classmethod
    def is_page(cls, payload: sdk.RawPayload) -> bool:
        """A page with an event, or the JSON of one."""
        return sdk.has_marks(payload, cls.page_marks)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for a list most of which are events of the Graph API, paged or with their places."""
        listed = objects(value, "data")
        paged = isinstance(at(value, "paging"), dict) or any("place" in one for one in listed)
        return 0.95 if 2 * sum(map(_is_event, listed)) > len(listed) and paged else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The event or page behind an address of Facebook's."""
        parts, own = sdk.path_parts(url, cls.metadata.hosts) or [], cls.id_in(url)
        if parts and own:
            return {"events": [own]}
        if parts[:1] == ["pg"]:
            parts = parts[1:]
        if parts[:1] == ["pages"]:
            return {"pages": [parts[-1]]} if parts[-1].isdigit() else None
        return {"pages": [parts[0]]} if parts and parts[0] not in _NO_PAGES else None

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Asks who the token belongs to. Without a token there is nothing to check."""
        if self.token():
            self.ask(http, "/me", {"fields": "id"})

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """The events of each page, then each public event. Raises ConfigInvalid where neither is named,
        CredentialsMissing for pages without a token."""
        if not self.config.pages and not self.config.events:
            raise sdk.ConfigInvalid(
                "pages or events: missing; name the pages whose token you hold, or ids of public events"
            )
        if self.config.pages and not self.token():
            raise sdk.CredentialsMissing(
                f"Facebook needs a page's token: set {_VARIABLE}, or give the source a credential."
            )
        yield from values.up_to(self._all(params, http), params.limit)

    def read_state(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The event of a page, or those that it lists. Raises SchemaChanged where none of them can be read."""
        reported = page_records(payload)
        if not reported:
            raise sdk.SchemaChanged("a page of Facebook's without an event that can be read")
        return self.page(payload, map(self._wanted, reported), params)

    def read_answer(self, payload: sdk.RawPayload, value: Any, params: sdk.FetchParams) -> sdk.Page | None:
        """An answer of the Graph API, or the error that it is."""
        self.raise_error(value)
        listed = objects(value, "data") if isinstance(at(value, "data"), list) else [value]
        if isinstance(value, list) or (listed and not any(map(_is_event, listed))):
            return None
        found = values.settled([made for one in listed for made in _records(one)])
        return self.page(payload, map(self._wanted, found), params, more=bool(following(value)))

    def ask_page(
        self, params: sdk.FetchParams, http: sdk.HttpClient, here: tuple[str, str]
    ) -> sdk.RawPayload:
        """The upcoming events of a page, the cancelled ones too; `here` is the page's name and a cursor."""
        name, cursor = here
        return self.ask(http, f"/{quote(name, safe='')}/events", _ASKED | values.filled(after=cursor))

    def onward(self, value: Any, here: tuple[str, str]) -> tuple[str, str] | None:
        """The same page's name, and the next cursor."""
        after = following(value)
        return (here[0], after) if after else None

    def _all(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """All answers of a page together are all there is, unless public events are read beside them."""
        whole = sdk.Coverage.PARTIAL if self.config.events else sdk.Coverage.COMPLETE
        params = replace(params, limit=None)
        for name in self.config.pages:
            yield from self.pages(params, http, whole=whole, start=(name, ""))
        for own in self.config.events:
            payload = sdk.payload_of(http.get(f"{self.site}/events/{quote(own, safe='')}/"))
            yield self.read(payload, params)

    def _wanted(self, one: sdk.RawRecord | sdk.Dropped) -> sdk.RawRecord | sdk.Dropped:
        """The record, dropped where its category is none that the configuration names; what has no category
        stays."""
        if not self.config.categories or isinstance(one, sdk.Dropped) or not one.categories:
            return one
        wanted = {word for name in self.config.categories for word in _WORDS.findall(name.lower())} - {"and"}
        if any(word in name.lower() for name in one.categories for word in wanted):
            return one
        return sdk.Dropped(
            reason="category not wanted", external_id=one.external_id, title=one.title, raw=one.raw
        )

    def token(self) -> str:
        """A page's token; else the app's own, made of its id and secret (Meta's "app access token")."""
        app, secret = self.credentials.get("app_id"), self.credentials.get("app_secret")
        given = self.credentials.get("access_token") or self.credentials.get("key")
        return given or (f"{app}|{secret}" if app and secret else "")


def _is_event(value: Any) -> bool:
    """Whether an object is an event of the Graph API."""
    timed = isinstance(at(value, "start_time"), str) and "name" in value
    return timed and text(value, "id").isdigit()


def _records(event: Mapping[str, Any]) -> list[sdk.RawRecord | sdk.Dropped]:
    """One record, or one for each time of an event that is held several times."""
    made = _record(event)
    if isinstance(made, sdk.Dropped):
        return [made]
    return [_at_time(made, time) for time in objects(event, "event_times")] or [made]


def _record(event: Mapping[str, Any]) -> sdk.RawRecord | sdk.Dropped:
    title, owner = line(event, "name"), text(event, "owner", "id")
    private = event.get("is_draft") is True or text(event, "type").lower() in ("private", "group", "friends")
    category = line(event, "category").replace("_", " ").lower()
    return values.event(
        event,
        name=text(event, "id"),
        title=title,
        left_out="not public" if private else "" if title else "no title",
        description=text(event, "description"),
        start=raw_time(event.get("start_time")),
        end=raw_time(event.get("end_time")),
        timezone=line(event, "timezone"),
        venue=_venue(event.get("place")),
        online=_online(event),
        categories=(category,) if category else (),
        url=f"{SITE}/events/{bounded_id(text(event, 'id'), notes=[])}/",
        ticket_url=link(event, "ticket_uri"),
        images=values.pictures([link(event, "cover", "source")]),
        organizer=values.organizer(line(event, "owner", "name"), f"{SITE}/{owner}" if owner.isdigit() else ""),
        status=str(sdk.Status.CANCELLED) if event.get("is_canceled") is True else "",
        popularity=counts(attending=number(event, "attending_count"), interested=number(event, "interested_count")),
    )  # fmt: skip


def _at_time(made: sdk.RawRecord, time: Mapping[str, Any]) -> sdk.RawRecord | sdk.Dropped:
    own, start = bounded_id(text(time, "id"), notes=[]), raw_time(time.get("start_time"))
    name = own or made.external_id
    if start is None:
        return sdk.Dropped(reason="no start", external_id=name, title=made.title)
    return replace(
        made,
        external_id=name,
        recurrence_id="" if own else line(time, "start_time"),
        start=start,
        end=raw_time(time.get("end_time")),
        url=f"{SITE}/events/{name}/",
        ticket_url=link(time, "ticket_uri") or made.ticket_url,
        recurrence=sdk.Recurrence(series_id=made.external_id),
    )


def _venue(place: Any) -> sdk.Venue:
    spot = at(place, "location")
    city = line(spot, "city")
    return values.venue(
        name=line(place, "name"),
        address=values.postal(line(spot, "street"), line(spot, "zip"), city, line(spot, "state")),
        city=city,
        country=line(spot, "country"),
        point=(at(spot, "latitude"), at(spot, "longitude")),
        facebook=line(place, "id"),
    )


def _online(event: Mapping[str, Any]) -> str:
    if event.get("is_online") is not True:
        return str(sdk.Online.NO) if event.get("is_online") is False else ""
    return str(sdk.Online.BOTH if at(event, "place", "location") else sdk.Online.YES)
