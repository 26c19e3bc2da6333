"""Small calendars for tests, and functions that read them."""

from datetime import UTC, datetime, timedelta

from pipeline.connectors.formats.ical import ICal, ICalConfig
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.raw import Dropped, RawPayload, RawRecord

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def event(*lines: str, uid: str = "a@x") -> str:
    """A VEVENT with a UID and the given lines."""
    return "\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT"])


def calendar(*parts: str) -> str:
    """A VCALENDAR around header lines and components."""
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR"]) + "\n"


def params(*, now: datetime = NOW, back: int = 30, ahead: int = 400, **more) -> FetchParams:
    return FetchParams(now=now, start=now - timedelta(days=back), end=now + timedelta(days=ahead), **more)


def page(
    text: str | bytes, *, content_type: str = "text/calendar", config: ICalConfig | None = None, **more
) -> Page:
    content = text if isinstance(text, bytes) else text.encode()
    return ICal(config or ICalConfig()).read(
        RawPayload(url="https://a.example/c.ics", content=content, content_type=content_type), params(**more)
    )


def read(text: str | bytes, **more) -> list[RawRecord | Dropped]:
    return list(page(text, **more).records)


def one(*lines: str, header: tuple[str, ...] = (), **more) -> RawRecord:
    """The only record of a calendar with one event."""
    (record,) = read(calendar(*header, event(*lines)), **more)
    assert isinstance(record, RawRecord), record
    return record


def starts(*parts: str, **more) -> list[str]:
    """Starts of all records as text: `2026-12-01T19:00:00+01:00`, a date, or floating."""
    return [
        record.start.isoformat() for record in read(calendar(*parts), **more) if isinstance(record, RawRecord)
    ]


def drops(*parts: str, **more) -> list[str]:
    """Reasons of all drops, in order."""
    return [record.reason for record in read(calendar(*parts), **more) if isinstance(record, Dropped)]
