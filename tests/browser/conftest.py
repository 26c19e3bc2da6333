"""Pages in a real browser, with a night's worth of events, and a WebSocket that the test speaks for."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.models import Event
from outbox.queries import position
from tests.events.factories import make_area, make_city, make_event

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocketRoute

KOLKATA = ZoneInfo("Asia/Kolkata")
TITLES = ("Moonlit Jazz", "Open mic", "Super 8 night", "Pub quiz", "Bhangra night", "Toddy and small plates")
CATEGORIES = ("music", "food", "film", "tech", "other", "food")


@pytest.fixture
def night(transactional_db: None) -> list[Event]:
    """Eighteen events from now on, in every state; the first begins in an hour."""
    area = make_area(make_city(name="Bengaluru"), name="Indiranagar")
    now = timezone.now().replace(second=0, microsecond=0)
    states: tuple[dict[str, Any], ...] = (
        {},
        {"happening": "cancelled"},
        {"sold_out": True},
        {"happening": "rescheduled"},
        {},
        {"freshness": "missing"},
    )
    return [
        make_event(
            TITLES[number % 6],
            start=now + timedelta(hours=1 + number * 5),
            category_id=CATEGORIES[number % 6],
            area=area,
            lat=12.97 + number / 500,
            lng=77.6 + number / 400,
            price_type="free" if number % 2 else "unknown",
            previous_start_at=now,
            description="<p>Two sets, no support.</p>",
            **states[number % 6],
        )
        for number in range(18)
    ]


class Feed:
    """The server's side of the live feed, spoken by the test."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.asked: list[dict[str, Any]] = []
        self.route: WebSocketRoute | None = None

    def open(self, route: "WebSocketRoute") -> None:
        self.route = route
        route.on_message(lambda text: self._heard(json.loads(text)))
        route.send(json.dumps({"type": "hello", "epoch": self.epoch, "offset": 0}))

    def _heard(self, message: dict[str, Any]) -> None:
        self.asked.append(message)
        if message["type"] == "subscribe" and self.route:
            self.route.send(json.dumps({"type": "subscribed", "topics": message["topics"], "recovered": True, "offset": 0}))

    def tell(self, kind: str, event: Event, offset: int = 10**9) -> None:
        assert self.route
        data = {"id": str(event.id)}
        self.route.send(
            json.dumps({"type": kind, "offset": offset, "topics": ["events:all"], "topic": f"events:event:{event.id}", "data": data})
        )


@pytest.fixture
def feed(page: "Page", transactional_db: None) -> Feed:
    spoken = Feed(position().epoch)
    page.route_web_socket("**/ws/live", spoken.open)
    return spoken


@pytest.fixture
def phone(chromium: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Pages of 390 × 844, with whatever else a context takes."""
    contexts = []

    def new(**options: Any) -> "Page":
        context = chromium.new_context(**{"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


def evening(days: int, hour: int = 20) -> datetime:
    """That hour in Bengaluru, so many days from today."""
    return datetime.combine(timezone.now().astimezone(KOLKATA).date() + timedelta(days=days), time(hour), KOLKATA)
