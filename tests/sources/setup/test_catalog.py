"""The shipped sources: every city has its listings, Bengaluru its own, and each configuration is valid."""

from collections import Counter
from datetime import time

import pytest
from django.core.management import CommandError, call_command

from pipeline.connectors.configuration import configured
from sources.models import Source
from sources.setup.catalog import CityPlatforms, seeds

pytestmark = pytest.mark.django_db
AUSTIN = CityPlatforms(
    slug="austin",
    name="Austin",
    country="US",
    region="TX",
    platforms={"eventbrite": "tx--austin", "resident_advisor": "us/austin"},
)
BENGALURU = CityPlatforms(
    slug="bengaluru",
    name="Bengaluru",
    country="IN",
    region="KA",
    platforms={"eventbrite": "india--bengaluru", "luma": "bengaluru"},
)


def run(capsys, *args: str) -> str:
    call_command("seed_sources", *args)
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def no_keys(settings) -> None:
    settings.PLATFORM_KEYS = {}


def test_a_city_has_the_three_listings_and_those_that_know_it():
    made = {seed.slug: seed for seed in seeds([AUSTIN])}
    assert set(made) == {
        "eventbrite-austin",
        "meetup-austin",
        "luma-austin",
        "resident-advisor-austin",
        "weather-austin",
        "yelp-austin",
    }
    assert made["eventbrite-austin"].url == "https://www.eventbrite.com/d/tx--austin/events/"
    assert made["meetup-austin"].url == "https://www.meetup.com/find/?location=us--tx--Austin&source=EVENTS"
    assert "guessed" in made["luma-austin"].note
    assert all(
        seed.interval.at == time(2)
        for slug, seed in made.items()
        if slug not in ("weather-austin", "yelp-austin")
    )


def test_bengaluru_has_its_own_platforms_around_indiranagar():
    made = {seed.slug: seed for seed in seeds([BENGALURU])}
    assert "yelp-bengaluru" not in made  # Yelp does not cover India
    own = {"bookmyshow", "lbb", "google-places", "google-places-status", "facebook", "instagram"}
    assert {f"{name}-bengaluru" for name in own} <= set(made)
    places = made["google-places-bengaluru"]
    assert (places.config["radius_km"], places.config["types"]) == (
        2.0,
        ["restaurant", "cafe", "bar", "night_club"],
    )
    minutes = {slug: seed.interval.minutes for slug, seed in made.items()}
    assert minutes["facebook-bengaluru"] == 30
    assert minutes["google-places-bengaluru"] == 120
    assert minutes["google-places-status-bengaluru"] == 15
    assert minutes["bookmyshow-bengaluru"] == minutes["lbb-bengaluru"] == 240
    assert made["luma-bengaluru"].note == ""


@pytest.mark.parametrize("seed", [pytest.param(seed, id=seed.slug) for seed in seeds([AUSTIN, BENGALURU])])
def test_every_configuration_is_one_that_its_connector_takes(seed):
    configured(seed.connector, seed.config)


def test_the_command_makes_them_once_and_switched_off(capsys):
    call_command("load_cities", verbosity=0)
    capsys.readouterr()
    first = run(capsys)
    count = Source.objects.count()
    by = Counter(Source.objects.values_list("connector", flat=True))
    assert (by["eventbrite"], by["meetup"], by["luma"]) == (44, 44, 44)
    assert (by["dice"], by["resident_advisor"]) == (10, 12)
    assert f"{count} sources created, 0 existed already" in first
    assert "GOOGLE_PLACES_API_KEY is needed by 2 sources." in first
    assert not Source.objects.filter(is_active=True).exists()
    assert f"0 sources created, {count} existed already" in run(capsys)


def test_a_source_without_its_key_says_which_variable_it_wants(capsys):
    call_command("load_cities", verbosity=0)
    run(capsys, "--city", "bengaluru")
    places = Source.objects.get(slug="google-places-bengaluru")
    assert (places.health, places.is_active) == ("needs_key", False)
    assert "GOOGLE_PLACES_API_KEY" in places.health_detail
    assert Source.objects.get(slug="luma-bengaluru").health == "sleeping"


def test_what_an_operator_changed_stays(capsys):
    call_command("load_cities", verbosity=0)
    run(capsys, "--city", "bengaluru")
    Source.objects.filter(slug="luma-bengaluru").update(name="Ours", schedule_minutes=77)
    run(capsys, "--city", "bengaluru")
    assert Source.objects.get(slug="luma-bengaluru").schedule_minutes == 77


def test_an_unknown_city_is_named():
    with pytest.raises(CommandError, match="no such city"):
        call_command("seed_sources", "--city", "atlantis")
