"""`static/js/live.js` in a real browser.

Cards change in place, new ones are announced, and the page shows its state.
"""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as project
from django.utils import timezone

from events.models import Event
from outbox.queries import position
from tests.browser.conftest import Feed, evening
from tests.factories import announce, make_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def change(event: Event, **fields: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**fields)
        announce(event, kind="event.changed")


@pytest.fixture
def city(page: "Page", live_server: Any, night: list[Event], feed: Feed) -> "Page":
    page.goto(f"{live_server.url}/bengaluru/")
    page.wait_for_selector("#livestate[data-state=live]")
    return page


def test_it_is_small() -> None:
    script = Path(project.BASE_DIR, "static/js/live.js").read_bytes()
    assert len(gzip.compress(script)) <= 4096


def test_it_resumes_from_where_the_page_stands(city: "Page", feed: Feed) -> None:
    epoch, offset = (city.get_attribute("body", f"data-live-{name}") for name in ("epoch", "offset"))
    assert feed.subscriptions == [
        {"topics": "events:city:bengaluru,weather:bengaluru", "after": f"{epoch}-{offset}"}
    ]


def test_it_resumes_from_the_last_change_also_after_frames_that_have_no_place(
    city: "Page", feed: Feed, night: list[Event]
) -> None:
    feed.tell("event.changed", night[0], 10**9)
    feed.say({"type": "pong"})
    assert feed.route
    feed.route.close()
    until(city, lambda: len(feed.subscriptions) == 2)
    assert feed.subscriptions[1]["after"] == f"{feed.epoch}-{10**9}"


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
    new = make_event(title="Secret gig", start=night[0].start_at, category_id="music")
    before = city.evaluate("document.querySelectorAll('#list .card').length")
    feed.tell("event.published", new)
    marker = city.get_by_role("button", name="New: Secret gig")
    marker.wait_for()
    assert city.evaluate("document.querySelectorAll('#list .card').length") == before
    marker.click()
    city.locator(f'#list .card--arrived[data-event="{new.id}"]').wait_for()
    assert city.locator("#arrivals button").count() == 0


def test_a_new_event_below_what_is_read_goes_in_at_once(city: "Page", feed: Feed) -> None:
    new = make_event(title="Far away gig", start=evening(6))
    feed.tell("event.published", new)
    city.locator(f'#list .card--arrived[data-event="{new.id}"]').wait_for(state="attached")
    assert city.locator("#arrivals button").count() == 0


def test_what_is_not_of_the_list_is_not_shown(
    page: "Page", live_server: Any, night: list[Event], feed: Feed
) -> None:
    page.goto(f"{live_server.url}/bengaluru/film/")
    page.wait_for_selector("#livestate[data-state=live]")
    music, film = (
        make_event(title="Not for here", start=evening(3)),
        make_event(title="For here", start=evening(3), category_id="film"),
    )
    with page.expect_response(re.compile(rf"{music.id}/card")) as answer:
        feed.tell("event.published", music, 10**9)
    assert answer.value.status == 204
    feed.tell("event.published", film, 10**9 + 1)
    page.locator(f'.card[data-event="{film.id}"], #arrivals button').first.wait_for(state="attached")
    assert page.get_by_text("Not for here").count() == 0


def test_an_open_event_page_is_brought_up_to_date(
    page: "Page", live_server: Any, night: list[Event], feed: Feed
) -> None:
    answer = page.goto(live_server.url + night[0].get_absolute_url())
    assert answer
    assert answer.ok
    page.wait_for_function("true")
    change(night[0], happening="cancelled")
    until(page, lambda: feed.subscriptions)
    feed.tell("event.cancelled", night[0])
    page.locator("#event-head .band--cancelled").wait_for()
    page.get_by_text("This page was just updated").wait_for()


def test_a_gap_is_read_anew_in_place(city: "Page", feed: Feed, night: list[Event]) -> None:
    for message in ({"type": "hello", "epoch": feed.epoch}, {"type": "subscribed", "recovered": False}):
        event = night[0] if message["type"] == "hello" else night[4]
        change(event, happening="cancelled")
        feed.say({**message, "offset": position().number})
        city.locator(f'.card[data-event="{event.id}"] .band--cancelled').wait_for()


