"""The beacon and the links through which readers leave."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.limits import BEACONS
from events.models import Event, EventDay
from events.services import beacon
from events.views.counting import LONGEST as LONGEST_BODY
from events.visitors import LONGEST, is_program, kind_of_device
from tests.factories import EVENING, make_event, make_listing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {}/126.0.0.0 Safari/537.36"


@pytest.fixture(autouse=True)
def empty(db):
    cache.clear()


def tell(event, kind="view", *, browser=FIREFOX, **headers):
    body = json.dumps({"kind": kind, "event": event.id.hex})
    asked = {"User-Agent": browser, "Sec-Fetch-Site": "same-origin", **headers}
    return Client(enforce_csrf_checks=True).post("/beacon", body, content_type="text/plain", headers=asked)


def counted():
    beacon.add_up(now=EVENING)
    found = EventDay.objects.values_list("views", "shares", "clicks").first()
    return found or (0, 0, 0)


def test_a_page_counts_without_token_or_cookie():
    event = make_event()
    answers = [tell(event), tell(event), tell(event, "share"), tell(event, browser=PHONE)]
    assert {answer.status_code for answer in answers} == {204}
    assert not any(answer.cookies for answer in answers)
    assert counted() == (2, 1, 0)


@pytest.mark.parametrize(
    ("browser", "headers"),
    [
        ("", {}),
        ("curl/8.1", {}),
        ("python-httpx/0.28", {}),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", {}),
        ("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", {}),
        (CHROME.format("HeadlessChrome"), {}),
        (FIREFOX, {"Sec-Purpose": "prefetch;prerender"}),
        (FIREFOX, {"X-Moz": "prefetch"}),
        (FIREFOX, {"DNT": "1"}),
        (FIREFOX, {"Sec-GPC": "1"}),
    ],
)
def test_programs_and_who_objects_are_not_counted(browser, headers):
    event = make_event(ticket_url="https://tickets.example/1")
    assert tell(event, browser=browser, **headers).status_code == 204
    assert (
        Client().get(f"/go/{event.id.hex}/tickets", headers={"User-Agent": browser, **headers}).status_code
        == 302
    )
    assert counted() == (0, 0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b" ", b"null", b"[]", b"{}", b'"view"', b"\xff\xfe", b"[" * 200, b'{"kind": "view"}', b'{"kind": ["view"], "event": 1}',
        b'{"kind": "view", "event": "1"}', b'{"kind": "view", "event": null}', b'{"kind": "click", "event": "%s"}' % (b"0" * 32),
        b'{"kind": "buy", "event": "%s"}' % (b"0" * 32), b"kind=view&event=1",
    ],
)  # fmt: skip
def test_what_is_no_beacon_is_refused(client, body):
    assert client.post("/beacon", body, content_type="text/plain").status_code == 400


def test_other_sites_long_bodies_and_other_methods_are_refused(client):
    event = make_event()
    assert tell(event, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/beacon", b" " * (LONGEST_BODY + 1), content_type="text/plain").status_code == 413
    assert client.post("/beacon", {"kind": "view", "event": event.id.hex}).status_code == 415
    assert client.get("/beacon").status_code == 405
    assert counted() == (0, 0, 0)


def test_an_unknown_event_is_nothing():
    assert tell(Event()).status_code == 204
    assert counted() == (0, 0, 0)


def test_one_network_sends_so_many(client):
    event = make_event()
    answers = [tell(event).status_code for _ in range(BEACONS.limit + 1)]
    assert answers == [204] * BEACONS.limit + [429]


def test_changing_names_of_a_browser_do_not_make_many_visitors():
    event = make_event()
    for number in range(50):
        tell(event, browser=FIREFOX.replace("127.0", f"{number}.0"))
    assert counted() == (1, 0, 0)


def test_kinds_of_devices_are_few_and_long_names_are_cut():
    assert kind_of_device(FIREFOX) == "Firefox/ Android"
    assert kind_of_device(PHONE) == "Safari/ iPhone"
    assert kind_of_device(CHROME.format("Chrome")) == "Chrome/ Linux"
    assert kind_of_device("x" * LONGEST + FIREFOX) == " "
    assert not is_program(CHROME.format("Chrome"))


def test_links_lead_to_stored_addresses_and_count_a_click_once(client):
    event = make_event(
        ticket_url="https://tickets.example/1?a=b",
        url="http://venue.example/jazz",
        online_url="https://stream.example/",
    )
    listing = make_listing(event=event, url="https://town.example/jazz")
    names = {
        "tickets": event.ticket_url, "online": event.online_url, "page": event.url, listing.id.hex: listing.url
    }  # fmt: skip
    for name, address in names.items():
        answer = client.get(f"/go/{event.id.hex}/{name}", headers={"User-Agent": FIREFOX})
        assert (answer.status_code, answer["Location"]) == (302, address)
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert counted() == (0, 0, 1)


def test_a_link_leads_nowhere_else(client):
    event, other = make_event(online_url="javascript:alert(1)"), make_event(title="Other")
    foreign = make_listing(event=other, url="https://town.example/jazz")
    for name in ("tickets", "online", foreign.id.hex):
        answer = client.get(f"/go/{event.id.hex}/{name}?url=https://evil.example/&next=//evil.example")
        assert (answer.status_code, answer["Location"]) == (302, event.get_absolute_url())
    assert client.get(f"/go/{event.id.hex}/elsewhere").status_code == 404
    assert client.get(f"/go/{'0' * 32}/tickets").status_code == 404
    assert counted() == (0, 0, 0)


def test_links_of_hidden_removed_and_merged_events(client):
    survivor = make_event(ticket_url="https://tickets.example/1")
    hidden = make_event(title="Hidden", publication="pending", ticket_url="https://tickets.example/2")
    removed = make_event(title="Removed", publication="removed", ticket_url="https://tickets.example/3")
    merged = make_event(
        title="Merged", publication="merged", merged_into=survivor, ticket_url="https://tickets.example/4"
    )
    assert client.get(f"/go/{hidden.id.hex}/tickets").status_code == 404
    assert client.get(f"/go/{removed.id.hex}/tickets").status_code == 410
    assert client.get(f"/go/{merged.id.hex}/tickets")["Location"] == f"/go/{survivor.id.hex}/tickets"


def test_the_page_links_by_id_and_tells_crawlers_so(client):
    event = make_event(ticket_url="https://tickets.example/1")
    listing = make_listing(event=event, url="https://town.example/jazz")
    page = client.get(event.get_absolute_url()).content.decode()
    for link in ("tickets", listing.id.hex):
        assert f'href="/go/{event.id.hex}/{link}" rel="nofollow ugc noopener"' in page
    assert "Disallow: /go/" in client.get("/robots.txt").content.decode()
