"""Push in a real browser: turned on and off by the settings, shown by the real service worker, opened, ended by one tap, renewed.

Chromium without a screen has no push service, so `PushManager.subscribe` is played by the test; messages come by the developer
tools, as from a push service that has decrypted them. Scripts cannot make a trusted tap: the worker's handlers get their events
from the test, and the window that they would open is recorded.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from events.models import Event
from notices import push
from notices.models import Notice, NoticeChoice, PushDevice
from notices.news.about import event_facts
from tests.browser.barriers import barriers
from tests.browser.conftest import elsewhere
from tests.browser.house import cookie_of
from tests.browser.test_offline import _ACTIVE, _wait
from tests.factories import make_person
from tests.notices.browsers import Browser

if TYPE_CHECKING:
    from playwright.sync_api import Page, Worker

pytestmark = pytest.mark.browser
#: The part of the browser that needs a push service.
_PLAYED = """(made) => {
  const KEPT = "test.push", kept = () => JSON.parse(localStorage.getItem(KEPT));
  const held = () => kept() && { options: {}, toJSON: kept, unsubscribe: async () => localStorage.removeItem(KEPT) };
  PushManager.prototype.getSubscription = async () => held();
  PushManager.prototype.subscribe = async () => { localStorage.setItem(KEPT, JSON.stringify(made)); return held(); };
}"""
#: A notification is closed some time after its `close()`: what is shown is waited for.
_SHOWN = "navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map(({ title, body }) => [title, body]))"
_TAP = """async (action) => {
  const [notification] = await registration.getNotifications(), opened = [];
  clients.openWindow = async (address) => { opened.push(address); };
  const event = new NotificationEvent("notificationclick", { notification, action });
  let done;
  Object.defineProperty(event, "waitUntil", { value: (promise) => { done = promise; } });
  dispatchEvent(event);
  await done;
  return opened;
}"""
_CHANGE = """async (made) => {
  PushManager.prototype.subscribe = async (asked) => ({ toJSON: () => ({ ...made, asked }) });
  const event = new ExtendableEvent("pushsubscriptionchange");
  let done;
  Object.defineProperty(event, "waitUntil", { value: (promise) => { done = promise; } });
  dispatchEvent(event);
  await done;
}"""


@pytest.fixture
def reader(phone: "Callable[..., Page]", live_server: Any, night: list[Event], settings: Any) -> "Page":
    """A phone of somebody who is signed in, at the settings, with an active service worker."""
    settings.VAPID_PRIVATE_KEY, settings.EGRESS_ALLOW_LOOPBACK = push.new_private_key(), True
    page = phone(service_workers="allow", bypass_csp=True)
    page.context.grant_permissions(["notifications"])
    person = elsewhere(lambda: make_person(email="vera@example.org", is_staff=False))
    page.context.add_cookies([elsewhere(lambda: cookie_of(person, live_server.url))])
    given = {"endpoint": "http://127.0.0.1:9/push/abc", "keys": Browser("").keys}
    page.add_init_script(f"({_PLAYED})({json.dumps(given)})")
    page.goto(f"{live_server.url}/me/notices/settings/")
    _wait(page, _ACTIVE)
    return page


def _deliver(page: "Page", origin: str, notice: Notice) -> None:
    """What the push service has for this browser."""
    tools, known = page.context.new_cdp_session(page), list[str]()
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(one["registrationId"] for one in said["registrations"]))  # fmt: skip
    tools.send("ServiceWorker.enable")
    while not known:
        page.evaluate("1")  # lets what was said arrive
    data = elsewhere(lambda: push._payload(notice)).decode()
    tools.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": known[0], "data": data})  # fmt: skip


def _turn_on(page: "Page") -> "Worker":
    page.get_by_role("button", name="Turn on push on this device").tap()
    page.get_by_role("button", name="Turn off push on this device").wait_for()
    return page.context.service_workers[0]


def _device() -> PushDevice | None:
    return elsewhere(PushDevice.objects.first)


def _notice(event: Event) -> Notice:
    device = PushDevice.objects.get()
    facts = {**event_facts(event), "title": "Bring a chair", "said": "It is outside."}
    return Notice.objects.create(user=device.user, kind="message", subject="message:x", facts=facts)


def test_a_person_turns_push_on_is_told_opens_it_and_ends_the_kind_by_one_tap(
    reader: "Page", live_server: Any, night: list[Event]
) -> None:
    page, worker = reader, _turn_on(reader)
    assert page.get_by_text("(this device)").is_visible()
    assert barriers(page) == []
    notice = elsewhere(lambda: _notice(night[0]))
    _deliver(page, live_server.url, notice)
    _wait(page, f"{_SHOWN}.then(({{length}}) => length === 1)")
    [[title, body]] = page.evaluate(_SHOWN)
    assert "Bring a chair" in title
    assert "It is outside." in body
    assert worker.evaluate(_TAP, "") == [live_server.url + night[0].get_absolute_url()]
    _wait(page, f"{_SHOWN}.then(({{length}}) => length === 0)")

    _deliver(page, live_server.url, notice)
    _wait(page, f"{_SHOWN}.then(({{length}}) => length === 1)")
    assert worker.evaluate(_TAP, "off") == []
    said = elsewhere(lambda: list(NoticeChoice.objects.values_list("kind", "channel", "is_on")))
    assert said == [("message", "push", False)]
    _wait(page, f"{_SHOWN}.then((all) => all.length === 1 && all[0][0].startsWith('No more: '))")

    page.get_by_role("button", name="Turn off push on this device").tap()
    page.get_by_role("button", name="Turn on push on this device").wait_for()
    assert _device() is None


def test_a_subscription_that_its_push_service_ended_is_renewed_without_a_page(reader: "Page") -> None:
    worker, before = _turn_on(reader), _device()
    endpoint, keys = "http://127.0.0.1:9/push/next", Browser("").keys
    worker.evaluate(_CHANGE, {"endpoint": endpoint, "keys": keys})
    now = _device()
    assert before
    assert now
    assert (now.pk, now.endpoint, now.p256dh) == (before.pk, endpoint, keys["p256dh"])
