"""The search page: repeats shown once, the order by distance, facets and chips, what cannot be read, and time limits."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from events.views import search
from tests.factories import EVENING, make_area, make_city, make_event, make_place

pytestmark = pytest.mark.django_db


def titles(html: str) -> list[str]:
    """The titles of all cards, in order."""
    return re.findall(r'class="card__title"><a [^>]*>([^<]+)<', html)


def links(html: str) -> dict[str, str]:
    """The addresses of the chips by their words."""
    found = re.findall(r'<a class="chip" href="([^"]+)"[^>]*>(.*?)</a>', html, re.S)
    return {" ".join(re.sub(r"<[^>]+>", " ", words).split()): unescape(href) for href, words in found}


def test_what_is_on_several_times_is_shown_once_with_its_next_dates(client: Client) -> None:
    place = make_place()
    for day in range(6):
        make_event(title="Lake yoga", start=EVENING + timedelta(days=day, hours=day == 2), place=place)
    make_event(title="Lake yoga", start=EVENING + timedelta(hours=1), venue_name="Old mill")
    html = client.get("/search?q=yoga").content.decode()
    assert (titles(html), "7 events" in html) == (["Lake yoga", "Lake yoga"], True)
    assert re.findall(r'card__also">([^<]+)', html) == [
        "Also tomorrow, Mon 23 Nov at 20:30, Tue 24 Nov and 2 more dates"
    ]


def test_pages_go_on_where_the_last_card_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PER_PAGE", 2)
    monkeypatch.setattr(search, "_SPARE", 3)
    for number, title in enumerate(
        ["Jazz one", "Jazz one", "Jazz one", "Jazz two", "Jazz three", "Jazz four"]
    ):
        make_event(title=title, start=EVENING + timedelta(hours=number))
    html = client.get("/search?q=jazz&sort=start").content.decode()
    assert titles(html) == ["Jazz one", "Jazz two"]
    assert re.findall(r'card__also">([^<]+)', html) == ["Also at 20:30 and at 21:30"]
    following = unescape(re.findall(r'href="([^"]+)" rel="next"', html)[0])
    assert following == "/search?q=jazz&sort=start&offset=4"
    html = client.get(following).content.decode()
    assert titles(html) == ["Jazz three", "Jazz four"]
    assert 'rel="next"' not in html
    assert ">From the beginning<" in html


def test_the_nearest_first_from_a_place_that_is_chosen_or_from_the_reader(client: Client) -> None:
    city = make_city()
    area = make_area(city=city)
    make_event(title="Far jazz", lat=area.lat + 0.2, lng=area.lng)
    make_event(title="Jazz somewhere")
    make_event(title="Near jazz", lat=area.lat + 0.01, lng=area.lng, start=EVENING + timedelta(days=2))
    html = client.get("/search?q=jazz&city=bengaluru").content.decode()
    assert f'<option value="{area.slug}">{area.name}</option>' in html
    assert 'data-nearest="/search?q=jazz&amp;city=bengaluru&amp;sort=near"' in html
    for near in (area.slug, f"{area.lat},{area.lng}"):
        html = client.get(
            "/search", {"q": "jazz", "city": "bengaluru", "sort": "near", "near": near}
        ).content.decode()
        assert titles(html) == ["Near jazz", "Far jazz", "Jazz somewhere"]
        assert re.findall(r'card__far">([^<]+)', html) == ["1.1 km", "22.2 km"]
        chips = links(html)
        assert (
            chips[f"Near {area.name}" if near == area.slug else "Near you"] == "/search?q=jazz&city=bengaluru"
        )


def test_facets_lead_to_their_lists_and_chips_back(client: Client) -> None:
    rooms = [make_place(name="Blue Room"), make_place(name="Old mill")]
    for number in range(4):
        make_event(
            title=f"Jazz {number}",
            start=EVENING + timedelta(days=number % 2),
            place=rooms[number // 3],
            tags=["live" if number else "late"],
        )
    chips = links(client.get("/search?q=jazz").content.decode())
    for words, count in (("Tomorrow 2", 2), ("Blue Room 3", 3), ("live 3", 3)):
        html = client.get(chips[words]).content.decode()
        assert len(set(titles(html.split('class="nearby"')[0]))) == count
        label = {"live 3": "#live"}.get(words, words[:-2])
        assert links(html)[label] == "/search?q=jazz"


@pytest.mark.parametrize(
    "query",
    [
        "venue=zzz&day=2026-99-99&near=1,2,3&when=x&price=-1&sort=%22",
        "near=nan,nan&sort=near", "near=inf,0", "near=1e400,1", "near=91,0&sort=near", "offset=99999&page=99999", "offset=-1&page=x", "page=0",
        "q=a&q=b&city=a&city=b", "tag=%F0%9F%8E%B7%27%22%3C/script%3E&q=%3Cscript%3Ealert(1)", "day=0001-01-01&q=jazz", "day=9999-12-31&q=jazz",
        "q=" + "jazz+" * 100, "venue=" + "f" * 32, "q=%27%29%3B+DROP+TABLE--&category=%5B%5D", "q=%F3%A0%80%81%E2%80%AE", "near=%D9%A1,%D9%A2",
    ],
)  # fmt: skip
def test_any_address_is_answered(client: Client, query: str) -> None:
    make_event()
    response = client.get(f"/search?{query}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_slow_database_costs_completeness_and_it_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.SEARCH_STEP_SECONDS = 1.5  # type: ignore[attr-defined]
    make_event()
    for module in ("events.views.search.understand", "events.search.answering.exact.facet_counts"):
        monkeypatch.setattr(module, lambda *given, **named: sleep_in_database())
    html = client.get("/search?q=jazz").content.decode()
    assert titles(html) == ["Moonlit Jazz"]
    assert "The search took too long; some events may be missing." in html


def sleep_in_database() -> None:
    """Wait in the database until the limit of the step."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
