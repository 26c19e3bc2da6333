import pytest

from pipeline.geography.coordinates import timezone_at
from pipeline.geography.fixture import fixture_gazetteer, read_areas, read_cities
from pipeline.geography.gazetteer import CityFact, Gazetteer, usable_coordinates
from pipeline.geography.regions import regions


def slug_of(text: str, country: str = "") -> str:
    city = fixture_gazetteer().city_named(text, country=country)
    return city.slug if city else ""


def test_the_fixture_has_44_cities_with_the_zones_of_their_coordinates() -> None:
    cities = read_cities()
    assert len(cities) == 44
    assert [city.timezone for city in cities] == [timezone_at(city.lat, city.lng) for city in cities]


def test_the_fixture_has_indiranagar() -> None:
    (area,) = read_areas()
    assert (area.slug, area.city, area.lat, area.lng, area.radius_km) == (
        "indiranagar",
        "bengaluru",
        12.9784,
        77.6408,
        2.0,
    )


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Denver", "denver"),
        ("400 W 6th St, Austin, TX 78701", "austin"),
        ("Austin TX", "austin"),
        ("Austin, Texas, USA", "austin"),
        ("Bangalore, India", "bengaluru"),
        ("100 Feet Rd, Indiranagar, Bengaluru, Karnataka 560038, India", "bengaluru"),
        ("Bengaluru - 560038", "bengaluru"),
        ("Washington, DC", "washington-dc"),
        ("1600 Pennsylvania Ave NW, Washington, DC 20500, United States", "washington-dc"),
        ("350 5th Ave, New York", "new-york"),
        ("Madison Square Garden, New York, NY 10001", "new-york"),
        ("New York", "new-york"),
        ("Brooklyn, NY", "new-york"),
        ("Indianapolis, IN", "indianapolis"),
        ("St Louis, Missouri", "st-louis"),
        ("Portland, ME", ""),
        ("Portland, Maine", ""),
        ("Birmingham, UK", ""),
        ("Richmond, VIC 3121", ""),
        ("Columbus, GA", ""),
        ("Denver Street 5, Springfield", ""),
        ("New Boston", ""),
        ("Austin Convention Center", ""),
        ("Corning, New York", ""),
        ("Corning, New York, 14830, USA", ""),
        ("Houston, Minnesota", ""),
        ("New York, NY", "new-york"),
        ("Brooklyn, New York", "new-york"),
        ("Bryant Park, New York, USA", "new-york"),
        ("Big Flats, New York, United States", ""),
        ("12 Main St, Big Flats, New York 14814, United States", ""),
        ("Washington", "washington-dc"),
        ("Howard Theatre, Washington", "washington-dc"),
        ("Georgetown, Washington, DC", "washington-dc"),
        ("Seattle, Washington, USA", "seattle"),
        ("Spokane, Washington, USA", ""),
        ("", ""),
    ],
)
def test_city_named_reads_whole_parts_and_refuses_contradictions(text: str, slug: str) -> None:
    assert slug_of(text) == slug


@pytest.mark.parametrize("state", sorted(name for (country, _), name in regions().items() if country == "US"))
def test_a_states_name_after_a_town_is_the_state_even_where_a_city_bears_it(state: str) -> None:
    gazetteer = Gazetteer(
        cities=(
            CityFact(slug="namesake", name=state.title(), country="US", region="XX", lat=40.0, lng=-90.0),
        )
    )
    assert gazetteer.city_named(f"Big Flats, {state}, United States") is None
    for text in (state, f"12 Main St, {state}", f"City Theatre, {state}, USA"):
        assert gazetteer.city_named(text) == gazetteer.cities[0], text


def test_city_named_checks_the_country() -> None:
    assert slug_of("Birmingham", "GB") == ""
    assert slug_of("Birmingham", "USA") == "birmingham"


def test_city_at_takes_the_nearest_centre_within_its_radius() -> None:
    gazetteer = fixture_gazetteer()
    fort_worth = gazetteer.city_at(32.75, -97.20)
    assert fort_worth is not None
    assert fort_worth.slug == "fort-worth"
    assert gazetteer.city_at(42.1429, -77.0547) is None


def test_area_at_ends_at_its_radius() -> None:
    gazetteer = fixture_gazetteer()
    inside = gazetteer.area_at(12.9784, 77.6500, city="bengaluru")
    assert inside is not None
    assert inside.slug == "indiranagar"
    assert gazetteer.area_at(12.9784, 77.6700) is None
    assert gazetteer.area_at(12.9784, 77.6500, city="denver") is None


def test_centre_of_knows_a_city_s_own_coordinates() -> None:
    gazetteer = fixture_gazetteer()
    centre = gazetteer.centre_of(39.7392, -104.9903)
    assert centre is not None
    assert centre.slug == "denver"
    assert gazetteer.centre_of(39.7432, -104.9903) is None


def test_usable_coordinates() -> None:
    assert usable_coordinates(12.9, 77.6) == (12.9, 77.6)
    assert usable_coordinates(0.0, 0.0) is None
    assert usable_coordinates(None, 77.6) is None
