"""Places on the map of a city: keys, projection, clusters, and the picture of them."""

import math
import re
from html import unescape

import pytest

from events.charts.city_map import APART, SIZE, Drawn, Surroundings, city_map, short
from events.charts.spots import Spot, box_around, clusters, degrees, frame_of, mercator, point_key
from events.charts.streets import street_map

BENGALURU = Surroundings(
    name="Bengaluru", lat=12.9716, lng=77.5946, areas=[("Indira<nagar>", 12.9784, 77.6408, 2)]
)
BOX = (77.5, 12.9, 77.7, 13.1)


def spot(key: str, lat: float, lng: float, count: int = 1, name: str = "Blue Room") -> Spot:
    return Spot(key=key, name=name, lat=lat, lng=lng, count=count, category="music")


@pytest.mark.parametrize(
    ("lat", "lng", "key"),
    [
        (12.97165, 77.59465, "12.9717,77.5947"),
        (12.97155, -77.59455, "12.9716,-77.5946"),
        (0.0, 180.0, "0.0000,180.0000"),
    ],
)
def test_a_point_is_rounded_as_the_database_rounds(lat: float, lng: float, key: str) -> None:
    assert point_key(lat, lng) == key


def test_the_projection_is_that_of_street_maps() -> None:
    assert mercator(0, 0) == (0.5, 0.5)
    x, y = mercator(12.9716, 77.5946)
    # tile 10/732/474 of OpenStreetMap has Bengaluru's centre
    assert (int(x * 1024), int(y * 1024)) == (732, 474)
    assert degrees(x, y) == pytest.approx((12.9716, 77.5946))


def test_a_frame_has_all_of_its_box_and_knows_kilometres() -> None:
    frame = frame_of(BOX, size=SIZE, margin=40)
    for lat, lng in ((12.9, 77.5), (13.1, 77.7)):
        assert frame.holds(*frame.at(lat, lng), margin=39.9)
    x, _ = frame.at(12.97, 77.6)
    far, _ = frame.at(12.97, 77.6 + 1 / (111.32 * math.cos(math.radians(12.97))))
    assert far - x == pytest.approx(frame.km(12.97), rel=0.01)
    west, south, east, north = frame.box
    assert west < 77.5 < 77.7 < east
    assert south < 12.9 < 13.1 < north


def test_near_places_are_one_circle_and_far_ones_are_their_own() -> None:
    frame = frame_of(BOX, size=SIZE, margin=40)
    found = clusters(
        [
            spot("a", 12.97, 77.6, 3),
            spot("b", 12.9701, 77.6001, 9),
            spot("c", 13.05, 77.65),
            spot("d", 40, 100),
        ],
        frame,
        apart=APART,
    )
    assert [[one.key for one in cluster.spots] for cluster in found] == [["c"], ["b", "a"]]
    assert found[1].count == 12


def test_no_two_circles_are_nearer_than_asked() -> None:
    frame = frame_of(BOX, size=SIZE, margin=40)
    many = [
        spot(str(n), 12.9 + (n * 37 % 200) / 1000, 77.5 + (n * 61 % 200) / 1000, n % 7 + 1)
        for n in range(300)
    ]
    found = clusters(many, frame, apart=APART)
    assert sum(len(one.spots) for one in found) == 300
    assert all(
        math.hypot(one.x - other.x, one.y - other.y) >= APART
        for one in found
        for other in found
        if one is not other
    )


def test_one_far_place_does_not_make_the_others_small() -> None:
    near = [spot(str(n), 12.95 + n / 1000, 77.59, 10) for n in range(20)]
    west, south, east, north = box_around([*near, spot("far", 40, 100)], lat=0, lng=0)
    assert 12.9 < south < north < 13
    assert 77.5 < west < east < 77.7
    assert box_around([], lat=12.97, lng=77.59)[1] < 12.97


def test_the_picture_escapes_and_says_all() -> None:
    frame = frame_of(BOX, size=SIZE, margin=40)
    [cluster] = clusters([spot("a", 12.95, 77.6, 1234, name='<script>"Blue"')], frame, apart=APART)
    drawn = Drawn(
        cluster=cluster, href='/venues/"><b>', words='<script>"Blue": 1234 events', sign=short(1234)
    )
    svg = city_map([drawn], frame, BENGALURU, label="Map & places")
    assert not re.search(r"<script|<b>|style=", svg)
    assert 'aria-label="<script>"Blue": 1234 events"' in unescape(svg)
    assert ">1k</text>" in svg
    assert "INDIRA&lt;NAGAR&gt;" in svg
    assert svg.count('class="citymap__ring"') == 3
    assert ">Bengaluru</text>" in svg


def test_a_sign_without_a_link_is_a_picture() -> None:
    frame = frame_of(BOX, size=SIZE, margin=40)
    [cluster] = clusters([spot("a", 12.95, 77.6)], frame, apart=APART)
    svg = city_map([Drawn(cluster=cluster, words="Blue Room")], frame, BENGALURU, label="Map")
    assert 'role="img"' in svg
    assert "<a " not in svg


def test_a_street_map_is_six_tiles_with_the_point_among_them() -> None:
    html = street_map(
        12.9716, 77.5946, server="https://tiles.example/{z}/{x}/{y}.png?a=1&b=2", label='"<Blue>"', zoom=10
    )
    tiles = re.findall(r'src="https://tiles.example/10/(\d+)/(\d+).png\?a=1&amp;b=2"', html)
    assert sorted({int(x) for x, _ in tiles}) == [731, 732, 733]
    assert {int(y) for _, y in tiles} in ({473, 474}, {474, 475})
    assert len(tiles) == html.count('loading="lazy"') == 6
    x, y = map(float, re.findall(r"translate\(([\d.]+) ([\d.]+)\)", html)[0])
    assert (256 <= x <= 512, 0 <= y <= 512) == (True, True)
    assert "<Blue>" not in html


def test_the_street_map_goes_around_the_world_and_not_over_its_edge() -> None:
    for lat, lng in ((85.0, 179.9999), (-85.0, -180.0)):
        html = street_map(lat, lng, server="/{z}/{x}/{y}", label="x", zoom=2)
        assert all(
            0 <= int(x) < 4 and 0 <= int(y) < 4 for x, y in re.findall(r'src="/2/(-?\d+)/(-?\d+)"', html)
        )


def test_what_is_written_stays_in_the_picture_and_covers_nothing() -> None:
    frame = frame_of(BOX, size=SIZE, margin=0)
    edge = [spot(f"{n}", 12.905 + n / 55, 77.51, n + 1, name="The Great Hall of the West") for n in range(11)]
    circles = [Drawn(cluster=one, href="/", words="x") for one in clusters(edge, frame, apart=APART)]
    svg = city_map(circles, frame, BENGALURU, label="Map")
    rows = [
        (float(x), float(y), len(unescape(words)) * 6.4)
        for x, y, words in re.findall(r'citymap__name" x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]+)<', svg)
    ]
    assert rows
    assert all(x - width / 2 >= 0 and x + width / 2 <= SIZE[0] and 0 <= y <= SIZE[1] for x, y, width in rows)
