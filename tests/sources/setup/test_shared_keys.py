"""Sources that want nothing but a key are one line a platform, where it is set once for all of them."""

from typing import Any

import pytest
from django.test import Client

from sources.models import Credential, Source
from tests.factories import make_city, make_person, make_source, make_staff

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/sources/source/", "/admin/sources/credential/add/"


@pytest.fixture
def desk(client: Client, settings: Any) -> Client:
    settings.PLATFORM_KEYS = {}
    settings.STAFF_REAUTHENTICATION = False
    client.force_login(make_staff())
    return client


def waiting(connector: str = "seatgeek", *cities: str) -> None:
    for slug in cities:
        make_source(
            slug=f"{connector}-{slug}",
            connector=connector,
            type="api",
            city=make_city(slug=slug),
            health="needs_key",
        )


def rows(desk: Client, query: str = "") -> list[str]:
    return [source.slug for source in desk.get(LIST + query).context["cl"].result_list]


def test_they_are_one_line_and_no_rows_until_they_are_asked_for(desk: Client):
    waiting("seatgeek", "vienna", "lisbon")
    waiting("ticketmaster", "vienna")
    make_source(slug="own", is_active=True)
    text = " ".join(desk.get(LIST).content.decode().split())
    assert "<b>SeatGeek</b>: 2 cities, needs a key." in text
    assert "<b>Ticketmaster</b>: 1 city, needs a key." in text
    assert f"{ADD}?connector=seatgeek&amp;name=SeatGeek" in text
    assert rows(desk) == ["own"]
    assert rows(desk, "?connector=seatgeek") == ["seatgeek-lisbon", "seatgeek-vienna"]


def test_the_key_is_set_once_for_all_that_have_none(desk: Client):
    waiting("seatgeek", "vienna", "lisbon")
    own = Credential.objects.create(name="own", connector="seatgeek", kind="key", secret="{}")
    make_source(slug="has", connector="seatgeek", type="api", credential=own)
    said = desk.post(
        ADD,
        {"name": "SeatGeek", "connector": "seatgeek", "kind": "key", "value__key": "k", "for_all": "on"},
        follow=True,
    )
    assert "Used by 2 sources now" in said.content.decode()
    named = dict(Source.objects.values_list("slug", "credential__name"))
    assert named == {"seatgeek-vienna": "SeatGeek", "seatgeek-lisbon": "SeatGeek", "has": "own"}
    assert set(Source.objects.values_list("is_active", "health")) == {(False, "sleeping")}
    assert "needs a key" not in desk.get(LIST).content.decode()


def test_publishers_never_share_a_secret(desk: Client):
    for slug in ("one", "two"):
        make_source(slug=slug, connector="webhook", type="webhook")
    desk.post(
        ADD,
        {"name": "Hook", "connector": "webhook", "kind": "key", "value__secret": "whsec", "for_all": "on"},
    )
    assert Credential.objects.count() == 1
    assert set(Source.objects.values_list("credential", flat=True)) == {None}


def test_who_may_set_no_key_reads_the_line_without_a_way_there(client: Client):
    city = make_city(slug="vienna")
    waiting("seatgeek", "vienna", "lisbon")
    client.force_login(make_person(rights=["sources.view_source"], cities=[city]))
    text = " ".join(client.get(LIST).content.decode().split())
    assert "<b>SeatGeek</b>: 1 city, needs a key." in text
    assert ADD not in text
