"""What people look for is counted without them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import now

from events.models import AskedQuery
from events.services import asked
from tests.factories import make_city


@pytest.fixture(autouse=True)
def empty_ring(db):
    cache.clear()


def rows():
    return {
        (row.text, row.city and row.city.slug): (row.times, row.unanswered)
        for row in AskedQuery.objects.select_related("city")
    }


def test_texts_are_counted_by_city_and_day_and_not_twice():
    city = make_city()
    for text in ("Jazz  tonight", "jazz tonight"):
        asked.note(text, city=city.slug, is_answered=False)
    asked.note("jazz tonight", city="", is_answered=True)
    assert asked.add_up(now=now()) == 3
    asked.note("jazz tonight", city=city.slug, is_answered=True)
    asked.add_up(now=now())
    assert asked.add_up(now=now()) == 0
    assert rows() == {("jazz tonight", city.slug): (3, 2), ("jazz tonight", None): (1, 0)}


def test_a_ring_that_is_full_keeps_the_newest(monkeypatch):
    monkeypatch.setattr(asked, "RING", 3)
    for number in range(5):
        asked.note(f"text {number}", city="", is_answered=True)
    assert asked.add_up(now=now()) == 3
    assert {text for text, _ in rows()} == {"text 2", "text 3", "text 4"}


def test_a_flood_of_texts_stops_at_the_bound_of_a_day(monkeypatch):
    monkeypatch.setattr(asked, "MOST_A_DAY", 1)
    for text in ("one", "two"):
        asked.note(text, city="", is_answered=True)
        asked.add_up(now=now())
    assert {text for text, _ in rows()} == {"one"}


@pytest.mark.parametrize("private", ["jane.doe@example.org", "+49 170 1234567", "203.0.113.77"])
def test_addresses_and_numbers_are_masked(private):
    kept = asked.kept_text(f"concert {private}")
    assert kept.startswith("concert")
    assert private not in kept


def test_a_text_is_cut_and_an_empty_one_is_nothing():
    assert len(asked.kept_text("a b " * 200)) <= 200
    asked.note("  ", city="", is_answered=False)
    assert asked.add_up(now=now()) == 0


def test_a_week_is_kept():
    moment = now()
    AskedQuery.objects.create(text="old", day=(moment - timedelta(days=8)).date(), times=1)
    AskedQuery.objects.create(text="new", day=(moment - timedelta(days=6)).date(), times=1)
    assert asked.forget(now=moment, dry=True) == 1
    assert asked.forget(now=moment) == 1
    assert {text for text, _ in rows()} == {"new"}


def test_the_page_and_the_api_note_what_was_asked(client):
    client.get("/search", {"q": "zzqx nothing"})
    client.get("/api/v1/search", {"q": "zzqx nothing"})
    asked.add_up(now=now())
    assert rows() == {("zzqx nothing", None): (2, 2)}


def test_operators_see_what_was_not_found(admin_client):
    AskedQuery.objects.create(text="tango for beginners", day=now().date(), times=4, unanswered=3)
    AskedQuery.objects.create(text="found thing", day=now().date(), times=4)
    first = admin_client.get(reverse("admin:index")).content.decode()
    assert "tango for beginners" in first
    assert "found thing" not in first
    listed = admin_client.get(
        reverse("admin:events_askedquery_changelist"), {"unanswered__gt": 0}
    ).content.decode()
    assert "tango for beginners" in listed
    assert "found thing" not in listed