def test_a_gap_that_cannot_be_read_leaves_the_choice_to_the_reader(city: "Page", feed: Feed) -> None:
    city.route("**/bengaluru/", lambda route: route.fulfill(status=500))
    feed.say({"type": "hello", "epoch": "another", "offset": 0})
    city.get_by_role("button", name="Much has changed. Reload the page").wait_for()


def test_what_left_the_list_says_so_and_stays(
    page: "Page", live_server: Any, night: list[Event], feed: Feed
) -> None:
    page.goto(f"{live_server.url}/bengaluru/film/")
    page.wait_for_selector("#livestate[data-state=live]")
    film = next(event for event in night if event.category_id == "film")
    change(film, category_id="music")
    feed.tell("event.changed", film)
    band = page.locator(f'.card[data-event="{film.id}"] .band--removed')
    band.wait_for()
    assert band.inner_text() == "Not in this list any more"


def test_several_new_events_wait_behind_one_marker(city: "Page", feed: Feed, night: list[Event]) -> None:
    city.evaluate("document.querySelector('#list .card:nth-child(2)').scrollIntoView({block: 'start'})")
    new = [make_event(title=f"Secret gig {number}", start=night[0].start_at) for number in range(3)]
    for number, event in enumerate(new):
        feed.tell("event.published", event, 10**9 + number)
    city.get_by_role("button", name="New events: 3").click()
    assert city.locator("#list .card--arrived").count() == 3


def test_a_flood_is_read_at_once(city: "Page", feed: Feed, night: list[Event]) -> None:
    cards: list[str] = []
    city.on(
        "request",
        lambda request: (
            cards.append(request.url) if request.url.endswith("/card") or "/card?" in request.url else None
        ),
    )
    change(night[0], happening="cancelled")
    for number in range(60):
        feed.tell("event.changed", night[number % 18], 10**9 + number)
        feed.tell(
            "event.changed", make_event(title=f"Flood {number}", start=evening(20)), 10**9 + 100 + number
        ) if number < 9 else None
    city.locator(f'.card[data-event="{night[0].id}"] .band--cancelled').wait_for()
    assert len(cards) < 27


def test_how_many_watch_is_said_and_unsaid(city: "Page", feed: Feed) -> None:
    words = city.get_by_text("people are looking at this city")
    assert words.is_hidden()
    reported = {"type": "presence", "offset": 0, "topics": [], "topic": "events:city:bengaluru"}
    feed.say({**reported, "data": {"watching": 20}})
    words.wait_for()
    assert words.inner_text() == "About 20 people are looking at this city"
    feed.say({**reported, "data": {"watching": 0}})
    words.wait_for(state="hidden")


def test_it_says_when_it_is_not_live_and_since_when_and_that_it_is_back(city: "Page", feed: Feed) -> None:
    assert feed.route
    feed.route.close()
    city.get_by_text(re.compile(r"^Live again since \d\d:\d\d$")).wait_for(state="attached")
    assert len(feed.subscriptions) == 2


def test_it_says_that_it_is_offline_and_since_when(city: "Page", feed: Feed) -> None:
    city.context.set_offline(True)
    city.get_by_text(re.compile(r"^Offline since \d\d:\d\d$")).wait_for(state="attached")
    city.context.set_offline(False)
    city.get_by_text(re.compile(r"^Live again since \d\d:\d\d$")).wait_for(state="attached")


def until(page: "Page", question: "Callable[[], Any]") -> None:
    """Wait until `question` returns something, at most 30 s."""
    for _ in range(1500):
        if question():
            return
        page.wait_for_timeout(20)
    pytest.fail("it did not come to pass")


@pytest.fixture
def timed(page: "Page", live_server: Any, night: list[Event], feed: Feed) -> "Page":
    """The city's page, with a clock that the test moves."""
    page.clock.install()
    page.goto(f"{live_server.url}/bengaluru/")
    page.wait_for_selector("#livestate[data-state=live]")
    return page


def test_it_comes_back_when_the_server_asked_it_to(timed: "Page", feed: Feed) -> None:
    timed.clock.pause_at(timed.evaluate("Date.now() + 1000"))
    assert feed.route
    feed.say(
        {
            "type": "system.notice",
            "offset": 0,
            "topics": ["system"],
            "topic": "system",
            "data": {"kind": "restart", "retry_after_ms": 120_000},
        }
    )
    feed.route.close(code=1012)
    timed.wait_for_selector("#livestate[data-state=offline]")
    timed.clock.run_for(119_000)
    assert len(feed.subscriptions) == 1
    timed.clock.run_for(2_000)
    until(timed, lambda: len(feed.subscriptions) == 2)


