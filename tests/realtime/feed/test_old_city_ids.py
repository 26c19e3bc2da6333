"""A city's old id leads to the city wherever the live feed takes one."""

import pytest
from django.db import transaction

from outbox.services import number_changes
from realtime.feed.filters import read_filters
from realtime.feed.protocol import read_topics
from tests.factories import make_city, record_event


def test_topics_and_filters_take_the_old_id():
    given = ["events:city:ca--los-angeles", "weather:ca--los-angeles", "events:city:bengaluru", "events:all"]
    named = ("events:city:los-angeles", "weather:los-angeles", "events:city:bengaluru", "events:all")
    assert read_topics(given) == named
    assert read_topics(["events:city:los-angeles", "events:city:ca--los-angeles"]) == named[:1]
    assert read_filters({"city": "ca--los-angeles"}).city == "los-angeles"


@pytest.mark.django_db(transaction=True)
def test_changes_of_a_city_by_its_old_id(client):
    make_city(slug="los-angeles")
    with transaction.atomic():
        event = record_event(city="los-angeles")
    number_changes()
    asked = {"topics": "events:city:ca--los-angeles", "after": "0"}
    found = client.get("/api/v1/changes", asked).json()["results"]
    wanted = client.get("/api/v1/changes", {**asked, "topics": "events:city:los-angeles"}).json()["results"]
    assert found == wanted
    assert any(change["topic"] == f"events:event:{event.pk}" for change in found)
