"""One date of a series, it and the following, or all to come: on the form and through the API, with doors, performers and a new venue."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.tokens.families import start_family
from events.models import Event, Organizer, OrganizerMember, Series
from organizers.change_form import ChangeForm
from places.models import Place
from registrations.models import RegistrationSetup
from tests.factories import make_categories, make_city, make_event, make_origin, make_person, make_place

pytestmark = pytest.mark.django_db
INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def ann():
    cache.clear()
    make_categories()
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def dates(ann) -> list[Event]:
    """Four Fridays at 20:00 of one team: the first is over, the second to the fourth are to come."""
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="editor")
    series = Series.objects.create(origin=make_origin(), external_id="owls", title="Owl Night")
    first = (
        (timezone.now() - timedelta(days=3))
        .astimezone(INDIA)
        .replace(hour=20, minute=0, second=0, microsecond=0)
    )
    starts = [first + timedelta(days=7 * number) for number in range(4)]
    return [
        make_event(
            title="Owl Night", start=start, end_at=start + timedelta(hours=2), organizer=owls, series=series, city=make_city(),
            timezone="Asia/Kolkata", start_date=start.date(), end_date=start.date(), recurrence_id=start.isoformat(),
        )
        for start in starts
    ]  # fmt: skip


@pytest.fixture
def client(ann) -> Client:
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def api(ann) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(ann, methods=('pwd',)).access}"})


def _patch(api: Client, event: Event, **body):
    return api.patch(f"/api/v1/events/{event.pk}", json.dumps(body), "application/json")


def _form(event: Event, **changed):
    initial = ChangeForm(event=Event.objects.get(pk=event.pk)).initial
    return {
        **{name: value for name, value in initial.items() if value not in (None, False)},
        "scope": "this",
        **changed,
    }


def _titles() -> list[str]:
    return [row.title for row in Event.objects.order_by("start_at")]


@pytest.mark.parametrize(
    ("scope", "titles"),
    [
        ("this", ["Owl Night", "Owl Night", "New", "Owl Night"]),
        ("following", ["Owl Night", "Owl Night", "New", "New"]),
        ("series", ["Owl Night", "New", "New", "New"]),
    ],
)
def test_a_change_is_for_the_dates_that_are_meant_and_for_none_that_is_over(
    api, client, dates, scope, titles
):
    assert _patch(api, dates[2], title="New", scope=scope).status_code == 200
    assert _titles() == titles
    Event.objects.update(title="Owl Night")
    page = f"/organize/events/{dates[2].pk}/edit/"
    assert client.post(page, _form(dates[2], title="New", scope=scope)).status_code == 302
    assert _titles() == titles


def test_doors_and_times_of_other_dates_move_as_far(client, api, dates):
    day = dates[1].start_date
    changed = _form(
        dates[1], start=f"{day}T21:00", end=f"{day}T23:00", doors=f"{day}T20:30", scope="following"
    )
    assert client.post(f"/organize/events/{dates[1].pk}/edit/", changed).status_code == 302
    for row in Event.objects.order_by("start_at")[1:]:
        assert row.start_at.astimezone(INDIA).hour == 21
        assert row.start_at - row.doors_at == timedelta(minutes=30)
    assert _patch(api, dates[1], start=f"{day}T22:00").status_code == 200
    moved = Event.objects.get(pk=dates[1].pk)
    assert moved.start_at - moved.doors_at == timedelta(minutes=30)
    told = _patch(api, dates[1], doors=f"{day}T19:00", scope="series")
    assert datetime.fromisoformat(told.json()["doors"]) == datetime.fromisoformat(f"{day}T19:00").replace(
        tzinfo=INDIA
    )
    last = Event.objects.get(pk=dates[3].pk)
    assert last.start_at - last.doors_at == timedelta(hours=3)
    assert _patch(api, dates[1], doors="").json()["doors"] is None
    assert Event.objects.get(pk=dates[3].pk).doors_at is not None
    late = client.post(f"/organize/events/{dates[1].pk}/edit/", _form(dates[1], doors=f"{day}T23:30"))
    assert 'href="#id_doors"' in late.content.decode()


def test_performers_are_one_in_a_line(client, dates):
    page = f"/organize/events/{dates[1].pk}/edit/"
    assert (
        client.post(page, _form(dates[1], performers="Ann, Ben & Cem\n\nThe Owls\nThe Owls")).status_code
        == 302
    )
    assert Event.objects.get(pk=dates[1].pk).performers == ["Ann, Ben & Cem", "The Owls"]


def test_a_venue_that_nobody_knows_is_made_by_its_name_and_address(client, dates):
    page = f"/organize/events/{dates[1].pk}/edit/"
    refused = client.post(page, _form(dates[1], venue="Owl Barn"))
    assert (refused.status_code, 'href="#id_address"' in refused.content.decode()) == (400, True)
    changed = _form(dates[1], venue="Owl Barn", address="7 Barn Lane", scope="series")
    assert client.post(page, changed).status_code == 302
    place = Place.objects.get(name="Owl Barn")
    assert (place.address, place.lat, place.city_id) == ("7 Barn Lane", None, dates[1].city_id)
    assert [row.place_id == place.pk for row in Event.objects.order_by("start_at")] == [
        False,
        True,
        True,
        True,
    ]
    assert (
        client.post(page, _form(dates[1], venue="Owl Barn", address="7 Barn Lane", title="x")).status_code
        == 302
    )
    assert Place.objects.filter(name="Owl Barn").count() == 1


def test_a_venue_by_the_api_is_known_or_new(api, dates):
    barn = make_place(name="Owl Barn", address="7 Barn Lane", city=dates[1].city)
    assert _patch(api, dates[1], venue="Owl Barn", address="7 Barn Lane").status_code == 200
    assert Event.objects.get(pk=dates[1].pk).place_id == barn.pk
    told = _patch(api, dates[2], venue="New Shed", address="9 Shed Street").json()
    assert (told["venue"]["name"], told["venue"]["address"]) == ("New Shed", "9 Shed Street")
    for body, field in (
        ({"venue": "Owl Barn"}, "address"),
        ({"address": "7 Barn Lane"}, "venue"),
        ({"venue": "x", "address": "y", "place": str(barn.pk)}, "venue"),
        ({"scope": "all"}, "scope"),
        ({"doors": "2026-12-12"}, "doors"),
    ):
        answer = _patch(api, dates[1], **body)
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, [field])


def test_an_event_of_no_city_gets_no_venue(api, dates):
    Event.objects.filter(pk=dates[1].pk).update(city=None)
    answer = _patch(api, dates[1], venue="Owl Barn", address="7 Barn Lane")
    assert (answer.status_code, Place.objects.filter(name="Owl Barn").exists()) == (400, False)


def test_all_dates_to_come_are_cancelled_at_once(client, dates):
    assert client.post(f"/organize/events/{dates[2].pk}/", {"do": "cancel series"}).status_code == 302
    assert [row.happening for row in Event.objects.order_by("start_at")] == ["scheduled"] + ["cancelled"] * 3


def _terms() -> list[tuple[object, ...]]:
    rows = RegistrationSetup.objects.select_related("event").order_by("event__start_at")
    return [(row.is_open, row.capacity, row.event.start_at - row.closes_at) for row in rows if row.closes_at]


def test_registration_is_opened_for_the_dates_that_are_meant_each_with_its_own_end(api, dates):
    noon = dates[1].start_at - timedelta(hours=8)
    said = {
        "registration_required": True, "capacity": 5, "registration_closes": noon.isoformat(), "scope": "series",
        "questions": [{"label": "Diet?"}],
    }  # fmt: skip
    assert _patch(api, dates[1], **said).status_code == 200
    assert _terms() == [(True, 5, timedelta(hours=8))] * 3
    assert not RegistrationSetup.objects.filter(event=dates[0]).exists(), "one that is over was opened"
    assert [row.registration_required for row in Event.objects.order_by("start_at")] == [
        False,
        True,
        True,
        True,
    ]
    # a later day and hour take the end along with the start that is said with it
    later = (dates[2].start_at + timedelta(days=1)).astimezone(INDIA).replace(hour=21)
    closes = (later - timedelta(hours=2)).isoformat()
    start = later.strftime("%Y-%m-%dT%H:%M")
    moved = _patch(api, dates[2], start=start, registration_closes=closes, capacity=8, scope="following")
    assert moved.status_code == 200, moved.content
    assert _terms() == [(True, 5, timedelta(hours=8))] + [(True, 8, timedelta(hours=2))] * 2
    assert [len(row.questions) for row in RegistrationSetup.objects.all()] == [1, 1, 1]


def test_the_desk_opens_registration_of_all_dates_at_once_and_questions_keep_their_answers(client, dates):
    page = f"/organize/events/{dates[1].pk}/"
    assert "All dates to come" in client.get(page).content.decode()
    said = {"do": "terms", "is_open": "on", "capacity": "5", "most_guests": "0", "has_waitlist": "on"}
    assert client.post(page, {**said, "questions": "Diet?", "scope": "this"}).status_code == 302
    other = f"/organize/events/{dates[2].pk}/"
    assert client.post(other, {**said, "questions": "Shoes?\nDiet?", "scope": "this"}).status_code == 302
    assert (
        client.post(page, {**said, "questions": "Diet? *", "capacity": "8", "scope": "series"}).status_code
        == 302
    )
    rows = RegistrationSetup.objects.order_by("event__start_at").values_list(
        "event_id", "capacity", "questions"
    )
    diet = {"label": "Diet?", "required": True}
    assert list(rows) == [
        (dates[1].pk, 8, [{**diet, "id": "q1"}]),
        (dates[2].pk, 8, [{**diet, "id": "q2"}]),
        (dates[3].pk, 8, [{**diet, "id": "q1"}]),
    ]
    closing = {name: value for name, value in said.items() if name != "is_open"}
    assert client.post(other, {**closing, "scope": "following"}).status_code == 302
    states = RegistrationSetup.objects.order_by("event__start_at").values_list("is_open", flat=True)
    assert list(states) == [True, False, False]


def test_each_date_closes_in_its_own_time_when_the_desk_changes_its_places(client, api, dates):
    closes = (dates[1].start_at - timedelta(hours=8)).isoformat()
    assert _patch(api, dates[1], registration_required=True, registration_closes=closes).status_code == 200
    page = f"/organize/events/{dates[1].pk}/"
    shown = re.search(r'name="closes" value="([^"]+)"', client.get(page).content.decode())
    there = (dates[1].start_at - timedelta(hours=8)).astimezone(INDIA)
    assert shown
    assert shown[1] == there.strftime("%Y-%m-%dT%H:%M")
    said = {"do": "terms", "is_open": "on", "capacity": "7", "most_guests": "0", "scope": "series"}
    assert client.post(page, {**said, "closes": shown[1]}).status_code == 302
    assert _terms() == [(True, 7, timedelta(hours=8))] * 3
    late = (dates[1].start_at + timedelta(minutes=1)).astimezone(INDIA).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(page, {**said, "closes": late})
    assert (refused.status_code, "before the event begins" in refused.content.decode()) == (400, True)
    assert client.post(page, {**said, "closes": ""}).status_code == 302
    assert {row.closes_at for row in RegistrationSetup.objects.all()} == {None}


def test_who_helps_opens_nothing_and_a_single_event_asks_for_no_dates(client, dates):
    Event.objects.filter(pk=dates[0].pk).update(series=None)
    assert "For which dates?" not in client.get(f"/organize/events/{dates[0].pk}/").content.decode()
    OrganizerMember.objects.update(role="helper")
    said = {"do": "terms", "is_open": "on", "most_guests": "0", "scope": "series"}
    assert client.post(f"/organize/events/{dates[1].pk}/", said).status_code == 409
    assert not RegistrationSetup.objects.exists()


def test_a_series_whose_dates_differ_is_changed_as_a_whole_or_not(api, dates):
    assert _patch(api, dates[2], registration_required=True, capacity=5).status_code == 200
    refused = _patch(api, dates[1], most_guests=2, title="New", scope="series")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "most_guests")
    assert set(_titles()) == {"Owl Night"}
    assert RegistrationSetup.objects.get().most_guests == 0
    assert _patch(api, dates[1], capacity=9, scope="series").status_code == 200
    assert RegistrationSetup.objects.get().capacity == 9
    assert [row.capacity for row in Event.objects.order_by("start_at")] == [None, 9, 9, 9]


def test_who_closes_registration_may_say_where_tickets_are_sold(api, dates):
    assert _patch(api, dates[1], registration_required=True, scope="series").status_code == 200
    said = {
        "registration_required": False,
        "ticket_url": "https://tickets.example.org/owls",
        "scope": "series",
    }
    assert _patch(api, dates[1], **said).json()["ticket_url"] == said["ticket_url"]
    assert {row.ticket_url for row in Event.objects.order_by("start_at")[1:]} == {said["ticket_url"]}
    assert {row.is_open for row in RegistrationSetup.objects.all()} == {False}
    opened = _patch(api, dates[1], registration_required=True).json()
    assert opened["ticket_url"].endswith("/register/")


def test_the_page_takes_the_same_queries_for_1_date_and_30(client, dates, django_assert_max_num_queries):
    series, start = dates[3].series, dates[3].start_at

    def asked() -> int:
        with django_assert_max_num_queries(200) as seen:
            assert client.get(f"/organize/events/{dates[1].pk}/edit/").status_code == 200
        return len(seen)

    asked()  # what is read once for a process
    first = asked()
    for number in range(30):
        make_event(
            title=f"Later {number}",
            start=start + timedelta(days=number + 1),
            organizer=dates[3].organizer,
            series=series,
            recurrence_id=f"{number}",
        )
    assert asked() == first
