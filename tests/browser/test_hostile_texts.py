"""The texts of `tests/hostile/injections.py` on the pages, in a real browser: none runs, with the policy and without it.

Without it, since the strict policy would stop most of them where a field is not escaped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import pytest
from django.utils import timezone

from events.addresses import performer_path, tag_path
from events.models import Event
from events.services import rebuild_vocabulary
from outbox.queries import position
from places.queries import forget_gazetteer
from tests.browser.conftest import SOCKET, Feed, elsewhere, requests_counted
from tests.browser.test_live import until
from tests.factories import make_area, make_city, make_event
from tests.hostile.injections import INJECTIONS, MARKER, NUMBER
from tests.hostile.planted import plant, plant_city

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
#: A text that runs where it is not escaped, in any place.
TAG: Final = f"\"'></title></script><img src=x onerror={MARKER}(503)>"
#: So many events hold all the texts, each another part of them.
EVENTS: Final = 25
#: What no page of ours holds: handlers, addresses that run, elements that fetch or run, addresses of the texts.
_FOREIGN: Final = """() => {
  const found = [], names = "object,embed,marquee,base,math,animate,set,foreignObject,audio,video,frame,[http-equiv=refresh]";
  const walk = (root) => {
    for (const one of root.querySelectorAll(names)) found.push(one.outerHTML.slice(0, 200));
    for (const one of root.querySelectorAll("*")) {
      for (const { name, value } of one.attributes)
        if (/^(on|hx-on|srcdoc|x-|v-|ng-)/i.test(name) || (/(href|src|action|srcset|poster|data|background)$/i.test(name)
            && /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text|data:image\\/svg)|^(https?:)?\\/\\/hit\\.example/i.test(value)))
          found.push(`${one.localName} ${name}=${value.slice(0, 120)}`);
      if (one.shadowRoot) walk(one.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""


def _made() -> list[Event]:
    """Events at their venues, by their organizers, in a city and an area; every text stands in several of them."""
    city = make_city()
    area = make_area(city=city)
    now, share = timezone.now().replace(second=0, microsecond=0), NUMBER // EVENTS
    made = []
    for number in range(EVENTS):
        spot = {"lat": 12.97 + number / 300, "lng": 77.6 + number / 300}
        event = make_event(title="x", start=now + timedelta(hours=1 + number), area=area, city=city, **spot)
        plant(event, INJECTIONS[number * share : (number + 1) * share])
        made.append(event)
    plant_city(city, area, ("</title><img src=x onerror=__hit(501)>", "\"'><img src=x onerror=__hit(502)>"))
    forget_gazetteer()
    rebuild_vocabulary(now=now)
    return [*Event.objects.order_by("start_at").select_related("place", "organizer")]


@contextmanager
def _watched(context: "BrowserContext", site: str) -> Iterator[tuple["Page", list[str]]]:
    """A page, and what went wrong in it: texts that ran, dialogs, requests to elsewhere, refusals by the policy."""
    said: list[str] = []
    context.expose_function(MARKER, lambda number: said.append(f"text {number} ran"))
    page = context.new_page()

    def asked(request: Any) -> None:
        to = urlsplit(request.url)
        if to.scheme in ("http", "https", "ws") and to.netloc != urlsplit(site).netloc:
            said.append(f"asked {request.url}")

    def refused(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            said.append(f"{page.url}: {message.text}")

    def dialog(shown: Any) -> None:
        said.append(f"dialog {shown.message}")
        shown.dismiss()

    context.on("request", asked)
    page.on("console", refused)
    page.on("dialog", dialog)
    yield page, said
    context.close()


def _paths(events: list[Event]) -> list[str]:
    """Pages and frames that are looked at with nothing more to be done."""
    venue, organizer, area = events[4].place, events[8].organizer, events[0].area
    assert venue
    assert organizer
    assert area
    performers = (path for event in events for name in event.performers if (path := performer_path(name)))
    tags = (path for event in events for name in event.tags if (path := tag_path(name)))
    return [
        "/",
        *(events[at].get_absolute_url() for at in (0, 9, 18)),
        f"/venues/{venue.slug}-{venue.pk.hex}/",
        f"/organizers/x-{organizer.pk.hex}/",
        next(performers),
        next(tags),
        f"/bengaluru/{area.slug}/",
        f"/search?q={quote(INJECTIONS[-1])}",
        "/embed/list/?city=bengaluru",
        f"/embed/events/{events[3].id.hex}/",
    ]


def _check(page: "Page", said: list[str]) -> None:
    assert (page.url, page.evaluate(_FOREIGN), said) == (page.url, [], [])


def _use(page: "Page", site: str, events: list[Event], feed: Feed, said: list[str]) -> None:
    """What scripts put on the page: live cards, places of the map, suggestions, saved events, the element for other sites."""
    page.goto(f"{site}/bengaluru/")
    page.wait_for_selector("#livestate[data-state=live]")
    changed, new = (
        events[0],
        elsewhere(lambda: make_event(title=f"New {TAG}", start=events[0].start_at, category_id="music")),
    )
    feed.tell("event.changed", changed)
    feed.tell("event.published", new, 10**9 + 1)
    marker = page.get_by_role("button", name="New: New")
    marker.or_(page.locator(f'#list .card[data-event="{new.id}"]')).first.wait_for(state="attached")
    if marker.count():
        marker.click()
    page.locator(f'#list .card[data-event="{new.id}"]').wait_for(state="attached")
    feed.say(
        {
            "type": "system.notice",
            "topics": [],
            "topic": "system",
            "offset": 10**9 + 2,
            "data": {"kind": "broadcast", "message": TAG},
        }
    )
    page.locator("#arrivals .notice", has_text=TAG).wait_for()
    _check(page, said)

    page.evaluate(
        "ids => localStorage.setItem('nocturne.saved', JSON.stringify(ids))", [one.id.hex for one in events]
    )
    page.goto(f"{site}/saved/")
    page.locator("#saved .card").nth(EVENTS - 1).wait_for()
    _check(page, said)

    page.goto(f"{site}/bengaluru/map/")
    spot = page.locator(".mapspot").first
    spot.focus()
    page.keyboard.press("Enter")
    page.locator(".mapplace li").first.wait_for()
    _check(page, said)

    page.goto(f"{site}/search")
    field = page.locator("#search-q")
    field.press_sequentially("img")
    page.get_by_role("option").first.wait_for()
    _check(page, said)

    page.goto(f"{site}/embed/?city=bengaluru")
    page.locator("nocturne-events li").first.wait_for()
    _check(page, said)


def test_no_text_runs_where_the_policy_holds(chromium: Any, live_server: Any, transactional_db: None) -> None:
    _visit(chromium, live_server.url, bypass_csp=False)


def test_no_text_runs_where_no_policy_stops_it(
    chromium: Any, live_server: Any, transactional_db: None
) -> None:
    _visit(chromium, live_server.url, bypass_csp=True)


def _visit(chromium: "Browser", site: str, *, bypass_csp: bool) -> None:
    events = elsewhere(_made)
    feed = Feed(position().epoch)
    context = chromium.new_context(locale="en-GB", service_workers="block", bypass_csp=bypass_csp)
    context.set_default_timeout(15_000)
    with _watched(context, site) as (page, said), requests_counted() as idle:
        page.route_web_socket(SOCKET, feed.open)
        for path in _paths(events)[:: 1 if bypass_csp else 4]:
            answer = page.goto(site + path)
            assert answer
            assert (path, answer.status) == (path, 200)
            _check(page, said)
        _use(page, site, events, feed, said)
        page.goto("about:blank")
        assert idle.wait(10), "the server still answers a request"
        assert said == []


def test_the_texts_run_where_they_are_not_escaped(chromium: "Browser") -> None:
    """The watch sees a text that runs, or asks elsewhere; otherwise the tests above would prove nothing."""
    context = chromium.new_context()
    with _watched(context, "") as (page, said):
        page.route("**/*", lambda route: route.abort())
        few = INJECTIONS[-240::12]
        page.set_content("".join(f'<iframe srcdoc="{escape(f"<p>{text}</p>")}"></iframe>' for text in few))
        until(page, lambda: len(set(said)) > len(few) / 3)
