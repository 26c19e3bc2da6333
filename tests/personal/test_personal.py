"""What a person keeps: preferences obeyed, favourites merged, a calendar by a secret address."""

from collections.abc import Callable

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from events.services import merge
from personal import queries, services
from personal.exceptions import PersonalRefused
from personal.models import CalendarKey, Favourite
from registrations.models import RegistrationSetup
from registrations.records import Wish
from registrations.services import register
from tests.factories import make_city, make_staff

pytestmark = pytest.mark.django_db


def test_without_preferences_everything_is_for_me(vera, soon, titles):
    soon(title="Jazz")
    assert titles(vera) == ["Jazz"]


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
def test_preferences_are_obeyed(vera, wants, kept, soon, titles):
    soon(title="Jazz", price_type="free")
    soon(title="Dear", price_type="paid", price_min=900, price_currency="INR")
    soon(title="Moon walk by night", category_id="film", language="en")
    services.set_preferences(vera, wants)
    assert sorted(titles(vera)) == sorted(kept)


def test_the_preferred_city_gives_way_to_the_asked_one(vera, soon, titles):
    soon(title="Jazz")
    soon(title="Elsewhere", city=make_city(slug="goa", name="Goa"))
    services.set_preferences(vera, {"city": make_city()})
    assert (titles(vera), titles(vera, city="goa")) == (["Jazz"], ["Elsewhere"])


def test_a_devices_list_is_merged_once_and_a_merged_event_stands_for_the_other(vera, soon):
    one, two = soon(title="One"), soon(title="Two")
    assert services.save_events(vera, [one.pk, two.pk]) == [one.pk, two.pk]
    assert services.save_events(vera, [one.pk]) == []
    merge(one.pk, two.pk, by=make_staff())
    assert {queries.event_of(row).pk for row in queries.favourites_of(vera)} == {one.pk}
    assert services.unsave_event(vera, one.pk) is True
    assert services.unsave_event(vera, one.pk) is False
    assert not Favourite.objects.exists()  # what was merged with it is gone too


def test_too_many_are_refused_and_nothing_is_lost(vera, monkeypatch, soon):
    monkeypatch.setattr(services.favourites, "MOST_FAVOURITES", 1)
    services.save_events(vera, [soon(title="One").pk])
    with pytest.raises(PersonalRefused, match="At most 1"):
        services.save_events(vera, [soon(title="Two").pk])
    assert Favourite.objects.count() == 1


def test_what_nobody_may_see_is_not_saved(vera, soon):
    assert services.save_events(vera, [soon(title="Draft", publication="draft").pk]) == []


def test_the_calendar_has_what_was_saved_and_where_one_goes(vera, soon):
    saved, goes = soon(title="Saved"), soon(title="Goes")
    RegistrationSetup.objects.create(event=goes)
    register(goes.pk, Wish(name="Vera", address=vera.email), by=vera)
    services.save_events(vera, [saved.pk, goes.pk])
    secret = services.renew_calendar(vera)
    body = Client().get(f"/me/secret/{secret}/calendar.ics").content
    assert sorted(str(one["SUMMARY"]) for one in Calendar.from_ical(body).walk("VEVENT")) == ["Goes", "Saved"]
    assert secret not in CalendarKey.objects.get().secret_hash
    services.renew_calendar(vera)
    assert Client().get(f"/me/secret/{secret}/calendar.ics").status_code == 404


def test_the_api_keeps_what_it_is_told(api: Client, vera: User, soon):
    event = soon(title="Jazz")
    make_city()
    assert Client().get("/api/v1/me/preferences").status_code == 401
    sunday = {"day": 7, "from": "00:00", "to": "23:59"}
    wants = {"city": "bengaluru", "categories": ["music"], "days": [7, sunday], "price_max": 100}
    told = api.patch("/api/v1/me/preferences", wants, "application/json").json()
    assert (told["city"], told["days"], told["price_max"]) == ("bengaluru", [sunday], 100)
    assert api.get("/api/v1/me/preferences").json() == told
    etag = api.get("/api/v1/me/preferences")["ETag"]
    for answer in (200, 412):  # the second one read what the first one changed
        change = {"free_only": True}
        sent = api.patch("/api/v1/me/preferences", change, "application/json", headers={"If-Match": etag})
        assert sent.status_code == answer
    api.patch("/api/v1/me/preferences", {"free_only": False}, "application/json")
    saved = api.post("/api/v1/me/favourites", {"events": [str(event.pk)]}, "application/json").json()
    assert [one["title"] for one in saved["results"]] == ["Jazz"]
    assert api.get("/api/v1/me/favourites").json() == saved
    assert api.delete(f"/api/v1/me/favourites/{event.pk}").status_code == 204
    api.patch("/api/v1/me/preferences", {"days": [], "price_max": None}, "application/json")
    assert [one["title"] for one in api.get("/api/v1/me/events").json()["results"]] == ["Jazz"]
    made = api.post("/api/v1/me/calendar", "", "application/json")
    assert made.status_code == 201
    assert api.post("/api/v1/me/calendar", "[1]", "application/json").status_code == 400
    made = api.post(
        "/api/v1/me/calendar", "{}", "application/json"
    )  # another one: the first opens nothing any more
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
        {"days": [{"day": 5, "from": "25:00"}]},
        {"days": [{"day": 5, "until": "20:00"}]},
        {"days": [1] + [{"day": 1, "from": f"{hour:02}:00"} for hour in range(21)]},
        {"area": "nowhere"},
        {"lat": 12.97},
        {"city": "bengaluru", "lat": 48.1, "lng": 11.5},
        {"radius_km": 0},
        {"quiet_hours": {"from": "22:00"}},
        {"channels": {"push": "perhaps"}},
        {"city": "nowhere"},
        {"keywords": ["x"] * 21},
        {"languages": [0]},
        {"keywords": [7.5]},
        {"price_max": -1},
    ],
)
def test_the_api_names_what_is_wrong(api: Client, said: dict):
    make_city()
    answer = api.patch("/api/v1/me/preferences", said, "application/json")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


def test_the_page_shows_what_fits_and_keeps_the_preferences(page: Client, vera: User, soon):
    soon(title="Jazz")
    assert "Jazz" in page.get("/for-me/").content.decode()
    said = {"do": "save", "categories": ["film"], "keywords": "jazz, <b>moon</b>", "city": ""}
    assert page.post("/for-me/", said).status_code == 302
    assert queries.preferences_of(vera).keywords == ["jazz", "moon"]
    assert page.post("/for-me/", {"do": "save", "price_max": "-1"}).status_code == 400
    assert "/me/secret/" in page.post("/for-me/", {"do": "calendar"}).content.decode()
    assert page.post("/for-me/", {"do": "close"}).status_code == 302
    assert not CalendarKey.objects.exists()


def test_the_page_costs_the_same_queries_with_one_event_and_with_thirty(
    page: Client, django_assert_max_num_queries: Callable, soon
):
    for number in range(30):
        soon(title=f"Gig {number}")
    with django_assert_max_num_queries(30):
        page.get("/for-me/")
