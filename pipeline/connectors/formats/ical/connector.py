"""The iCalendar connector (RFC 5545, 5546, 7986): one conditional GET, one page, a lazy stream of
occurrences."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, quote, urlsplit

from pipeline.connectors.formats.ical.read import FeedReader, contexts
from pipeline.connectors.formats.ical.split import calendar_start, split
from pipeline.connectors.support.platform import Platform
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import http_url

MAX_OCCURRENCES: Final = 1_000
_ACCEPT: Final = "text/calendar, application/octet-stream;q=0.5, */*;q=0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ICalConfig:
    """`url`: where the calendar is (http, https or webcal; not needed to read files). `max_occurrences`: of
    one series, at most 1,000."""

    url: str = ""
    max_occurrences: int = MAX_OCCURRENCES


class ICal(Platform):
    """Reads calendars as they are: every broken component is dropped on its own, every series is expanded
    within the window."""

    metadata: ClassVar[Metadata] = Metadata(
        name="ical",
        title="Calendar feed (iCalendar)",
        type=SourceType.ICAL,
        allows="Published for subscription; link back to each event.",
        quota="None stated as a rule; once an hour is plenty.",
        storage="Events while they are listed.",
        link="https://www.rfc-editor.org/rfc/rfc5545",
    )
    config_type: ClassVar[type[ICalConfig]] = ICalConfig

    def __init__(self, config: ICalConfig, credentials: Credentials = NO_CREDENTIALS) -> None:
        """Raises `ConfigInvalid` for a number of occurrences out of range."""
        super().__init__(config, credentials)
        if not 1 <= config.max_occurrences <= MAX_OCCURRENCES:
            raise ConfigInvalid(f"max_occurrences: give a number from 1 to {MAX_OCCURRENCES}")

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """1 where a calendar opens in the first bytes, little where only the type or the name says so."""
        if calendar_start(payload.content, payload.content_type):
            return 1.0
        named = payload.content_type.lower().startswith("text/calendar") or payload.url.lower().partition(
            "?"
        )[0].endswith(".ics")
        return 0.2 if named else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """Calendars by address: webcal, `.ics`, and the calendar behind Google's page or frame (its public
        address is the id's own)."""
        address = http_url(url)
        parts = urlsplit(address)
        if (
            parts.hostname == "calendar.google.com"
            and parts.path.startswith("/calendar/")
            and "embed" in parts.path
        ):
            found = parse_qs(parts.query).get("src")
            return (
                {
                    "url": f"https://calendar.google.com/calendar/ical/{quote(found[0], safe='')}/public/basic.ics"
                }
                if found
                else None
            )
        named = url.lower().startswith(("webcal:", "webcals:")) or parts.path.lower().endswith(
            (".ics", ".ical")
        )
        return {"url": address} if address and named else None

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed; a secret address is its own key. Raises `ConfigInvalid` where the address is
        none."""
        self._url()

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """One page. Raises `EgressError` (`NotModified` where nothing changed), `ConfigInvalid` and
        `SchemaChanged`."""
        response = http.get(self._url(), headers={"accept": _ACCEPT}, conditional=True)
        payload = RawPayload(
            url=response.url,
            content=response.content,
            content_type=response.headers.get("content-type", ""),
            status=response.status,
            fetched_at=response.fetched_at,
        )
        yield self.read(payload, params)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """A page whose records are read as they are asked for. Partial where the text breaks off or a limit
        is set: absence then means nothing.

        Raises `SchemaChanged` for what is no calendar.
        """
        feed = split(payload)
        found = contexts(feed, params)
        records = FeedReader(feed, params, found=found, most=self.config.max_occurrences).records()
        complete = feed.whole and not feed.overflow and params.limit is None
        return Page(
            payload=payload,
            records=records if params.limit is None else islice(records, params.limit),
            coverage=Coverage.COMPLETE if complete else Coverage.PARTIAL,
            cut=not complete,
            calendar_name=next((context.name for context in found if context.name), ""),
            fresh_for=max(
                (context.fresh_for for context in found if context.fresh_for is not None), default=None
            ),
        )

    def _url(self) -> str:
        url = http_url(self.config.url)
        if not url:
            raise ConfigInvalid("url: give the http, https or webcal address of a calendar")
        return url
