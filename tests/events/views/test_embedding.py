"""Events on other sites: the frames and their policy, the builder, oEmbed; what browsers and programs ask for."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.test import Client
from lxml import html as markup
from pytest_django import Settings

from events.embedding import read_widget
from events.enums import Publication
from tests.factories import EVENING, make_area, make_city, make_event, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
SITE = "http://127.0.0.1:8000"
HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_a_frame_lists_what_was_asked_for_and_nothing_personal(client: Client) -> None:
    city = make_city()
    area = make_area(city=city, name="Indiranagar")
    make_event(title="Here", city=city, area=area, category_id="music", price_type="free")
    make_event(title="Other kind", city=city, area=area, category_id="film", price_type="free")
    make_event(title="Other part", city=city, category_id="music", price_type="free")
    make_event(
        title="Began long ago",
        city=city,
        area=area,
        start=EVENING - timedelta(days=3),
        end_at=EVENING + timedelta(days=3),
    )
    asked = f"/embed/list/?city={city.slug}&category=music&area={area.slug}&price=free&theme=night&accent=%23ff0000"
    answer = client.get(asked)
    text = answer.content.decode()
    assert [heading.text_content() for heading in markup.fromstring(text).findall(".//h2")] == ["Here"]
    assert 'data-theme="night"' in text
    assert "<style>:root{--edge:#ff0000}</style>" in text
    assert not answer.cookies
    assert "<script" not in text
    assert "Cookie" not in answer.get("Vary", "")


def test_a_frame_may_stand_everywhere_and_does_nothing_there(client: Client) -> None:
    event = make_event()
    place = make_place()
    for path in (
        "/embed/list/",
        f"/embed/events/{event.id.hex}/",
        f"/embed/venues/{place.pk.hex}/",
        "/hi/embed/list/",
    ):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert (path, answer.status_code, "X-Frame-Options" in answer) == (path, 200, False)
        assert "frame-ancestors *" in policy
        assert policy.startswith("default-src 'none'; style-src 'self'")


def test_a_frame_that_a_browser_holds_already_may_still_be_framed(client: Client, settings: Any) -> None:
    settings.PAGE_CACHE = True
    make_event(city=make_city())
    first = client.get("/embed/list/?city=bengaluru")
    again = client.get("/embed/list/?city=bengaluru", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "X-Frame-Options" not in again


def test_hostile_titles_and_parameters_stay_text(client: Client) -> None:
    make_event(title=HOSTILE, city=make_city())
    for path in (
        "/embed/list/?city=bengaluru",
        f"/embed/?city=bengaluru&accent={quote(HOSTILE)}&category={quote(HOSTILE)}",
    ):
        text = client.get(path).content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text
    assert client.get("/embed/list/?city=nowhere").status_code == 404
    assert read_widget(
        {"count": "9" * 400, "accent": "#zzzzzz", "when": "never", "city": "../x"}
    ) == read_widget({})


def test_a_removed_event_leaves_its_frames_without_its_title(client: Client) -> None:
    removed = make_event(title="Taken down", publication=Publication.REMOVED)
    answer = client.get(f"/embed/events/{removed.id.hex}/")
    assert answer.status_code == 410
    assert "Taken down" not in answer.content.decode()
    assert "frame-ancestors *" in answer["Content-Security-Policy"]


def test_the_builder_makes_the_code_and_shows_it(client: Client) -> None:
    city = make_city()
    make_event(city=city)
    text = client.get("/embed/?city=bengaluru&category=music&count=3&theme=day").content.decode()
    page = markup.fromstring(text)
    element = page.get_element_by_id("e-element").text_content()
    assert element == (
        f'<script src="{SITE}/embed/nocturne-events.js" async></script>\n'
        '<nocturne-events city="bengaluru" category="music" count="3" theme="day"></nocturne-events>'
    )
    path = "/embed/list/?city=bengaluru&category=music&count=3&theme=day"
    assert f'src="{SITE}{path}"'.replace("&", "&amp;") in page.get_element_by_id("e-frame").text_content()
    assert page.find(".//iframe").get("src") == path
    assert client.get(path).status_code == 200
    assert "frame-ancestors 'none'" in client.get("/embed/")["Content-Security-Policy"]


def test_the_script_is_small_and_may_be_read_from_everywhere(client: Client) -> None:
    answer = client.get("/embed/nocturne-events.js")
    assert len(answer.content) <= 8_000
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (
        client.get("/embed/nocturne-events.js", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    )


def _oembed(client: Client, path: str, **params: str) -> dict[str, object]:
    answer = client.get("/oembed", {"url": SITE + path, **params})
    assert answer.status_code == 200, (path, answer.content)
    assert answer["Access-Control-Allow-Origin"] == "*"
    found: dict[str, object] = answer.json()
    return found


def test_oembed_answers_for_events_venues_cities_and_lists(client: Client) -> None:
    city = make_city()
    event, place = make_event(title=f"Jazz & {HOSTILE}", city=city), make_place(city=city)
    merged = make_event(title="Old", publication=Publication.MERGED, merged_into=event)
    pages = {
        event.get_absolute_url(): f"/embed/events/{event.id.hex}/",
        f"/hi{event.get_absolute_url()}": f"/hi/embed/events/{event.id.hex}/",
        merged.get_absolute_url(): f"/embed/events/{event.id.hex}/",
        f"/venues/blue-room-{place.pk.hex}/": f"/embed/venues/{place.pk.hex}/",
        "/bengaluru/": "/embed/list/?city=bengaluru",
        "/bengaluru/music/?when=weekend": "/embed/list/?city=bengaluru&category=music&when=weekend",
    }
    for path, framed in pages.items():
        found = _oembed(client, path)
        frame = markup.fromstring(str(found["html"]))
        assert (path, frame.get("src")) == (path, SITE + framed)
        assert (found["type"], found["version"]) == ("rich", "1.0")
        assert (frame.get("width"), frame.get("height")) == (str(found["width"]), str(found["height"]))
        assert client.get(framed).status_code == 200
    assert "<img" not in str(_oembed(client, event.get_absolute_url())["html"])
    assert _oembed(client, event.get_absolute_url())["thumbnail_width"] == 1200


def test_oembed_keeps_to_the_sizes_that_are_asked_for(client: Client) -> None:
    path = make_event(city=make_city()).get_absolute_url()
    found = _oembed(client, path, maxwidth="300", maxheight="150")
    assert (found["width"], found["height"]) == (300, 150)
    assert "thumbnail_url" not in found
    assert _oembed(client, path, maxwidth="-1", maxheight="much")["width"] == 480


def test_oembed_as_xml_says_the_same(client: Client) -> None:
    path = make_event(title="A < B & C", city=make_city()).get_absolute_url()
    answer = client.get("/oembed", {"url": SITE + path, "format": "xml"})
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed"
    assert {part.tag: part.text for part in root} == {
        name: str(value) for name, value in _oembed(client, path).items()
    }


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{SITE}/about/", 404), (f"{SITE}/nowhere/", 404), ("https://other.example/bengaluru/", 404), ("javascript:alert(1)", 404),
        ("http://[::1", 404), (f"{SITE}/bengaluru/?tag=jazz", 404), (f"{SITE}/admin/", 404), ("", 400), (f"{SITE}\\@other.example/", 404),
    ],
)  # fmt: skip
def test_oembed_refuses_what_is_no_page_of_ours(client: Client, address: str, status: int) -> None:
    make_city()
    assert client.get("/oembed", {"url": address}).status_code == status


def test_oembed_refuses_other_formats_and_removed_events(client: Client) -> None:
    removed = make_event(publication=Publication.REMOVED)
    assert client.get("/oembed", {"url": f"{SITE}/bengaluru/", "format": "yaml"}).status_code == 501
    assert client.get("/oembed", {"url": SITE + removed.get_absolute_url()}).status_code == 404


def test_pages_name_their_oembed_address(client: Client) -> None:
    city = make_city()
    pages = (
        make_event(city=city).get_absolute_url(),
        f"/venues/blue-room-{make_place(city=city).pk.hex}/",
        "/bengaluru/",
    )
    for path in pages:
        text = client.get(path).content.decode()
        for kind in ("application/json+oembed", "text/xml+oembed"):
            [link] = re.findall(rf'<link rel="alternate" type="{re.escape(kind)}" href="([^"]+)"', text)
            asked = link.replace("&amp;", "&").removeprefix(SITE)
            assert (path, client.get(asked).status_code) == (path, 200)
    assert "oembed" not in client.get("/about/").content.decode().split("</head>")[0]


def test_browsers_learn_how_to_search(client: Client, settings: Settings) -> None:
    settings.SITE_NAME = "A name & more than fits"
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"].startswith("application/opensearchdescription+xml")
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(answer.content)
    assert root.findtext(f"{space}ShortName") == "A name & more th"
    templates = {link.get("type"): link.get("template") for link in root.findall(f"{space}Url")}
    assert templates["text/html"] == f"{SITE}/search?q={{searchTerms}}"
    assert (
        'rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"'
        in client.get("/").content.decode()
    )
    make_city(name="Bengaluru")
    found = client.get("/opensearch/suggestions?q=benga")
    assert found["Content-Type"].startswith("application/x-suggestions+json")
    assert json.loads(found.content) == ["benga", ["Bengaluru"], ["city"], [f"{SITE}/bengaluru/"]]
    assert json.loads(client.get("/opensearch/suggestions").content) == ["", [], [], []]


def test_programs_learn_what_is_where_and_each_link_answers(client: Client) -> None:
    make_event(city=make_city(name="Bengaluru"))
    text = client.get("/llms.txt").content.decode()
    lines = text.splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].startswith("> ")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert f"{SITE}/bengaluru.ics" in links
    for link in links:
        path = link.removeprefix(SITE).replace("SLUG", "bengaluru")
        assert (path, client.get(path).status_code) == (path, 200)
