"""Small calendars, and their effect in a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from events.models import Event
from pipeline.contract.http import Response
from pipeline.contract.http_errors import EgressError
from pipeline.contract.raw import RawPayload
from sources.models import FetchRun, Source
from sources.triggers.load import load
from tests.factories import NOW, make_categories, make_city, make_source

TITLES = (
    "Raga at Dusk", "Open Mic Poetry", "Pottery for Beginners", "Jazz Brunch", "Startup Pitch Evening", "Street Food Walk", "Salsa Social",
    "Chess Tournament", "Lake Clean-up", "Silent Film Screening", "Marathon Training Run", "Watercolour Workshop",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event of a calendar; `start` in UTC."""

    uid: str
    title: str
    start: datetime
    lines: tuple[str, ...] = ()
    place: str = "Blue Room, 12th Main, Indiranagar, Bengaluru"
    description: str = "An evening for all who are curious, and for their friends."

    def text(self) -> str:
        start, end = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in (self.start, self.start + timedelta(hours=2)))
        lines = [
            "BEGIN:VEVENT",
            f"UID:{self.uid}",
            f"SUMMARY:{self.title}",
            f"DTSTART:{start}",
            f"DTEND:{end}",
        ]
        place, description = (text.replace(",", "\\,") for text in (self.place, self.description))
        return "\r\n".join(
            [
                *lines,
                f"LOCATION:{place}",
                f"DESCRIPTION:{description}",
                *self.lines,
                "END:VEVENT",
            ]
        )


def reported(number: int, **fields: Any) -> Told:
    """Event number `number`, with its own title, day and venue."""
    defaults = {
        "uid": f"e{number}@example.org",
        "title": TITLES[number % len(TITLES)] + (f" {number}" if number >= len(TITLES) else ""),
        "start": NOW + timedelta(days=1 + number, hours=number % 5),
        "place": f"House {number}, {number} Main, Indiranagar, Bengaluru",
    }
    return Told(**{**defaults, **fields})


def many(count: int) -> list[Told]:
    return [reported(number) for number in range(count)]


def calendar(events: list[Told], *, closed: bool = True) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *(event.text() for event in events)]
    return "\r\n".join([*lines, *(["END:VCALENDAR"] if closed else [])]).encode() + b"\r\n"


def payload(
    content: bytes, *, url: str = "https://feed.example.org/events.ics", content_type: str = "text/calendar"
) -> RawPayload:
    return RawPayload(url=url, content=content, content_type=content_type)


def feed_source(slug: str = "feed", **fields: Any) -> Source:
    """A trusted source in Bengaluru, with the categories that events need."""
    make_categories()
    source = make_source(slug=slug, city=make_city(), **fields)
    return Source.objects.select_related("city").get(pk=source.pk)


def take(source: Source, content: bytes | list[Told], *, now: datetime = NOW, **options: Any) -> FetchRun:
    """Load one calendar."""
    source.refresh_from_db()
    return load(
        source, [payload(content if isinstance(content, bytes) else calendar(content))], now=now, **options
    )


def counts(run: FetchRun) -> dict[str, int]:
    """The counts of a run that are not 0."""
    names = ("new", "changed", "unchanged", "moved", "missing", "merged")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def event_of(source: Source, uid: str) -> Event:
    staged = source.staged_events.select_related("event").get(external_id=uid)
    assert staged.event is not None
    return staged.event


@dataclass
class FakeHttpClient:
    """An HTTP client with one answer, or one error, that stores its requests."""

    content: bytes = b""
    error: EgressError | None = None
    content_type: str = "text/calendar"
    asked: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(
        self,
        url: str,
        *,
        params: Any = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Response:
        self.asked.append(url)
        if self.error:
            raise self.error
        return Response(
            url=url,
            status=200,
            headers={"content-type": self.content_type, **self.headers},
            content=self.content,
            fetched_at=NOW,
        )

    def post(self, url: str, *, json: Any = None, data: Any = None, headers: Any = None) -> Response:
        raise AssertionError("no connector of these tests posts")
