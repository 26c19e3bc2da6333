"""Zones: refused by the form and by the database; an existing invalid one breaks nothing else."""

from datetime import UTC, datetime
from importlib import import_module
from zoneinfo import available_timezones

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from events.models import Event, Series
from pipeline.dates.event_times import zone_or_utc
from pipeline.dates.zones import zone_named
from places.models import City, Place
from places.validators import validate_timezone
from sources.models import Source
from sources.runs.timing import Timetable, next_at
from tests.factories import make_city, make_place, make_source, make_staff, record_event

BAD = [
    "Mars/Olympus",
    "asia/kolkata",
    "Asia/Kolkata ",
    "../../etc/passwd",
    "/etc/localtime",
    "UTC+25:99",
    "",
    "\x00",
    "localtime",
    "Asia",
    "💃",
]
ZONES = sorted(name for name in available_timezones() if zone_named(name))


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_is_no_zone_is_refused(name):
    with pytest.raises(ValidationError, match="is not a time zone"):
        validate_timezone(name)


@given(st.text(max_size=64))
def test_what_the_validator_lets_through_has_a_clock(name):
    try:
        validate_timezone(name)
    except ValidationError:
        assert zone_or_utc(name) == zone_or_utc(name.lower())
    else:
        assert zone_or_utc(name).key == name


@pytest.mark.django_db
def test_postgresql_knows_every_zone_that_the_validator_lets_through():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(timezone(name, now())) FROM unnest(%s::text[]) AS name", [ZONES])
        assert cursor.fetchone()[0] == len(ZONES) > 400


@pytest.mark.django_db
def test_a_wrong_zone_is_told_with_the_right_spelling():
    city = make_city()
    city.timezone = "asia/kolkata"
    with pytest.raises(ValidationError, match="Did you mean Asia/Kolkata"):
        city.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("model", [City, Place, Event, Series, Source])
def test_every_model_refuses_mars(model):
    row = model(timezone="Mars/Olympus")
    with pytest.raises(ValidationError) as refused:
        row.clean_fields(exclude=[field.name for field in model._meta.fields if field.name != "timezone"])
    assert "timezone" in refused.value.message_dict


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["places_city", "places_place", "events_event", "sources_source"])
def test_no_way_past_the_forms_stores_mars(table):
    record_event()
    make_source()
    make_place(name="Hall", city=None)
    with pytest.raises(DataError, match="Mars/Olympus"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET timezone = 'Mars/Olympus'")


@pytest.mark.django_db
def test_the_form_of_a_city_says_what_is_wrong(client):
    city = make_city()
    client.force_login(make_staff())
    answer = client.post(
        f"/admin/places/city/{city.pk}/change/",
        {
            "slug": city.slug,
            "name": "B",
            "country": "IN",
            "lat": 1,
            "lng": 1,
            "radius_km": 3,
            "timezone": "Mars/Olympus",
            "state": "active",
        },
    )
    assert "is not a time zone" in answer.content.decode()
    assert City.objects.get().timezone == "Asia/Kolkata"


def test_a_timetable_with_a_wrong_zone_runs_by_utc():
    table = Timetable(key="x", minutes=60, at=datetime(2026, 1, 1, 9).time(), timezone="Mars/Olympus")
    assert next_at(table, datetime(2026, 11, 22, 8, tzinfo=UTC)) == datetime(2026, 11, 22, 9, tzinfo=UTC)


def stored_all_the_same(table, constraint):
    """A row that is older than the constraint."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}, DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET timezone = 'Mars/Olympus'")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("migration", "table", "constraint", "model", "zone"),
    [
        ("places.migrations.0008_zones_are_known", "places_city", "city_timezone", City, "Asia/Kolkata"),
        ("sources.migrations.0007_zones_are_known", "sources_source", "source_timezone", Source, ""),
        ("events.migrations.0009_zones_are_known", "events_event", "event_timezone", Event, "UTC"),
    ],
)
def test_the_migration_mends_what_was_stored_before(migration, table, constraint, model, zone):
    record_event()
    make_source()
    stored_all_the_same(table, constraint)
    import_module(migration).mend(apps, connection.schema_editor())
    assert model.objects.get().timezone == zone
