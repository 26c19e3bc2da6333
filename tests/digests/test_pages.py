"""The pages of subscriptions, and the same over the API."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from digests import services
from digests.enums import Cadence
from digests.models import Subscription
from digests.targets import find_target
from digests.tokens import token_of
from personal.models import Follow
from saved_searches.models import Conditions, SavedSearch
from tests.digests.conftest import READER, subscribed
from tests.factories import make_area, make_city, make_place

pytestmark = pytest.mark.django_db


def confirmed(**fields) -> Subscription:
    return subscribed(now=timezone.now() - timedelta(days=3), **fields)


def signed_in(client: Client, email: str = READER) -> User:
    person = User.objects.create_user(email)
    EmailAddress.objects.create(user=person, email=email.lower(), verified=True, primary=True)
    client.force_login(person)
    return person


def test_the_form_asks_for_day_hour_and_zone_and_keeps_them(client: Client):
    make_city()
    body = {
        "email": READER, "city": "bengaluru", "cadence": "daily", "weekday": "2", "hour": "18", "timezone": "Australia/Lord_Howe",
        "categories": [],
    }  # fmt: skip
    assert client.post("/subscribe/", body).status_code == 200
    row = Subscription.objects.get()
    assert (row.cadence, row.weekday, row.hour, row.timezone) == ("daily", 2, 18, "Australia/Lord_Howe")
    assert client.post("/subscribe/", {**body, "timezone": "Mars/Olympus"}).status_code == 400


@pytest.mark.parametrize("kind", ["area", "venue", "performer"])
def test_what_an_address_names_is_what_one_subscribes_to(client: Client, kind: str):
    area, place = make_area(), make_place(city=make_city())
    query = {"area": f"area={area.slug}", "venue": f"venue={place.pk}", "performer": "performer=nobody"}[kind]
    answer = client.get(f"/subscribe/?{query}")
    if kind == "performer":
        assert answer.status_code == 404
        return
    assert answer.status_code == 200
    client.post(f"/subscribe/?{query}", {"email": READER})
    assert Subscription.objects.get().kind == kind


def test_a_saved_search_is_its_owners_alone(client: Client):
    make_city()
    person = signed_in(client)
    conditions = Conditions.objects.create(digest="a" * 64, wanted={"q": "jazz"})
    search = SavedSearch.objects.create(user=person, name="Jazz", query={"q": "jazz"}, conditions=conditions)
    answer = client.post(f"/subscribe/?search={search.pk}", {"email": READER, "timezone": "Asia/Kolkata"})
    assert answer["Location"] == "/me/subscriptions/"
    row = Subscription.objects.get()
    assert (row.kind, row.search_id, row.active) == ("search", search.pk, True)
    assert "Jazz" in client.get("/me/subscriptions/").content.decode()
    client.logout()
    assert client.get(f"/subscribe/?search={search.pk}").status_code == 404


def test_the_page_of_the_link_changes_pauses_and_leaves(client: Client):
    row = confirmed(cadence=Cadence.DAILY)
    url = f"/subscriptions/{token_of(row)}/"
    shown = client.get(url)
    assert "Bengaluru" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    named = {"subscription": str(row.pk)}

    def press(**body) -> Subscription:
        assert client.post(url, {**named, **body}).status_code == 302
        return Subscription.objects.get()

    assert press(do="change", cadence="weekly", weekday="5", hour="7", language="en").weekday == 5
    assert press(do="pause", days="30").paused_until
    assert "paused until" in client.get(url).content.decode()
    assert press(do="resume").paused_until is None
    assert press(do="change", cadence="daily", weekday="5", hour="7", language="en").cadence == "daily"
    assert press(do="less").cadence == "weekly"
    assert not press(do="leave").active


def test_what_is_filled_in_wrong_is_said_beside_the_field(client: Client):
    row = confirmed()
    answer = client.post(
        f"/subscriptions/{token_of(row)}/",
        {"subscription": str(row.pk), "do": "change", "cadence": "hourly", "timezone": "Mars/Olympus"},
    )
    assert answer.status_code == 400
    assert b"is not a time zone" in answer.content


@pytest.mark.parametrize("pk", ["", "x", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"])
def test_a_subscription_of_somebody_else_is_not_touched(client: Client, pk: str):
    row = confirmed()
    answer = client.post(f"/subscriptions/{token_of(row)}/", {"subscription": pk, "do": "leave"})
    assert answer.status_code == 404
    assert Subscription.objects.get().active


def test_the_page_of_an_account_shows_what_its_proved_address_gets(client: Client):
    confirmed()
    signed_in(client)
    assert "Bengaluru" in client.get("/me/subscriptions/").content.decode()
    client.post("/me/subscriptions/", {"do": "leave all"})
    assert not Subscription.objects.get().active


def test_the_page_takes_the_same_queries_with_one_and_with_several(
    client: Client, django_assert_max_num_queries
):
    area = make_area()
    row = confirmed(city=area.city)
    for number in range(8):
        cache.clear()  # or it would be asking too often
        confirmed(
            city=find_target({"venue": str(make_place(name=f"Room {number}").pk)}),
            timezone="Asia/Kolkata",
            sender=str(number),
        )
    with django_assert_max_num_queries(14):
        assert client.get(f"/subscriptions/{token_of(row)}/").status_code == 200


def test_the_question_whether_to_go_on_needs_a_press(client: Client):
    row = confirmed()
    Subscription.objects.update(asked_again_at=timezone.now())
    url = f"/subscriptions/{token_of(row)}/renew/"
    assert "Yes, go on" in client.get(url).content.decode()
    assert Subscription.objects.get().asked_again_at
    assert "It goes on" in client.post(url).content.decode()
    assert Subscription.objects.get().asked_again_at is None


def test_the_api_takes_every_target_and_names_what_is_wrong(client: Client):
    area, place = make_area(), make_place(city=make_city())

    def ask(**body):
        return client.post(
            "/api/v1/subscriptions", {"email": READER, **body}, content_type="application/json"
        )

    assert (
        ask(area=area.slug, cadence="instant", weekday=2, hour=7, timezone="Asia/Kolkata").status_code == 202
    )
    row = Subscription.objects.get()
    assert (row.kind, row.cadence, row.hour, row.timezone) == ("area", "instant", 7, "Asia/Kolkata")
    assert ask(email="b@example.org", venue=str(place.pk)).status_code == 202
    for body, field in (
        ({}, "city"), ({"area": "nowhere"}, "area"), ({"timezone": "Mars/Olympus", "city": "bengaluru"}, "timezone"), ({"search": str(place.pk)}, "search"),
        ({"city": "bengaluru", "hour": 24}, "hour"), ({"city": "bengaluru", "cadence": "hourly"}, "cadence"),
    ):  # fmt: skip
        answer = ask(email="c@example.org", **body)
        assert answer.status_code == 400
        assert field in answer.content.decode()


def test_follows_stay_what_they_are(client: Client):
    place = make_place(city=make_city())
    person = signed_in(client)
    Follow.objects.create(user=person, place=place)
    services.subscribe(READER, find_target({"venue": str(place.pk)}), by=person)
    assert Follow.objects.count() == Subscription.objects.count() == 1
