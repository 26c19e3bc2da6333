"""The open page of a saved search, brought up to date by the live feed."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from events.filters import EventFilter
from events.models import Event
from saved_searches import services
from tests.browser.conftest import Feed, elsewhere
from tests.factories import announce, make_event, make_person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def vera(transactional_db: None) -> User:
    return make_person(email="vera@example.org")


def _open(page: "Page", live_server: Any, person: User, wanted: EventFilter) -> str:
    """The page of a search of the person, live; the search's id."""

    def session() -> str:
        client = Client()
        client.force_login(person)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": elsewhere(session), "url": live_server.url}]
    )
    search = services.save(person, wanted, name="Free films")
    page.goto(f"{live_server.url}/me/searches/{search.pk}/")
    page.wait_for_selector("#livestate[data-state=live]")
    return str(search.pk)


def _published(**fields: Any) -> Event:
    return make_event(start=timezone.now() + timedelta(hours=3), **fields)


def test_what_comes_to_match_appears_and_nothing_else(
    page: "Page", live_server: Any, night: list[Event], feed: Feed, vera: User
) -> None:
    wanted = EventFilter(city="bengaluru", categories=("film",), price="free")
    search = _open(page, live_server, vera, wanted)
    [asked] = feed.subscriptions
    assert asked["saved_search"] == search
    assert asked["topics"].startswith("events:city:bengaluru")
    other = _published(title="A film for money", category_id="film", price_type="paid")
    fitting = _published(title="A free film", category_id="film", price_type="free")
    with page.expect_response(re.compile(rf"/me/searches/{search}/events/{other.pk}/card")) as answer:
        feed.tell("event.published", other, 10**9)
    assert answer.value.status == 204
    feed.tell("event.published", fitting, 10**9 + 1)
    page.locator(f'#list .card[data-event="{fitting.id}"], #arrivals button').first.wait_for(state="attached")
    if page.locator("#arrivals button").count():
        page.locator("#arrivals button").click()
    page.locator(f'#list .card[data-event="{fitting.id}"]').wait_for()
    assert page.get_by_text("A film for money").count() == 0


def test_an_empty_list_gets_its_first_event(
    page: "Page", live_server: Any, night: list[Event], feed: Feed, vera: User
) -> None:
    _open(page, live_server, vera, EventFilter(city="bengaluru", q="theremin"))
    page.get_by_text("Nothing fits at the moment.").wait_for()
    fitting = _published(title="Theremin recital")
    feed.tell("event.published", fitting)
    page.locator(f'#list .card[data-event="{fitting.id}"], #arrivals button').first.wait_for(state="attached")
    if page.locator("#arrivals button").count():
        page.locator("#arrivals button").click()
    page.locator(f'#list .cards .card[data-event="{fitting.id}"]').wait_for()
    assert page.get_by_text("Nothing fits at the moment.").count() == 0


def test_what_no_longer_matches_says_so_and_stays(
    page: "Page", live_server: Any, night: list[Event], feed: Feed, vera: User
) -> None:
    fitting = _published(title="A free film", category_id="film", price_type="free")
    _open(page, live_server, vera, EventFilter(city="bengaluru", categories=("film",), price="free"))
    card = page.locator(f'#list .card[data-event="{fitting.id}"]')
    card.wait_for()
    with transaction.atomic():
        Event.objects.filter(pk=fitting.pk).update(price_type="paid")
        announce(fitting, kind="event.changed")
    feed.tell("event.changed", fitting)
    card.get_by_text("Not in this list any more").wait_for()
