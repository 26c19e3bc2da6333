"""Pages in a real browser, with a night's events, and a WebSocket whose server side is the test."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client
from django.utils import timezone

from events.models import Event
from outbox.queries import position
from tests.factories import make_area, make_city, make_event, make_staff
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocketRoute

#: Where a page opens its WebSocket; what it asks for is in the address.
SOCKET = "**/ws/live?*"
KOLKATA = ZoneInfo("Asia/Kolkata")
TITLES = ("Moonlit Jazz", "Open mic", "Super 8 night", "Pub quiz", "Bhangra night", "Toddy and small plates")
CATEGORIES = ("music", "food", "film", "tech", "other", "food")


@pytest.fixture
def night(transactional_db: None) -> list[Event]:
    """Eighteen events from now on, in every state; the first begins in an hour."""
    area = make_area(city=make_city(name="Bengaluru"), name="Indiranagar")
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
            title=TITLES[number % 6],
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
    """The server side of the live feed, played by the test."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.subscriptions: list[dict[str, str]] = []
        self.said: list[dict[str, Any]] = []
        self.route: WebSocketRoute | None = None
        self.is_mute = False

    def open(self, route: "WebSocketRoute") -> None:
        self.route = route
        route.on_message(lambda text: self._heard(json.loads(text)))
        asked = dict(parse_qsl(urlsplit(route.url).query))
        self.say({"type": "hello", "epoch": self.epoch, "offset": 0})
        self.say({"type": "subscribed", "topics": asked["topics"].split(","), "recovered": True, "offset": 0})
        self.subscriptions.append(asked)

    def _heard(self, message: dict[str, Any]) -> None:
        self.said.append(message)
        if message["type"] == "ping" and not self.is_mute:
            self.say({"type": "pong"})

    def say(self, message: dict[str, Any]) -> None:
        assert self.route
        self.route.send(json.dumps(message))

    def tell(self, kind: str, event: Event, offset: int = 10**9, **data: Any) -> None:
        data = {"id": str(event.id), **data}
        at = timezone.now().isoformat()
        self.say(
            {
                "type": kind,
                "offset": offset,
                "topics": ["events:all"],
                "topic": f"events:event:{event.id}",
                "at": at,
                "data": data,
            }
        )


@pytest.fixture
def feed(page: "Page", transactional_db: None) -> Feed:
    spoken = Feed(position().epoch)
    page.route_web_socket(SOCKET, spoken.open)
    return spoken


@pytest.fixture
def phone(chromium: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Pages of 390 × 844, with further options of a context; `service_workers="allow"` for what is about them."""
    contexts = []

    def new(**options: Any) -> "Page":
        context = chromium.new_context(
            **{
                "viewport": {"width": 390, "height": 844},
                "has_touch": True,
                "locale": "en-GB",
                "service_workers": "block",
                **options,
            }
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def complaints(page: "Page") -> list[str]:
    """The warnings and errors in the browser's console. The server has no live feed."""
    said: list[str] = []

    def hear(message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(
            ("WebSocket connection", "Failed to load resource", "Service Worker registration blocked")
        ):
            said.append(f"{page.url}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    return said


@pytest.fixture
def desk(page: "Page", live_server: Any, transactional_db: None) -> "Iterator[Page]":
    client = Client()
    elsewhere(lambda: client.force_login(make_staff()))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    with requests_counted() as idle:
        yield page
        # a request that is answered while the tables are emptied would be a deadlock
        page.evaluate("navigator.sendBeacon = () => true")
        page.goto("about:blank")
        assert idle.wait(10), "the server still answers a request"


@contextmanager
def requests_counted() -> Iterator[threading.Event]:
    """An event that is set while the live server, a thread of this process, answers no request."""
    idle, lock, open_ones = threading.Event(), threading.Lock(), 0
    idle.set()

    def count(change: int) -> None:
        nonlocal open_ones
        with lock:
            open_ones += change
            idle.set() if open_ones <= 0 else idle.clear()

    def begun(**_: Any) -> None:
        count(1)

    def ended(**_: Any) -> None:
        count(-1)

    request_started.connect(begun)
    request_finished.connect(ended)
    try:
        yield idle
    finally:
        request_started.disconnect(begun)
        request_finished.disconnect(ended)


def evening(days: int, hour: int = 20) -> datetime:
    """That hour in Bengaluru, so many days from today."""
    return datetime.combine(
        timezone.now().astimezone(KOLKATA).date() + timedelta(days=days), time(hour), KOLKATA
    )


class Server:
    """The real ASGI server on the test's database. It can be stopped and started again on its port."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**environment, "DATABASE_POOL": "true"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience: int = 90) -> None:
        words = ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port), "config.asgi:application"]
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", *words], env=self._environment, cwd=os.getcwd()
        )
        waiting = threading.Event()
        for _ in range(patience * 10):
            assert self._process.poll() is None, "the server ended"
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            waiting.wait(0.1)
        pytest.fail("the server does not listen")

    def kill(self) -> None:
        """Kill it without notice, like a power failure."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def served(transactional_db: None, child_environment: dict[str, str]) -> Iterator[Server]:
    server = Server(child_environment)
    server.start()
    yield server
    server.kill()


def elsewhere(work: Callable[[], Any]) -> Any:
    """Run `work` in another thread, like another process.

    Playwright has an event loop in this one, where no hint can be sent.
    """

    def with_own_connection() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(with_own_connection).result()
