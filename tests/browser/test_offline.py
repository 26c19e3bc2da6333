"""Saving events on a device and reading them without a network, in a real browser with the real service worker."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from events import offline
from events.enums import Publication
from events.models import Event
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.factories import announce, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
_COPIES = "caches.open('nocturne-saved').then(cache => cache.keys()).then(held => held.map(({url}) => new URL(url).pathname))"
#: Address and text of all that any cache holds.
_HELD = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push([request.url, await (await cache.match(request)).text()]);
  }
  return found;
}"""
_ACTIVE = "navigator.serviceWorker.ready.then(({active}) => active.state === 'activated')"


def _wait(page: "Page", promised: str) -> None:
    """Until what the expression promises is true, at most 15 s; `wait_for_function` takes a promise for true."""
    page.evaluate(
        f"""async (end) => {{
            while (!(await ({promised}))) {{
                if (Date.now() > end) throw new Error('waited in vain');
                await new Promise((done) => setTimeout(done, 50));
            }}
        }}""",
        page.evaluate("Date.now() + 15000"),
    )


def _copies(page: "Page", *, count: int) -> list[str]:
    """The paths of all copies, once there are so many."""
    _wait(page, f"{_COPIES}.then(({{length}}) => length === {count})")
    found: list[str] = page.evaluate(_COPIES)
    return sorted(found)


def _remove(event: Event) -> None:
    def remove() -> None:
        with transaction.atomic():
            Event.objects.filter(pk=event.pk).update(publication=Publication.REMOVED)
            announce(event, kind="event.removed")

    elsewhere(remove)


@pytest.fixture
def reader(phone: "Callable[..., Page]", live_server: Any, night: list[Event]) -> "Page":
    """A phone at the page of the city, with an active service worker."""
    page = phone(service_workers="allow", bypass_csp=True)
    page.goto(f"{live_server.url}/bengaluru/")
    _wait(page, _ACTIVE)
    return page


def test_saved_events_are_read_offline_and_what_was_removed_leaves(
    reader: "Page", live_server: Any, night: list[Event]
) -> None:
    page, (first, second) = reader, night[:2]
    for event in (first, second):
        button = page.locator(f"[data-save='{event.id}']")
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        button.tap()
        assert button.get_attribute("aria-pressed") == "true"
    assert _copies(page, count=3) == sorted(
        f"/saved/copies/{name}" for name in (first.id.hex, second.id.hex, "list")
    )

    page.context.set_offline(True)
    page.goto(live_server.url + first.get_absolute_url())
    assert page.get_by_role("heading", level=1).inner_text() == first.title
    assert "You are offline. This is as of" in page.locator(".notice--old").inner_text()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Inter")
    assert barriers(page) == []
    page.goto(f"{live_server.url}/saved/")
    assert page.locator("#saved .card__title").all_inner_texts() == [first.title, second.title]
    assert page.locator(".notice--old").is_visible()
    page.goto(f"{live_server.url}/bengaluru/music/")
    assert page.get_by_role("heading", level=1).inner_text() == "You are offline."
    assert barriers(page) == []

    _remove(first)
    page.context.set_offline(False)
    page.goto(f"{live_server.url}/about/")
    assert _copies(page, count=2) == sorted(f"/saved/copies/{name}" for name in (second.id.hex, "list"))
    assert page.evaluate("localStorage.getItem('nocturne.saved')") == f'["{second.id.hex}"]'
    page.context.set_offline(True)
    page.goto(live_server.url + first.get_absolute_url())
    assert page.get_by_role("heading", level=1).inner_text() == "You are offline."


def test_the_page_of_saved_events_takes_them_off_and_on(
    phone: "Callable[..., Page]", live_server: Any, night: list[Event]
) -> None:
    page = phone(bypass_csp=True)
    page.goto(f"{live_server.url}/saved/")
    page.get_by_text("Nothing is saved here yet").wait_for()
    page.goto(live_server.url + night[2].get_absolute_url())
    page.get_by_role("button", name="Save this event").focus()
    page.keyboard.press("Enter")
    page.goto(f"{live_server.url}/saved/")
    page.locator("#saved .card").wait_for()
    assert barriers(page) == []
    button = page.get_by_role("button", name=f"Save {night[2].title}")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    page.reload()
    page.get_by_text("Nothing is saved here yet").wait_for()


