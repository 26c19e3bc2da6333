"""Saved searches through the API: written, listed, changed, deleted, as a list and as feeds."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from accounts.tokens.families import start_family
from events.filters import EventFilter
from saved_searches import services
from saved_searches.models import Conditions, Hit, SavedSearch
from tests.factories import make_city, make_event, make_person

pytestmark = pytest.mark.django_db
ALL = "/api/v1/me/saved-searches"


def post(api: Client, **body: Any) -> Any:
    return api.post(
        ALL, {"name": "Jazz", "query": {"city": "bengaluru"}} | body, content_type="application/json"
    )


def patch(api: Client, search_id: str, **body: Any) -> Any:
    return api.patch(f"{ALL}/{search_id}", body, content_type="application/json")


def _soon(**fields: Any) -> Any:
    return make_event(start=timezone.now() + timedelta(days=2), **fields)


def test_a_search_is_saved_in_the_words_of_the_api(api):
    asked = {
        "city": "bengaluru", "category": ["Music", "film"], "q": "jazz", "price_max": 500, "when": "weekend", "lat": 12.97,
        "lng": "77.59", "from_hour": "17:00", "start_after": "2026-11-21T18:00:00+05:30", "ordering": "distance",
    }  # fmt: skip
    answer = post(api, query=asked, alert=True)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert told["query"] == {
        "city": "bengaluru", "category": "music,film", "q": "jazz", "price_max": "500", "when": "weekend", "lat": "12.97",
        "lng": "77.59", "radius_km": "2.0", "from_hour": "17:00", "start_after": "2026-11-21T12:30:00+00:00", "ordering": "distance",
    }  # fmt: skip
    assert (told["name"], told["alert"], told["new"]) == ("Jazz", True, 0)
    assert answer["Location"] == f"{ALL}/{told['id']}"
    assert api.get(answer["Location"]).json() == told
    assert api.get(ALL).json() == {"results": [told]}
    again = post(api, query=told["query"])
    assert (again.status_code, again.json()["query"]) == (201, told["query"])


def test_the_same_request_again_saves_one_search(api):
    body = {"name": "Jazz", "query": {"city": "bengaluru"}}
    first, again = (
        api.post(ALL, body, content_type="application/json", headers={"Idempotency-Key": "one"})
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert SavedSearch.objects.count() == 1
    other = api.post(
        ALL, body | {"name": "Other"}, content_type="application/json", headers={"Idempotency-Key": "one"}
    )
    assert other.status_code == 422
    assert SavedSearch.objects.count() == 1


def test_changes_and_deletes_by_the_etag_of_what_was_read(api):
    made = post(api)
    way, etag = made["Location"], made["ETag"]
    assert api.get(way)["ETag"] == etag
    changed = api.patch(way, {"name": "Other"}, "application/json", headers={"If-Match": etag})
    assert (changed.status_code, changed["ETag"] == etag) == (200, False)
    for send in (api.patch, api.delete):
        late = send(way, {"name": "Late"}, "application/json", headers={"If-Match": etag})
        assert (late.status_code, late["Content-Type"]) == (412, "application/problem+json")
    assert SavedSearch.objects.get().name == "Other"
    assert api.delete(way, headers={"If-Match": changed["ETag"]}).status_code == 204


def test_what_it_found_meanwhile_does_not_hinder_a_change(api):
    way = post(api, alert=True)["Location"]
    before = api.get(way)
    Hit.objects.create(search=SavedSearch.objects.get(), event=_soon())
    assert api.get(way)["ETag"] != before["ETag"], "its `new` is told"
    changed = api.patch(way, {"name": "Other"}, "application/json", headers={"If-Match": before["ETag"]})
    assert changed.status_code == 200
    assert api.patch(way, {}, "application/json", headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": {"town": "bengaluru"}}, "query.town"),
        ({"query": {"limit": 5}}, "query.limit"),
        ({"query": {"city": "atlantis"}}, "query.city"),
        ({"query": {"q": {"deep": 1}}}, "query.q"),
        ({"query": {"price_max": True}}, "query.price_max"),
        ({"query": {"city": ["bengaluru"]}}, "query.city"),
        ({"query": {"lat": 12.9}}, "query.lng"),
        ({"query": []}, "query"),
        ({"name": ""}, "name"),
        ({"name": "<b></b>"}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(api, body, field):
    answer = post(api, **body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not SavedSearch.objects.exists()
    assert not Conditions.objects.exists()


def test_more_than_the_most_are_refused(api, monkeypatch):
    monkeypatch.setattr("saved_searches.services.saving.MOST", 1)
    assert [post(api).status_code for _ in range(2)] == [201, 409]


def test_fields_are_changed_and_others_stay(api):
    pk = post(api, alert=True).json()["id"]
    assert patch(api, pk, name="Blue").json()["name"] == "Blue"
    told = patch(api, pk, query={"q": "blue"}, alert=False).json()
    assert (told["name"], told["query"], told["alert"]) == ("Blue", {"q": "blue"}, False)
    assert patch(api, pk, query={"town": "x"}).status_code == 400
    assert api.get(f"{ALL}/{pk}").json()["query"] == {"q": "blue"}


def test_what_was_found_is_new_until_it_is_seen(api, vera):
    pk = post(api, alert=True).json()["id"]
    row = SavedSearch.objects.get(pk=pk)
    row.hits.create(event=_soon())
    assert api.get(f"{ALL}/{pk}").json()["new"] == 1
    assert patch(api, pk, seen=True).json()["new"] == 0


def test_its_events_are_those_of_its_filter_by_pages(api):
    for title in ("One", "Two", "Three"):
        _soon(title=title)
    _soon(title="Elsewhere", city=make_city(slug="goa", name="Goa"))
    pk = post(api).json()["id"]
    page = api.get(f"{ALL}/{pk}/events?limit=2").json()
    assert ([len(page["results"]), page["total"], page["has_more"]]) == [2, 3, True]
    rest = api.get(page["next"]).json()
    assert {event["title"] for event in page["results"] + rest["results"]} == {"One", "Two", "Three"}
    assert api.get(f"{ALL}/{pk}/events?city=goa").status_code == 400


def test_a_search_is_its_owners_alone(api):
    pk = post(api).json()["id"]
    other = make_person(email="ola@example.org", is_staff=False)
    theirs = Client(headers={"Authorization": f"Bearer {start_family(other, methods=('pwd',)).access}"})
    asked = [
        theirs.get(f"{ALL}/{pk}"), patch(theirs, pk, name="Mine"), theirs.delete(f"{ALL}/{pk}"), theirs.get(f"{ALL}/{pk}/events"),
        theirs.generic("POST", f"{ALL}/{pk}/feed"), theirs.delete(f"{ALL}/{pk}/feed"),
    ]  # fmt: skip
    assert [answer.status_code for answer in asked] == [404] * 6
    assert theirs.get(ALL).json() == {"results": []}
    assert api.delete(f"{ALL}/{pk}").status_code == 204
    assert api.delete(f"{ALL}/{pk}").status_code == 404


def test_feeds_open_by_a_secret_address_until_it_is_renewed(api, vera):
    event = _soon(title="Jazz")
    pk = post(api).json()["id"]
    addresses = api.generic("POST", f"{ALL}/{pk}/feed").json()
    paths = {name: address.partition("/me/")[2] for name, address in addresses.items()}
    calendar, rss, json = (Client().get(f"/me/{paths[name]}") for name in ("ics", "rss", "json"))
    assert [str(one["SUMMARY"]) for one in Calendar.from_ical(calendar.content).walk("VEVENT")] == ["Jazz"]
    assert b"Jazz" in rss.content
    assert [one["id"] for one in json.json()["results"]] == [str(event.pk)]
    assert json["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in json
    secret = paths["ics"].split("/")[1]
    assert secret not in str(SavedSearch.objects.values_list("feed_hash", flat=True)[0])
    api.generic("POST", f"{ALL}/{pk}/feed")
    assert Client().get(f"/me/{paths['ics']}").status_code == 404
    fresh = services.renew_feed(vera, pk)
    assert Client().get(f"/me/secret/{fresh}/search.rss").status_code == 200
    api.delete(f"{ALL}/{pk}/feed")
    assert Client().get(f"/me/secret/{fresh}/search.rss").status_code == 404


def test_a_feed_of_a_closed_account_opens_nothing(vera):
    row = services.save(vera, EventFilter(), name="All")
    secret = services.renew_feed(vera, row.pk)
    User.objects.filter(pk=vera.pk).update(is_active=False)
    assert Client().get(f"/me/secret/{secret}/search.ics").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_the_same_queries(api, vera, rows, django_assert_num_queries):
    for number in range(rows):
        row = services.save(vera, EventFilter(city="bengaluru", q=f"jazz {number}"), name="x", alert=True)
        row.hits.create(event=_soon(title=f"Jazz {number}"))
    with django_assert_num_queries(QUERIES):
        assert len(api.get(ALL).json()["results"]) == rows


QUERIES = 2
