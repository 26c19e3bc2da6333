"""`static/js/live.js` in a real browser: cards change where they stand, new ones come politely, and the page says how it stands."""

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as project

from events.models import Event
from tests.browser.conftest import Feed, evening
from tests.events.factories import announce, make_event

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def change(event: Event, **fields: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**fields)
        announce(event, "event.changed")


@pytest.fixture
def city(page: "Page", live_server: Any, night: list[Event], feed: Feed) -> "Page":
    page.goto(f"{live_server.url}/bengaluru/")
    page.wait_for_selector("#livestate[data-state=live]")
    return page


def test_it_is_small() -> None:
    script = Path(project.BASE_DIR, "static/js/live.js").read_bytes()
    assert len(gzip.compress(script)) <= 4096


def test_it_resumes_from_where_the_page_stands(city: "Page", feed: Feed) -> None:
    asked = feed.asked[0]
    assert asked["topics"] == ["events:city:bengaluru"]
    assert asked["epoch"] == city.get_attribute("body", "data-live-epoch")
    assert asked["after"] == int(city.get_attribute("body", "data-live-offset") or -1)


def test_a_changed_card_is_replaced_where_it_stands(city: "Page", feed: Feed, night: list[Event]) -> None:
    card = city.locator(f'.card[data-event="{night[0].id}"]')
    change(night[0], happening="cancelled")
    feed.tell("event.cancelled", night[0])
    card.locator(".band--cancelled").wait_for()
    assert card.count() == 1


def test_a_removed_card_says_so_and_stays(city: "Page", feed: Feed, night: list[Event]) -> None:
    change(night[0], publication="removed")
    feed.tell("event.removed", night[0])
    city.locator(f'.card[data-event="{night[0].id}"] .band--removed').wait_for()


def test_a_new_event_in_view_waits_behind_a_marker(city: "Page", feed: Feed, night: list[Event]) -> None:
    city.locator("#list").scroll_into_view_if_needed()
    city.evaluate("document.querySelector('#list .card:nth-child(2)').scrollIntoView({block: 'start'})")
    new = make_event("Secret gig", start=night[0].start_at, category_id="music")
    before = city.evaluate("document.querySelectorAll('#list .card').length")
    feed.tell("event.published", new)
    marker = city.get_by_role("button", name="New: Secret gig")
    marker.wait_for()
    assert city.evaluate("document.querySelectorAll('#list .card').length") == before
    marker.click()
    city.locator(f'#list .card--arrived[data-event="{new.id}"]').wait_for()
    assert city.locator("#arrivals button").count() == 0


def test_a_new_event_below_what_is_read_goes_in_at_once(city: "Page", feed: Feed) -> None:
    new = make_event("Far away gig", start=evening(6))
    feed.tell("event.published", new)
    city.locator(f'#list .card--arrived[data-event="{new.id}"]').wait_for(state="attached")
    assert city.locator("#arrivals button").count() == 0


def test_what_is_not_of_the_list_is_not_shown(page: "Page", live_server: Any, night: list[Event], feed: Feed) -> None:
    page.goto(f"{live_server.url}/bengaluru/film/")
    page.wait_for_selector("#livestate[data-state=live]")
    music, film = make_event("Not for here", start=evening(3)), make_event("For here", start=evening(3), category_id="film")
    with page.expect_response(re.compile(rf"{music.id}/card")) as answer:
        feed.tell("event.published", music, 10**9)
    assert answer.value.status == 204
    feed.tell("event.published", film, 10**9 + 1)
    page.locator(f'.card[data-event="{film.id}"], #arrivals button').first.wait_for(state="attached")
    assert page.get_by_text("Not for here").count() == 0


def test_an_open_event_page_is_brought_up_to_date(page: "Page", live_server: Any, night: list[Event], feed: Feed) -> None:
    answer = page.goto(live_server.url + night[0].get_absolute_url())
    assert answer
    assert answer.ok
    page.wait_for_function("true")
    change(night[0], happening="cancelled")
    for _ in range(1500):  # 30 s, far more than it takes
        if feed.asked:
            break
        page.wait_for_timeout(20)
    assert feed.asked
    feed.tell("event.cancelled", night[0])
    page.locator("#event-head .band--cancelled").wait_for()
    page.get_by_text("This page was just brought up to date").wait_for()


def test_a_gap_leaves_the_choice_to_the_reader(city: "Page", feed: Feed) -> None:
    assert feed.route
    feed.route.send('{"type":"subscribed","topics":[],"recovered":false,"offset":99}')
    city.get_by_role("button", name="Much has changed. Read the page again").wait_for()


def test_it_says_when_it_is_not_live_and_since_when(city: "Page", feed: Feed) -> None:
    assert feed.route
    feed.route.close()
    city.wait_for_selector("#livestate[data-state=offline]")
    assert re.match(r"Not live since \d\d:\d\d, trying again", city.inner_text("#livestate"))
    city.wait_for_selector("#livestate[data-state=live]")
    assert len([message for message in feed.asked if message["type"] == "subscribe"]) == 2


def test_polling_is_the_last_way(page: "Page", live_server: Any, night: list[Event]) -> None:
    page.add_init_script("window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 0); } }; delete window.EventSource;")
    page.clock.install()
    page.goto(f"{live_server.url}/bengaluru/")
    for _ in range(8):
        page.clock.run_for(10_000)
    page.wait_for_selector("#livestate[data-state=live]")
