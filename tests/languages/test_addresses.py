"""Which language an address is answered in, and where its links lead."""

import re

import pytest
from django.conf import settings
from django.test import Client

from languages.addresses import in_language, split_language
from tests.factories import make_city, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]

#: What leads out of the site or to what has no language.
_NO_LANGUAGE = re.compile(r"^/(static|media|api|developers|admin|go|beacon)\b")


@pytest.mark.parametrize(
    ("address", "hindi", "english"),
    [
        ("/", "/hi/", "/"),
        ("/bengaluru/?tag=a&q=%2F", "/hi/bengaluru/?tag=a&q=%2F", "/bengaluru/?tag=a&q=%2F"),
        ("/kn/bengaluru/", "/hi/bengaluru/", "/bengaluru/"),
        ("https://nocturne.test/kn/#x", "https://nocturne.test/hi/#x", "https://nocturne.test/#x"),
        ("/hidden/", "/hi/hidden/", "/hidden/"),
        ("/static/a.css", "/static/a.css", "/static/a.css"),
        ("/sitemap-cities.xml", "/sitemap-cities.xml", "/sitemap-cities.xml"),
        ("/api/v1/events", "/api/v1/events", "/api/v1/events"),
        ("mailto:a@b.test", "mailto:a@b.test", "mailto:a@b.test"),
    ],
)
def test_an_address_in_another_language(address: str, hindi: str, english: str) -> None:
    assert (in_language(address, "hi"), in_language(address, "en")) == (hindi, english)


def test_only_a_whole_first_segment_names_a_language() -> None:
    assert [split_language(path) for path in ("/hi/", "/hi/a/", "/hi", "/hills/")] == [
        ("hi", "/"),
        ("hi", "/a/"),
        ("", "/hi"),
        ("", "/hills/"),
    ]


@pytest.mark.parametrize("code", ["hi", "kn", "es", "fr"])
def test_a_page_says_its_language_and_names_the_others(client: Client, code: str) -> None:
    make_event()
    response = client.get(f"/{code}/bengaluru/")
    html = response.content.decode()
    assert response.headers["Content-Language"] == code
    assert f'<html lang="{code}"' in html
    assert re.findall(r'rel="canonical" href="([^"]+)"', html) == [f"{settings.SITE_URL}/{code}/bengaluru/"]
    found = re.findall(rf'<link rel="alternate" hreflang="([^"]+)" href="{settings.SITE_URL}([^"]+)"', html)
    assert dict(found) == {
        "en": "/bengaluru/",
        **{one: f"/{one}/bengaluru/" for one in ("hi", "kn", "es", "fr")},
        "x-default": "/bengaluru/",
    }


def test_all_links_of_a_page_stay_in_its_language_but_those_of_the_switch(client: Client) -> None:
    event = make_event()
    for path in (
        "/hi/",
        "/hi/bengaluru/",
        f"/hi{event.get_absolute_url()}",
        "/hi/search?q=jazz",
        "/hi/none/",
    ):
        html = client.get(path).content.decode()
        links = re.findall(r'<(?:a|form)\b([^>]*?) (?:href|action)="(/[^"]*)"', html)
        astray = [
            link
            for before, link in links
            if not link.startswith("/hi/") and "hreflang" not in before and not _NO_LANGUAGE.match(link)
        ]
        assert links
        assert not astray
        assert '<a hreflang="en" href="/' in html


def test_english_has_no_prefix_and_a_language_ends_with_a_slash(client: Client) -> None:
    make_city()
    moved = [client.get(path) for path in ("/en/bengaluru/?tag=a", "/hi", "/hi/ca--none/", "/hi/bengaluru")]
    assert [(one.status_code, one.headers.get("Location")) for one in moved] == [
        (301, "/bengaluru/?tag=a"),
        (301, "/hi/"),
        (404, None),
        (301, "/hi/bengaluru/"),
    ]


@pytest.mark.parametrize(
    "path", ["/hi/api/v1/cities", "/hi/admin/", "/hi/static/css/nocturne.css", "/hi/robots.txt", "/hi/hi/"]
)
def test_what_has_no_language_is_not_below_one(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_readers_browser_does_not_choose_the_page(client: Client) -> None:
    make_city()
    response = client.get("/bengaluru/", headers={"accept-language": "hi"})
    assert response.headers["Content-Language"] == "en"
    assert "accept-language" not in response.headers.get("Vary", "").lower()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "en"),
        ("fr-CH, de;q=0.9", "fr"),
        ("de, kn;q=0.5", "kn"),
        ("de", "en"),
        ("*", "en"),
        ("x" * 9000, "en"),
    ],
)
def test_the_api_answers_in_the_language_that_is_asked_for(client: Client, asked: str, answered: str) -> None:
    response = client.get("/api/v1/events/none", headers={"accept-language": asked})
    assert response.headers["Content-Language"] == answered
    assert "Accept-Language" in response.headers["Vary"]


def test_old_addresses_of_a_city_called_like_a_language_lead_to_it(client: Client) -> None:
    """But `/hi/` itself, which is the home page, with that city's events."""
    city = make_city(slug="hi-city", name="Hi", former_slugs=["hi", "map"])
    make_event(city=city)
    paths = ("/map/", "/map/today/", "/map.ics", "/hi/today/", "/hi.rss")
    assert [client.get(path).headers.get("Location") for path in paths] == [
        "/hi-city/",
        "/hi-city/today/",
        "/hi-city.ics",
        "/hi/hi-city/today/",
        "/hi-city.rss",
    ]
    assert "/hi/hi-city/" in client.get("/hi/").content.decode()


@pytest.mark.parametrize(("path", "root"), [("/about/", ""), ("/hi/about/", "/hi")])
def test_scripts_get_the_prefix_once(client: Client, path: str, root: str) -> None:
    assert f' data-root="{root}"' in client.get(path).content.decode()
