"""Luma: a calendar through the API with its key; calendars' feeds, and calendar, event and discover pages,
without."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.ical.feeds import is_feed, read_feed
from pipeline.connectors.formats.json_feed.taken import is_taken, read_taken
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.platforms.luma.event import SITE, entries, record
from pipeline.connectors.support.inline import scripts
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.platform import Platform, fetch_one, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import settled, text, up_to, url_identity
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode_payload

PAGE_SIZE: Final = 50
_HOSTS: Final = ("luma.com", "lu.ma")
_NEXT: Final = '<script id="__NEXT_DATA__"'
_UID: Final = patterns.compile(r"^(evt-[A-Za-z0-9]+)@")
_CALENDAR: Final = patterns.compile(r"^cal-[A-Za-z0-9]+$")
#: First parts of paths that list no events.
_NO_PAGES: Final = frozenset(
    {
        "signin",
        "pricing",
        "home",
        "help",
        "create",
        "terms",
        "privacy",
        "about",
        "blog",
        "settings",
        "join",
        "ics",
    }
)
_REFUSED: Final = "Luma refused the key: renew LUMA_API_KEY or the source's credential (keys need Luma Plus and belong to one calendar)."


@dataclass(frozen=True, kw_only=True, slots=True)
class LumaConfig:
    """What to read of Luma: the key's own calendar, a public calendar's feed, or a public page."""

    calendar: str = setting(
        "The id of a public calendar, such as cal-eCuIBRbS1atJOa6. Its feed is read, without a key."
    )
    page: str = setting(
        "What stands after luma.com/ of a city's, a calendar's or an event's page, such as bengaluru."
    )
    max_pages: int = setting("With a key: pages of 50 events to ask for, at most.", 20)


class LumaConnector(Platform):
    """Reads Luma's events."""

    metadata: ClassVar[Metadata] = Metadata(
        name="luma",
        title="Luma",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=_HOSTS,
        allows="With a key (Luma Plus): the events that the key's one calendar manages. Without: public calendars' feeds and public pages.",
        quota="200 requests a minute for each calendar's key.",
        quotas=(Quota(requests=200, seconds=60.0),),
        storage="While the event is listed; the API's documentation names no number of days.",
        attribution="Link to the event's page on Luma.",
        sunset="lu.ma became luma.com, api.lu.ma/public/v1 became public-api.luma.com/v1; there is no public search of other people's events.",
        terms="https://luma.com/terms",
        link="https://docs.luma.com/reference/getting-started-with-your-api",
        variables=("LUMA_API_KEY",),
        credential=CredentialKind.KEY,
    )
    config_type: ClassVar[type[LumaConfig]] = LumaConfig
    api: ClassVar[str] = "https://public-api.luma.com"
    feeds: ClassVar[str] = "https://api.lu.ma"
    site: ClassVar[str] = SITE

    config: LumaConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.97 for JSON with events of Luma's, 0.95 for its pages, 0.9 for lists all of whose events are on
        Luma."""
        head = payload.content[:300].lstrip(b"\xef\xbb\xbf \t\r\n")
        marked = b'"evt-' in payload.content
        if head[:1] == b"<":
            return 0.95 if marked and b"__NEXT_DATA__" in payload.content else 0.0
        if head[:1] not in (b"{", b"["):
            return 0.0
        try:
            if marked and next(entries(json_of(payload)), None) is not None:
                return 0.97
        except SchemaChanged:
            return 0.0
        return 0.9 if is_taken(payload, _HOSTS) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The calendar or page behind an address of Luma's; a feed's address gives its calendar."""
        if not is_on(url, _HOSTS):
            return None
        parts = urlsplit(url)
        named = [*parts.path.strip("/").split("/"), *parse_qs(parts.query).get("id", [])]
        calendar = next((part for part in named if _CALENDAR.match(part)), "")
        if calendar:
            return {"calendar": calendar}
        return {"page": parts.path.strip("/")} if named[0] and named[0] not in _NO_PAGES else None

    def check_credentials(self, http: HttpClient) -> None:
        """Asks who the key belongs to. Without a key there is nothing to check."""
        if self.credentials.get("key"):
            self._ask(http, "/v1/user/get-self", {})

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """A calendar's feed, a page, or, with a key and neither, its calendar page after page. Raises
        ConfigInvalid where nothing is named."""
        if self.config.calendar:
            url = f"{self.feeds}/ics/get?entity=calendar&id={quote(self.config.calendar, safe='')}"
            yield from fetch_one(self, url, params, http)
        elif self.config.page:
            yield from fetch_one(self, f"{self.site}/{quote(self.config.page, safe='/')}", params, http)
        elif self.credentials.get("key"):
            yield from up_to(self._pages(params, http), params.limit)
        else:
            raise ConfigInvalid(
                "calendar or page: missing; give a calendar's id, a page, or the source LUMA_API_KEY"
            )

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """An answer, a calendar feed, a public page, or a list that somebody took. Raises SchemaChanged for
        anything else."""
        if is_feed(payload):
            return read_feed(payload, params, _UID)
        if payload.content[:300].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            return self._page_of_site(payload, params)
        value = json_of(payload)
        if is_taken(payload, _HOSTS):
            return read_taken(payload, params, _slug)
        _raise_error(value)
        found = list(entries(value))
        listed = value.get("entries") if isinstance(value, dict) else value
        if not found and not (isinstance(listed, list) and not listed):
            raise SchemaChanged("an answer without events of Luma's")
        more = isinstance(value, dict) and value.get("has_more") is True
        limited = params.limit is not None and len(found) > params.limit
        return Page(
            payload=payload,
            records=settled([record(entry) for entry in found[: params.limit]]),
            coverage=Coverage.PARTIAL,
            cut=more or limited,
        )

    def _page_of_site(self, payload: RawPayload, params: FetchParams) -> Page:
        """The state that the site's program starts from; structured data where there is none."""
        state = next(scripts(decode_payload(payload).text, _NEXT), None)
        try:
            found = list(entries(parse_json(state, strict=False))) if state is not None else []
        except ValueError:
            found = []
        if not found:
            return PageConnector(PageConfig(words=False)).read(payload, params)
        return Page(
            payload=payload,
            records=settled([record(entry) for entry in found[: params.limit]]),
            coverage=Coverage.PARTIAL,
            cut=params.limit is not None and len(found) > params.limit,
        )

    def _pages(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        asked = {
            "after": params.start.isoformat(),
            "before": params.end.isoformat(),
            "pagination_limit": str(PAGE_SIZE),
        }
        cursor = ""
        for number in range(1, max(1, self.config.max_pages) + 1):
            payload = self._ask(
                http,
                "/v1/calendar/list-events",
                {**asked, **({"pagination_cursor": cursor} if cursor else {})},
            )
            page = self.read(payload, replace(params, limit=None))
            following = text(json_of(payload), "next_cursor") if page.cut else ""
            stopped = page.cut and (number >= self.config.max_pages or following in ("", cursor))
            covered = Coverage.PARTIAL if stopped else Coverage.WINDOWED
            yield replace(page, coverage=covered, covered_until=None if stopped else params.end, cut=stopped)
            if stopped or not page.cut:
                return
            cursor = following

    def _ask(self, http: HttpClient, path: str, asked: dict[str, str]) -> RawPayload:
        try:
            return payload_of(http.get(self.api + path, params=asked, headers={"x-luma-api-key": self.key()}))
        except ClientRefused as error:
            if error.status in (401, 403):
                raise CredentialsMissing(_REFUSED) from error
            raise


def _raise_error(value: Any) -> None:
    told = text(value, "message") or text(value, "error")
    if told and not isinstance(value.get("entries"), list):
        raise SchemaChanged(f"Luma answered with an error: {told[:300]}")


def _slug(url: str) -> str:
    """One address for the same event on either of Luma's names."""
    return url_identity(f"{SITE}{urlsplit(url).path}") if is_on(url, _HOSTS) else ""
