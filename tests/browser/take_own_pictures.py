"""Takes the pictures of the pages of people and organizers, and of errors, for docs/screenshots; `make screenshots` runs it. Not a test."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.utils.timezone import now

from accounts.models import User
from events.models import Event
from operations.models import ComponentState, Heartbeat, Outage
from tests.browser.conftest import elsewhere
from tests.browser.house import cookie_of, make_house
from tests.site_pictures import COLOURS, FOLDER, OWN, SIZES, take_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_take(
    phone: "Callable[..., Page]",
    live_server: Any,
    night: list[Event],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = elsewhere(lambda: make_house(night))
    cookie = elsewhere(lambda: cookie_of(house["ann"], live_server.url))
    elsewhere(lambda: _two_sessions(house["ann"], cookie["value"]))
    elsewhere(_three_months_of_status)
    monkeypatch.setattr(
        "events.views.search.render", lambda *_, **__: 1 / 0
    )  # the page of a search is the one that breaks
    for colours, scheme in COLOURS.items():
        for width, height, kept in SIZES:
            page = phone(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
                timezone_id="Asia/Kolkata",
            )
            page.context.add_cookies([cookie])
            for shot in OWN:
                settings.PAGE_RATE_LIMIT = 1 if shot.name == "too-many" else 1_000
                take_picture(
                    page,
                    live_server.url + shot.path.format(**house),
                    FOLDER / f"{shot.name}-{width}-{colours}.webp",
                    kept,
                )


def _two_sessions(person: User, key: str) -> None:
    """The person is signed in here and on a phone."""
    phone, laptop = (
        "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Firefox/145.0",
        "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36",
    )
    other = cookie_of(person, "http://localhost")["value"]
    for held, agent, network in ((key, laptop, "203.0.113.0"), (other, phone, "198.51.100.0")):
        UserSession.objects.create(user=person, ip=network, session_key=held, user_agent=agent, data={})


def _three_months_of_status() -> None:
    """A site that has worked for three months, with two outages."""
    moment = now()
    cache.delete_many(["dashboard:status:states", "dashboard:status:uptime"])
    Heartbeat.objects.create(first_at=moment - timedelta(days=90), last_at=moment)
    for days, minutes in ((41, 260), (9, 4)):
        began = moment - timedelta(days=days)
        Outage.objects.create(began_at=began, ended_at=began + timedelta(minutes=minutes))
    names = ("database", "disk", "live", "valkey", "beat", "mail", "queues", "crawler", "models")
    ComponentState.objects.bulk_create(
        ComponentState(name=name, state="ok", since=moment - timedelta(days=9), looked_at=moment)
        for name in names
    )