def test_a_hidden_tab_rests_after_a_minute_and_resumes_when_it_is_seen(timed: "Page", feed: Feed) -> None:
    timed.clock.pause_at(timed.evaluate("Date.now() + 1000"))
    see = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); "
    see += "document.dispatchEvent(new Event('visibilitychange')); }"
    closed: list[int | None] = []
    assert feed.route
    feed.route.on_close(lambda code, reason: closed.append(code))
    timed.evaluate(see, True)
    timed.clock.fast_forward(59_000)
    assert closed == []
    timed.clock.fast_forward(2_000)
    until(timed, lambda: closed)
    timed.evaluate(see, False)
    until(timed, lambda: len(feed.subscriptions) == 2)
    assert feed.subscriptions[1]["after"].startswith(f"{feed.epoch}-")


def test_a_silent_connection_is_given_up(timed: "Page", feed: Feed) -> None:
    timed.clock.pause_at(timed.evaluate("Date.now() + 1000"))
    feed.is_mute = True
    timed.clock.run_for(51_000)
    assert {"type": "ping"} in feed.said
    timed.clock.run_for(4_000)
    until(timed, lambda: len(feed.subscriptions) == 2)


COUNTED = """() => {
  window.asks = 0;
  const real = window.fetch;
  window.fetch = (...given) => { window.asks += 1; return real(...given); };
  document.addEventListener("live", ({ detail }) => { window.seen = detail.offset; });
  Math.random = () => 0.9;
}"""


@pytest.mark.parametrize(("watching", "waits"), [(0, 270), (600, 2_700), (9_000, 4_500)])
def test_a_crowd_does_not_ask_all_at_once(
    timed: "Page", feed: Feed, night: list[Event], watching: int, waits: int
) -> None:
    """Alone it asks within 300 ms; where many watch, at a moment drawn from up to 5 s."""
    timed.evaluate(COUNTED)
    timed.clock.pause_at(timed.evaluate("Date.now() + 1000"))
    feed.say(
        {
            "type": "presence",
            "offset": 0,
            "topics": [],
            "topic": "events:city:bengaluru",
            "data": {"watching": watching},
        }
    )
    change(night[0], happening="cancelled")
    feed.tell("event.cancelled", night[0])
    until(timed, lambda: timed.evaluate(f"window.seen === {10**9}"))
    timed.clock.run_for(waits - 10)
    assert timed.evaluate("window.asks") == 0
    timed.clock.run_for(20)
    timed.locator(f'.card[data-event="{night[0].id}"] .band--cancelled').wait_for()
    assert timed.evaluate("window.asks") == 1


def test_the_weather_of_a_city_is_live(city: "Page", feed: Feed, night: list[Event]) -> None:
    from places.records import WeatherFacts
    from places.services import record_weather

    assert city.locator("#weather").is_hidden()
    now = timezone.now()
    facts = WeatherFacts(
        observed_at=now - timedelta(minutes=1),
        valid_until=now + timedelta(hours=1),
        temperature_c=31.0,
        condition="haze",
    )
    record_weather(night[0].city_id, facts, now=now)
    feed.say(
        {
            "type": "weather.update",
            "offset": position().number,
            "topics": ["weather:bengaluru"],
            "topic": "weather:bengaluru",
            "data": {},
        }
    )
    city.locator("#weather", has_text="31 °C, haze").wait_for()


def test_a_notice_that_comes_once_for_each_topic_is_shown_once(city: "Page", feed: Feed) -> None:
    reported = {
        "type": "system.notice",
        "topics": ["events:city:bengaluru", "weather:bengaluru"],
        "topic": "system",
    }
    for offset, words in ((10**9, "Back at nine"), (10**9, "Back at nine"), (10**9 + 1, "Back at ten")):
        feed.say({**reported, "offset": offset, "data": {"kind": "broadcast", "message": words}})
    city.locator("#arrivals .notice", has_text="Back at ten").wait_for()
    assert city.locator("#arrivals .notice").all_inner_texts() == ["Back at nine", "Back at ten"]
