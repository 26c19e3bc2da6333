"""An installation in the middle of its work: cities with more and fewer events, sources that do well or not, runs,
decisions of people and rules, alerts, and what waits for a moderator."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from events.models import Event
from moderation.enums import ReviewKind, Verdict
from moderation.models import Decision
from moderation.services import Filing, file_reviews
from outbox.records import NewChange
from outbox.services import record
from places.models import City
from sources.models import Alert, FetchRun, Source
from tests.factories import make_category, make_city, make_event, make_source

CITIES = (("bengaluru", "Asia/Kolkata", 3), ("vienna", "Europe/Vienna", 2), ("lisbon", "Europe/Lisbon", 1))
_LOST = "The site could not be reached. It is tried again by itself; if it stays so, see whether the site still exists."
HEALTHS = (
    ("healthy", ""),
    ("failing", f"4 failures in a row. {_LOST}"),
    (
        "degraded",
        "It found 3 events where 40 are usual. Look at its page and at the last answer in the source lab.",
    ),
)
REASONS = (
    "category music is a guess (0.31)",
    "quality 0.61 is below 0.70",
    "Town calendar is not trusted to publish without a review",
)


def make_world(now: datetime) -> None:
    """Three cities with sources, four weeks of past events and two of coming ones, and seven days of work."""
    make_category(slug="music")
    for slug, zone, many in CITIES:
        city = make_city(slug=slug, name=slug.title(), timezone=zone)
        events = make_events(city, many, now)
        sources = [
            make_source(
                slug=f"{slug}-{health}", name=f"{slug.title()} {health} calendar", city=city, is_active=True,
                health=health, health_detail=detail,
            )
            for health, detail in HEALTHS
        ]  # fmt: skip
        make_runs(sources, now)
        make_decisions(sources[0], events, now)
        lost = sources[1]
        Alert.objects.create(
            key=f"source:{lost.slug}:failing",
            title=f"{lost.name} is failing",
            source=lost,
            raised_at=now - timedelta(hours=9),
        )


def make_events(city: City, many: int, now: datetime) -> list[Event]:
    """So many events an evening from four weeks ago on; none on coming Mondays, and few on Fridays."""
    zone = ZoneInfo(city.timezone)
    today = now.astimezone(zone).date()
    rows = []
    for ahead in range(-28, 14):
        day = today + timedelta(days=ahead)
        count = {0: 0, 4: many // 2}.get(day.weekday(), many) if ahead >= 0 else many
        rows += [_event(city, datetime.combine(day, time(19 + number % 3), zone)) for number in range(count)]
    with transaction.atomic():
        Event.objects.bulk_create(rows)
        record([
            NewChange(type="event.published", object_type="event", object_id=row.pk, topics=("events:all",), data={})
            for row in rows
        ])  # fmt: skip
    return rows


def _event(city: City, start: datetime) -> Event:
    return Event(
        slug="evening", title=f"{city.name} evening {start:%d %b %H}", city=city, timezone=city.timezone, start_at=start,
        start_date=start.date(), end_date=start.date(), venue_name="Blue Room", category_id="music",
        publication="approved", published_at=start - timedelta(days=40), quality_score=0.8,
    )  # fmt: skip


def make_runs(sources: list[Source], now: datetime) -> None:
    """A run every six hours for three days of each source, the last one of the first under way."""
    started = [
        (source, number, now - timedelta(hours=6 * number + 1)) for source in sources for number in range(12)
    ]
    under_way = {"phase": "fetching", "found": 22, "new": 3}
    FetchRun.objects.bulk_create(
        [
            *(_run(source, start, number) for source, number, start in started),
            FetchRun(source=sources[0], started_at=now - timedelta(seconds=50), progress=under_way),
        ]
    )


def _run(source: Source, start: datetime, number: int) -> FetchRun:
    times: dict[str, Any] = {"started_at": start, "finished_at": start + timedelta(seconds=40), "seconds": 40}
    if source.health == "failing" and number < 4:
        return FetchRun(source=source, state="failed", error_code="connect failed", **times)
    counts = {
        "events_found": 40 + number,
        "new": number % 5,
        "changed": 2,
        "unchanged": 31,
        "merged": number % 3,
    }
    return FetchRun(source=source, state="success", events_processed=38, **counts, **times)


def make_decisions(source: Source, events: list[Event], now: datetime) -> None:
    """Verdicts of people over two days, one taken back, one against what a rule had let through."""
    ids = [event.pk for event in events]
    taken = Decision(verdict=Verdict.REJECT, reason="other", object_id=ids[30], at=now - timedelta(hours=4))
    through = Decision(verdict=Verdict.APPROVE, automatic=True, object_id=source.pk, events=ids[:10])
    through.at = now - timedelta(hours=30)
    Decision.objects.bulk_create(
        [
            through,
            Decision(verdict=Verdict.REMOVE, reason="spam", object_id=ids[0], at=now - timedelta(hours=3)),
            taken,
            Decision(verdict=Verdict.UNDO, undoes=taken, object_id=ids[30], at=now - timedelta(hours=3)),
            *(
                Decision(
                    verdict=Verdict.APPROVE, object_id=pk, at=now - timedelta(hours=2 * number, minutes=5)
                )
                for number, pk in enumerate(ids[10:25])
            ),
        ]
    )


def make_waiting(now: datetime, *, many: int = 12) -> None:
    """Events that wait for a moderator in the cities, each with a reason or two."""
    filings = []
    for number in range(many):
        slug, zone, _ = CITIES[number % len(CITIES)]
        city = make_city(slug=slug)
        event = make_event(
            title=f"Waiting night {number}",
            city=city,
            timezone=zone,
            publication="pending",
            start=now + timedelta(hours=5 + 7 * number),
        )
        filings.append(
            Filing(
                kind=ReviewKind.EVENT, object_id=event.pk, title=event.title, city_id=city.pk, starts_at=event.start_at,
                reasons=REASONS[number % 3 : number % 3 + 2],
                evidence={"facts": {"title": event.title}, "source_name": "Town calendar"},
            )
        )  # fmt: skip
    file_reviews(filings)
