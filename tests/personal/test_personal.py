"""What a person keeps: preferences obeyed, favourites merged, a calendar by a secret address."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from accounts.tokens.families import start_family
from events.services import merge
from personal import queries, services
from personal.exceptions import PersonalRefused
from personal.models import CalendarKey, Favourite
from registrations.models import RegistrationSetup
from registrations.records import Wish
from registrations.services import register
from tests.factories import make_city, make_event, make_person, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def api(vera: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(vera, methods=('pwd',)).access}"})


@pytest.fixture
def page(vera: User) -> Client:
    client = Client()
    client.force_login(vera)
    return client


def _soon(**fields):
    return make_event(start=timezone.now() + timedelta(days=2), **fields)


def _titles(person: User, **asked: str) -> list[str]:
    return [event.title for event in queries.for_person(person, now=timezone.now(), **asked)]


def test_without_preferences_everything_is_for_me(vera):
    _soon(title="Jazz")
    assert _titles(vera) == ["Jazz"]


@pytest.mark.parametrize(
    ("wants", "kept"),
    [
        ({"categories": ["music"]}, ["Jazz", "Dear"]),
        ({"keywords": ["moon walk"]}, ["Moon walk by night"]),
        ({"categories": ["music"], "keywords": ["moon"]}, ["Jazz", "Dear", "Moon walk by night"]),
        ({"free_only": True}, ["Jazz"]),
        ({"price_max": 500}, ["Jazz"]),
        ({"languages": ["kn"]}, ["Jazz", "Dear"]),
    ],
)
def test_preferences_are_obeyed(vera, wants, kept):
    _soon(title="Jazz", price_type="free")
    _soon(title="Dear", price_type="paid", price_min=900, price_currency="INR")
    _soon(title="Moon walk by night", category_id="film", language="en")
    services.set_preferences(vera, wants)
    assert sorted(_titles(vera)) == sorted(kept)


def test_days_are_weekdays_there(vera):
    event = _soon(title="Jazz")
    day = event.start_date.isoweekday()
    for days, kept in (([day], ["Jazz"]), ([day % 7 + 1], [])):
        services.set_preferences(vera, {"days": days})
        assert _titles(vera) == kept


def test_the_preferred_city_gives_way_to_the_asked_one(vera):
    _soon(title="Jazz")
    _soon(title="Elsewhere", city=make_city(slug="goa", name="Goa"))
    services.set_preferences(vera, {"city": make_city()})
    assert (_titles(vera), _titles(vera, city="goa")) == (["Jazz"], ["Elsewhere"])


def test_a_devices_list_is_merged_once_and_a_merged_event_stands_for_the_other(vera):
    one, two = _soon(title="One"), _soon(title="Two")
    assert services.save_events(vera, [one.pk, two.pk]) == sorted([one.pk, two.pk])
    assert services.save_events(vera, [one.pk]) == []
    merge(one.pk, two.pk, by=make_staff())
    assert {queries.event_of(row).pk for row in queries.favourites_of(vera)} == {one.pk}
    assert services.unsave_event(vera, one.pk) is True
    assert services.unsave_event(vera, one.pk) is False


def test_too_many_are_refused_and_nothing_is_lost(vera, monkeypatch):
    monkeypatch.setattr(services, "MOST_FAVOURITES", 1)
    services.save_events(vera, [_soon(title="One").pk])
    with pytest.raises(PersonalRefused, match="At most 1"):
        services.save_events(vera, [_soon(title="Two").pk])
    assert Favourite.objects.count() == 1


def test_what_nobody_may_see_is_not_saved(vera):
    assert services.save_events(vera, [_soon(title="Draft", publication="draft").pk]) == []


def test_the_calendar_has_what_was_saved_and_where_one_goes(vera):
    saved, goes = _soon(title="Saved"), _soon(title="Goes")
    RegistrationSetup.objects.create(event=goes)
    register(goes.pk, Wish(name="Vera", address=vera.email), by=vera)
    services.save_events(vera, [saved.pk, goes.pk])
    secret = services.renew_calendar(vera)
    body = Client().get(f"/me/secret/{secret}/calendar.ics").content
    assert sorted(str(one["SUMMARY"]) for one in Calendar.from_ical(body).walk("VEVENT")) == ["Goes", "Saved"]
    assert secret not in CalendarKey.objects.get().secret_hash
    services.renew_calendar(vera)
    assert Client().get(f"/me/secret/{secret}/calendar.ics").status_code == 404


def test_the_api_keeps_what_it_is_told(api: Client, vera: User):
    event = _soon(title="Jazz")
    make_city()
    assert Client().get("/api/v1/me/preferences").status_code == 401
    wants = {"city": "bengaluru", "categories": ["music"], "days": [7, 7], "price_max": 100}
    told = api.patch("/api/v1/me/preferences", wants, "application/json").json()
    assert (told["city"], told["days"], told["price_max"]) == ("bengaluru", [7], 100)
    assert api.get("/api/v1/me/preferences").json() == told
    saved = api.post("/api/v1/me/favourites", {"events": [str(event.pk)]}, "application/json").json()
    assert [one["title"] for one in saved["results"]] == ["Jazz"]
    assert api.get("/api/v1/me/favourites").json() == saved
    assert api.delete(f"/api/v1/me/favourites/{event.pk}").status_code == 204
    api.patch("/api/v1/me/preferences", {"days": [], "price_max": None}, "application/json")
    assert [one["title"] for one in api.get("/api/v1/me/events").json()["results"]] == ["Jazz"]
    made = api.post("/api/v1/me/calendar", "", "application/json")
    assert made.status_code == 201
    path = "/" + made.json()["address"].split("/", 3)[3]
    assert Client().get(path).status_code == 200
    assert api.delete("/api/v1/me/calendar").status_code == 204
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"categories": ["nothing"]},
        {"days": [8]},
        {"city": "nowhere"},
        {"keywords": ["x"] * 21},
        {"price_max": -1},
    ],
)
def test_the_api_names_what_is_wrong(api: Client, said: dict):
    answer = api.patch("/api/v1/me/preferences", said, "application/json")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


def test_the_page_shows_what_fits_and_keeps_the_preferences(page: Client, vera: User):
    _soon(title="Jazz")
    assert "Jazz" in page.get("/for-me/").content.decode()
    said = {"do": "save", "categories": ["film"], "keywords": "jazz, <b>moon</b>", "city": ""}
    assert page.post("/for-me/", said).status_code == 302
    assert queries.preferences_of(vera).keywords == ["jazz", "moon"]
    assert page.post("/for-me/", {"do": "save", "price_max": "-1"}).status_code == 400
    assert "/me/secret/" in page.post("/for-me/", {"do": "calendar"}).content.decode()
    assert page.post("/for-me/", {"do": "close"}).status_code == 302
    assert not CalendarKey.objects.exists()


def test_the_page_costs_the_same_queries_with_one_event_and_with_thirty(
    page: Client, django_assert_max_num_queries: Callable
):
    for number in range(30):
        _soon(title=f"Gig {number}")
    with django_assert_max_num_queries(25):
        page.get("/for-me/")
