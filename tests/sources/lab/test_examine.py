"""The source lab: from an address to events as readers would see them, and to a source.

With real HTTP and the real cache.
"""

import json

import lxml.html
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_httpserver import HTTPServer

from sources import tasks
from sources.lab import examine
from sources.models import Source
from tests.factories import make_area, make_categories, make_city, make_staff

pytestmark = pytest.mark.django_db
EVIL = "</script><img src=x onerror=alert(1)>"


def listing(*titles: str) -> str:
    events = [
        {
            "@context": "https://schema.org", "@type": "Event", "name": title, "startDate": f"2027-01-{day:02}T20:00:00+05:30",
            "location": {"@type": "Place", "name": "Blue Room", "address": "12th Main, Indiranagar, Bengaluru"},
            "url": f"https://venue.example/{day}",
        }
        for day, title in enumerate(titles, start=1)
    ]  # fmt: skip
    return f'<!doctype html><html><body><script type="application/ld+json">{json.dumps(events).replace("<", chr(92) + "u003c")}</script></body></html>'


@pytest.fixture
def desk(client: Client, settings) -> Client:
    cache.clear()  # what the site's robots.txt said to a test before is kept there
    settings.EGRESS_ALLOW_LOOPBACK = True
    make_categories()
    make_area()
    client.force_login(make_staff())
    return client


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the task at once, without a worker."""
    monkeypatch.setattr(tasks.process_lab, "delay", lambda token: tasks.process_lab(token))


def look(desk: Client, url: str, **fields: str):
    answer = desk.post(reverse("admin:sources_lab"), {"url": url, "city": "bengaluru", **fields}, follow=True)
    return answer, answer.content.decode()


def serve(httpserver: HTTPServer, *titles: str) -> str:
    httpserver.expect_request("/robots.txt").respond_with_data(
        "User-agent: *\nCrawl-delay: 0.1\nDisallow: /private", content_type="text/plain"
    )
    httpserver.expect_request("/events").respond_with_data(listing(*titles), content_type="text/html")
    return httpserver.url_for("/events")


def test_an_address_becomes_events_as_readers_see_them(desk: Client, at_once, httpserver: HTTPServer):
    answer, text = look(desk, serve(httpserver, *(f"Raga {number}" for number in range(12))))
    result = answer.context["result"]
    assert (result["connector"], result["summary"]["kept"], len(result["events"])) == ("page", 12, 10)
    assert result["coverage"]["venue"] == 1.0
    assert result["coverage"]["price"] == 0.0
    assert result["robots"] == {"allowed": True, "delay": 0.1, "detail": ""}
    assert result["requests_a_day"] == 4
    assert "Raga 9" in answer.context["cards_html"]
    assert "Raga 10" not in answer.context["cards_html"]
    for words in (
        "robots.txt allows it, 0.1 s apart",
        "About 4 requests a day",
        "what the site&#x27;s robots.txt and terms allow",
    ):
        assert words in text


def test_the_lab_lists_the_patterns_of_a_source_s_titles(
    desk: Client, httpserver: HTTPServer, at_once
) -> None:
    titles = [f"Evening {at} of songs | Bengaluru" for at in range(6)]
    _, page = look(desk, serve(httpserver, *titles))
    (table,) = [
        one for one in lxml.html.fromstring(page).iter("table") if "records that fit" in one.text_content()
    ]
    assert "… | town" in table.text_content()
    assert "used" in table.text_content()
    assert titles[0] in table.text_content()


def test_hostile_titles_stay_text_in_the_page_and_in_the_frame(desk: Client, at_once, httpserver: HTTPServer):
    answer, text = look(desk, serve(httpserver, f"Raga {EVIL}"))
    assert "<img src=x" not in answer.context["cards_html"]
    assert "<img src=x" not in text


def test_without_a_worker_the_page_waits_and_says_so(
    desk: Client, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
):
    monkeypatch.setattr(tasks.process_lab, "delay", lambda token: None)
    answer, text = look(desk, httpserver.url_for("/events"))
    assert "Waiting for a worker" in text
    assert 'http-equiv="refresh"' in text
    token = answer.context["token"]
    kept = examine.look_of(token)
    assert kept is not None
    examine.cache.set(f"lab:{token}", {**kept, "asked_at": "2026-01-01T00:00:00+00:00"})
    assert (
        "No worker has taken this up"
        in desk.get(reverse("admin:sources_lab_look", args=[token])).content.decode()
    )


def test_what_cannot_be_read_is_told_with_a_way_on(desk: Client, at_once, httpserver: HTTPServer):
    serve(httpserver, "Raga")
    _, text = look(desk, httpserver.url_for("/private"))
    assert "Nothing can be read there" in text
    assert "robots.txt forbids this path" in text


@pytest.mark.parametrize(
    "url", ["", "venue.example", "javascript:alert(1)", "file:///etc/passwd", "https://user:pw@a.example/"]
)
def test_only_web_addresses_are_looked_at(desk: Client, url: str):
    answer = desk.post(reverse("admin:sources_lab"), {"url": url})
    assert answer.status_code == 200
    assert answer.context["form"].errors["url"]


def test_the_configuration_is_adjusted_and_looked_at_again(desk: Client, at_once, httpserver: HTTPServer):
    rows = {"things": [{"what": "Raga", "on": "2027-01-05T20:00:00+05:30"}]}
    serve(httpserver)
    httpserver.expect_request("/api").respond_with_json(rows)
    answer, _ = look(desk, httpserver.url_for("/api"), connector="json_feed")
    token = answer.context["token"]
    assert answer.context["look"]["error"]["detail"] == "no list of events in this JSON"
    fields = {
        "config__url": httpserver.url_for("/api"),
        "config__items": "things",
        "config__fields": '{"title": "what", "start": "on"}',
        "config__max_pages": "1",
    }
    answer = desk.post(reverse("admin:sources_lab_again", args=[token]), fields, follow=True)
    assert [event["title"] for event in answer.context["result"]["events"]] == ["Raga"]
    assert answer.context["result"]["config"]["items"] == "things"


def test_a_look_becomes_a_source_that_is_on(desk: Client, at_once, httpserver: HTTPServer):
    answer, _ = look(desk, serve(httpserver, "Raga"))
    made = desk.post(
        reverse("admin:sources_lab_enable", args=[answer.context["token"]]),
        {"name": "Blue Room", "trust": "trusted"},
        follow=True,
    )
    source = Source.objects.get()
    assert (source.slug, source.connector, source.config, source.trust) == (
        "blue-room",
        "page",
        {"url": httpserver.url_for("/events")},
        "trusted",
    )
    assert (source.city.slug, source.is_active) == ("bengaluru", True)
    assert "Blue Room is on" in " ".join(map(str, made.context["messages"]))


def make(desk: Client, answer, **form: str) -> str:
    address = reverse("admin:sources_lab_enable", args=[answer.context["token"]])
    made = desk.post(address, {"name": "Blue Room", "trust": "normal", **form}, follow=True)
    return " ".join(map(str, made.context["messages"]))


def test_a_second_source_of_that_name_gets_its_own_slug(desk: Client, at_once, httpserver: HTTPServer):
    url = serve(httpserver, "Raga")
    for _ in range(2):
        make(desk, look(desk, url)[0])
    assert sorted(Source.objects.values_list("slug", flat=True)) == ["blue-room", "blue-room-2"]


def test_a_form_that_is_sent_twice_makes_one_source(desk: Client, at_once, httpserver: HTTPServer):
    answer, _ = look(desk, serve(httpserver, "Raga"))
    make(desk, answer)
    assert "This is a source already" in make(desk, answer)
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    "form", [{"trust": "blocked"}, {"name": ""}, {"name": "x" * 201}, {"untold": "secret"}]
)
def test_a_form_that_was_tampered_with_makes_nothing_and_says_so(
    desk: Client, at_once, httpserver: HTTPServer, form
):
    answer, _ = look(desk, serve(httpserver, "Raga"))
    assert f"{next(iter(form))}: " in make(desk, answer, **form)
    assert not Source.objects.exists()


def test_a_forgotten_look_is_a_404_and_the_lab_is_for_staff(desk: Client):
    assert desk.get(reverse("admin:sources_lab_look", args=["0" * 32])).status_code == 404
    assert Client().get(reverse("admin:sources_lab")).status_code == 302


def test_the_address_of_a_source_prefills_the_form(desk: Client):
    make_city()
    text = desk.get(
        reverse("admin:sources_lab") + "?url=https://venue.example/x&city=bengaluru"
    ).content.decode()
    assert 'value="https://venue.example/x"' in text


def test_the_frame_holds_the_cards_as_one_escaped_attribute(desk: Client, at_once, httpserver: HTTPServer):
    _, text = look(desk, serve(httpserver, 'Raga "quoted" & more'))
    frame = lxml.html.fromstring(text).xpath("//iframe")[0]
    inside = lxml.html.fromstring(frame.get("srcdoc"))
    assert [title.text_content() for title in inside.xpath("//h3")] == ['Raga "quoted" & more']
    assert frame.get("sandbox") == "allow-same-origin"


def test_a_dead_valkey_is_told_and_fails_nothing(desk: Client, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    answer = desk.post(reverse("admin:sources_lab"), {"url": "https://venue.example/"}, follow=True)
    assert answer.status_code == 200
    assert "Valkey does not answer" in " ".join(map(str, answer.context["messages"]))
