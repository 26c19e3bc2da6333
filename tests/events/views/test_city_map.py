"""The map of a city: the places of a list, in the page, as GeoJSON, and one by one."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from events.filters import EventFilter
from events.queries import spots
from tests.factories import EVENING, make_area, make_event, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
#: What a page may cost, however many places it has.
MOST_QUERIES = 10


@pytest.fixture
def places() -> dict[str, str]:
    """Four events at the Blue Room, one of film at a point without a venue, one in the far north; by name the keys."""
    area = make_area()
    blue = make_place(name="Blue Room", lat=12.9784, lng=77.6408)
    far = make_place(name="Hill <Station>", lat=13.2, lng=77.6)
    for number in range(4):
        make_event(
            title=f"Jazz {number}", start=EVENING + timedelta(days=number, hours=1), place=blue,
            lat=12.9784, lng=77.6408, area=area,
        )  # fmt: skip
    make_event(
        title="Film night", category_id="film", price_type="free", venue_name="", address="12 Lake Road",
        lat=12.95005, lng=77.55005,
    )  # fmt: skip
    make_event(title="Hike", place=far, lat=13.2, lng=77.6)
    make_event(title="Nowhere", venue_name="")
    make_event(title="Not there", happening="cancelled", place=far, lat=13.2, lng=77.6)
    return {"blue": blue.id.hex, "film": "12.9501,77.5501", "far": far.id.hex}


def found(client: Client, query: str = "") -> dict[str, int]:
    response = client.get(f"/bengaluru/map.geojson{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/geo+json")
    return {
        feature["properties"]["key"]: feature["properties"]["count"]
        for feature in response.json()["features"]
    }


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/bengaluru/map/{query}")
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', html)


def circles(html: str) -> dict[str, str]:
    """What each circle of the drawn map says, and where it leads."""
    rows = re.findall(r'<a class="citymap__spot[^"]*" href="([^"]+)" aria-label="([^"]+)"', html)
    return {unescape(words): unescape(href) for href, words in rows}


def test_events_are_counted_by_venue_and_by_point(client: Client, places: dict[str, str]) -> None:
    assert found(client) == {places["blue"]: 4, places["film"]: 1, places["far"]: 1}
    data = client.get("/bengaluru/map.geojson").json()
    assert data["whole"] is True
    film = next(row for row in data["features"] if row["properties"]["key"] == places["film"])
    assert film["geometry"] == {"type": "Point", "coordinates": [77.55005, 12.95005]}
    assert film["properties"] == {
        "key": places["film"],
        "name": "12 Lake Road",
        "count": 1,
        "category": "film",
    }


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("?category=film", {"film"}),
        ("?price=free", {"film"}),
        ("?area=indiranagar", {"blue"}),
        ("?when=tomorrow", {"blue"}),
        ("?bbox=77.5,13.1,77.7,13.3", {"far"}),
        ("?bbox=77.5,12.9,77.7,13.0&category=music", {"blue"}),
        ("?bbox=nonsense", {"blue", "film", "far"}),
        ("?bbox=nan,nan,nan,nan", {"blue", "film", "far"}),
    ],
)
def test_map_and_list_have_the_same_filters(
    client: Client, places: dict[str, str], query: str, keys: set[str]
) -> None:
    assert set(found(client, query)) == {places[name] for name in keys}
    shown = set(re.findall(r'data-spot="([^"]+)"', page(client, query)))
    assert shown == {places[name] for name in keys}


def test_the_list_without_the_map_keeps_its_part(client: Client, places: dict[str, str]) -> None:
    html = client.get("/bengaluru/?bbox=77.5,13.1,77.7,13.3").content.decode()
    assert set(titles(html)) == {"Hike", "Not there"}
    assert 'aria-label="Remove: This part of the map"' in html
    assert 'href="/bengaluru/map/?bbox=77.5,13.1,77.7,13.3"' in html
    assert 'href="/bengaluru/music/?bbox=' in html


def test_without_script_circles_are_links(client: Client, places: dict[str, str]) -> None:
    said = circles(page(client))
    assert said["Blue Room: 4 events"] == f"/venues/blue-room-{places['blue']}/"
    assert said["Hill <Station>: 1 event"] == f"/venues/hill-station-{places['far']}/"
    film = said["12 Lake Road: 1 event"]
    assert titles(client.get(film).content.decode()) == ["Film night"]


def test_places_near_each_other_lead_nearer(client: Client, places: dict[str, str]) -> None:
    red = make_place(name="Red Room", lat=12.9786, lng=77.641)
    make_event(title="Tango", place=red, lat=12.9786, lng=77.641)
    said = circles(page(client))
    nearer = said["Blue Room and 1 place near it: 5 events, come nearer"]
    assert nearer.startswith("/bengaluru/map/?bbox=")
    assert set(circles(page(client, nearer.partition("/map/")[2]))) == {
        "Blue Room: 4 events",
        "Red Room: 1 event",
    }


def test_links_move_the_map_and_keep_the_filters(client: Client, places: dict[str, str]) -> None:
    html = page(client, "?category=music&when=week")
    moves = dict(re.findall(r'href="([^"]+)" data-move="(\w+)"', html))
    assert sorted(moves.values()) == ["east", "in", "north", "out", "south", "west"]
    assert all("category=music" in href and "when=week" in href for href in moves)
    assert re.search(r'<form class="sheet"[^>]* action="/bengaluru/map/"', html)
    assert "Today" in html
    assert 'href="/bengaluru/map/?when=today&amp;category=music"' in html
    assert 'href="/bengaluru/music/?when=week"' in html or 'href="/bengaluru/week/?category=music"' in html


def test_an_empty_map_has_a_way_on(client: Client) -> None:
    make_event(title="Jazz")
    html = page(client, "?category=film")
    assert "No event of this list has a place on the map." in html
    assert 'href="/bengaluru/map/">The whole map of Bengaluru</a>' in html


def test_no_more_places_than_a_map_can_hold(places: dict[str, str]) -> None:
    some, is_whole = spots(EventFilter(city="bengaluru"), now=EVENING, most=2)
    assert ([spot.count for spot in some], is_whole) == ([4, 1], False)


def test_the_cost_does_not_depend_on_the_number_of_places(
    client: Client, places: dict[str, str], django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        held = make_place(name=f"Room {number}", lat=12.9 + number / 300, lng=77.6)
        make_event(title=f"Show {number}", place=held, lat=held.lat, lng=held.lng)
    page(client)
    with django_assert_max_num_queries(MOST_QUERIES):
        html = page(client)
    assert len(circles(html)) > 5
    with django_assert_max_num_queries(4):
        assert len(found(client)) == 43


def test_a_known_answer_is_not_sent_again(client: Client, places: dict[str, str]) -> None:
    first = client.get("/bengaluru/map.geojson?category=music")
    again = client.get("/bengaluru/map.geojson?category=music", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    make_event(title="Jazz 9", place_id=places["blue"], lat=12.9784, lng=77.6408)
    changed = client.get("/bengaluru/map.geojson?category=music", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_place_names_its_next_events(client: Client, places: dict[str, str]) -> None:
    make_event(
        title="Late set <b>",
        start=EVENING + timedelta(days=9),
        place_id=places["blue"],
        lat=12.9784,
        lng=77.6408,
    )
    html = client.get("/bengaluru/map/at/", {"key": places["blue"]}).content.decode()
    assert re.findall(r"Jazz \d", html) == ["Jazz 0", "Jazz 1", "Jazz 2", "Jazz 3"]
    assert f'href="/venues/blue-room-{places["blue"]}/">All events here</a>' in html
    film = client.get("/bengaluru/map/at/", {"key": places["film"]}).content.decode()
    assert ("Film night" in film, "12 Lake Road" in film) == (True, True)
    assert (
        "Nothing listed here any more."
        in client.get("/bengaluru/map/at/", {"key": places["film"], "category": "music"}).content.decode()
    )


@pytest.mark.parametrize("key", ["", "x", "1,2,3", "nan,1", "91,0", "1,x"])
def test_what_is_no_place_is_not_found(client: Client, places: dict[str, str], key: str) -> None:
    assert client.get("/bengaluru/map/at/", {"key": key}).status_code == 404


def test_another_city_has_no_map(client: Client, places: dict[str, str]) -> None:
    for path in ("/nowhere/map/", "/nowhere/map.geojson", "/nowhere/map/at/?key=1,1"):
        assert client.get(path).status_code == 404


def test_no_tiles_and_no_other_host_unless_a_server_is_set(
    client: Client, places: dict[str, str], settings: Any
) -> None:
    assert "data-tiles" not in page(client)
    settings.MAP_TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    settings.MAP_TILES_CREDIT = 'Maps <b>"by us"</b>'
    html = page(client)
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in html
    assert "<b>" not in html.partition("data-credit=")[2][:60]


def test_the_city_page_leads_to_its_map_with_its_filters(client: Client, places: dict[str, str]) -> None:
    assert 'href="/bengaluru/map/?category=music"' in client.get("/bengaluru/music/").content.decode()


def test_the_map_has_the_feeds_of_its_list(client: Client, places: dict[str, str]) -> None:
    assert 'href="/bengaluru/music.ics"' in page(client, "?category=music")
    assert client.get("/bengaluru/map.ics").status_code == 200