def test_a_new_version_takes_over_at_the_next_navigation_and_old_caches_go(
    reader: "Page", live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader
    page.reload()  # a page that was open before the first worker is not in its hands
    names = "caches.keys().then(names => names.filter(name => name.startsWith('nocturne-assets-')).join())"
    before = page.evaluate(names)
    monkeypatch.setattr(offline, "ASSETS", offline.ASSETS[:-1])
    offline._version.cache_clear()
    page.evaluate("navigator.serviceWorker.ready.then(one => one.update())")
    _wait(page, "navigator.serviceWorker.ready.then(({waiting}) => Boolean(waiting))")
    assert before in page.evaluate(names), "the old one still serves the open page"
    page.goto(f"{live_server.url}/about/")
    _wait(page, f"{names}.then(found => found && !found.includes('{before}'))")
    offline._version.cache_clear()


def test_a_new_version_waits_while_two_pages_are_open(
    reader: "Page", live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So nothing changes under what is being read, whichever of the pages is left."""
    page = reader
    page.reload()
    names = "caches.keys().then(names => names.filter(name => name.startsWith('nocturne-assets-')).join())"
    before = page.evaluate(names)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/bengaluru/music/")
    other.evaluate("window.read = 1")
    monkeypatch.setattr(offline, "ASSETS", offline.ASSETS[:-1])
    offline._version.cache_clear()
    page.evaluate("navigator.serviceWorker.ready.then(one => one.update())")
    _wait(page, "navigator.serviceWorker.ready.then(({waiting}) => Boolean(waiting))")
    page.goto(f"{live_server.url}/about/")
    assert page.evaluate("navigator.serviceWorker.ready.then(({waiting}) => Boolean(waiting))")
    assert before in page.evaluate(names)
    assert other.evaluate("window.read") == 1
    other.close()
    page.goto(f"{live_server.url}/about/bot")
    _wait(page, f"{names}.then(found => found && !found.includes('{before}'))")
    offline._version.cache_clear()


def test_nothing_of_a_person_or_the_desk_is_ever_kept(
    reader: "Page", live_server: Any, night: list[Event]
) -> None:
    """Whatever a signed-in person opens, no cache holds their name, their pages or an answer of the API."""
    page, client = reader, Client()
    elsewhere(lambda: client.force_login(make_staff(email="vera.of.staff@example.org")))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.locator(f"[data-save='{night[0].id}']").tap()
    for path in (
        "/accounts/",
        "/accounts/keys/",
        "/admin/",
        "/for-me/",
        "/me/searches/",
        "/registrations/",
        "/organize/",
        "/saved/",
        "/api/v1/me",
    ):
        answer = page.goto(live_server.url + path)
        assert answer
        assert (path, answer.status) == (path, 200)
    page.goto(live_server.url + night[0].get_absolute_url())
    assert _copies(page, count=2) == sorted(f"/saved/copies/{name}" for name in (night[0].id.hex, "list"))
    held = page.evaluate(_HELD)
    private = re.compile(r"/(accounts|admin|for-me|me|registrations|organize|api)/")
    assert [url for url, _ in held if private.search(url.partition(live_server.url)[2])] == []
    assert [url for url, text in held if "vera.of.staff" in text] == []


def test_staff_accounts_and_api_pass_the_worker_by_and_the_switch_ends_it(
    reader: "Page", live_server: Any, settings: Any
) -> None:
    page = reader
    came = {}
    for path in ("/about/", "/accounts/login/", "/admin/login/", "/api/v1/cities", "/about/bot"):
        answer = page.goto(live_server.url + path)
        assert answer
        came[path] = answer.from_service_worker
    assert came == {path: path.startswith("/about") for path in came}
    settings.SERVICE_WORKER = False
    page.reload()
    _wait(page, "navigator.serviceWorker.getRegistrations().then(({length}) => !length)")
    page.reload()
    _wait(page, "caches.keys().then(names => !names.some(name => name.startsWith('nocturne-assets')))")


def test_the_site_can_be_installed(reader: "Page") -> None:
    session = reader.context.new_cdp_session(reader)
    found = session.send("Page.getAppManifest")
    assert found["url"].endswith("/manifest.webmanifest")
    assert found["errors"] == []
    errors = [
        error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    ]
    assert [error for error in errors if error != "in-incognito"] == []
