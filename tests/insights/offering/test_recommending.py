"""Recommendations: from what one did and agreed to, else from what one told and what many open; each with its reason, and nothing that cannot be visited."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pgvector import HalfVector

from accounts.models import User
from accounts.tokens.families import start_family
from events.enums import Happening, Publication
from events.models import Event, EventCounters, EventVector
from insights import services
from insights.enums import Interaction
from insights.factors.training import train
from insights.models.factors import K
from insights.offering import kept
from insights.offering.choosing import recommend
from insights.offering.records import Basis, Because, Kind
from insights.records import Reader
from insights.services import Seen
from outbox.services import number_changes
from personal.models import Preferences
from registrations.models import Registration, RegistrationSetup
from tests.factories import announce, make_city, make_event, make_person, make_place

pytestmark = pytest.mark.django_db
API = "/api/v1/recommendations"


@pytest.fixture(autouse=True)
def on(monkeypatch):
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")


@pytest.fixture
def city():
    return make_city(slug="bengaluru")


@pytest.fixture
def events(city) -> list[Event]:
    """Four of one kind and venue, four of another."""
    rooms = [make_place(city=city, name="Blue Room"), make_place(city=city, name="Old Hall")]
    return [coming(city, number, number // 4, place=rooms[number // 4]) for number in range(8)]


def coming(city, number: int, direction: int, **fields: object) -> Event:
    fields = {"category_id": ("music", "other")[direction]} | fields
    start = timezone.now() + timedelta(days=2, hours=number)
    event = make_event(title=f"Night {number}", city=city, start=start, **fields)
    vector = np.random.default_rng(number).normal(0, 0.02, 512)
    vector[direction] += 1
    EventVector.objects.create(
        event=event, embedding=HalfVector(vector.tolist()), text_hash=str(number), made_at=start
    )
    return event


@pytest.fixture
def vera(city) -> User:
    person = make_person(email="vera@example.org", is_staff=False)
    Preferences.objects.create(user=person, city=city)
    return person


@pytest.fixture
def api(vera: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(vera, methods=('pwd',)).access}"})


def liked(reader: Reader, *events: Event, kind: Interaction = Interaction.SAVE) -> None:
    services.agree(reader)
    services.record(
        reader, [Seen(interaction=kind, event_id=event.pk) for event in events], now=timezone.now()
    )


def titles(answer) -> list[str]:
    return [one["title"] for one in answer.json()["results"]]


@pytest.mark.parametrize("kind", ["content", "hybrid"])
def test_what_is_like_what_one_saved_comes_first_with_the_reason(api, vera, events, kind):
    liked(Reader(user_id=vera.pk), events[5], events[6])
    train(now=timezone.now())
    answer = api.get(API, {"type": kind})
    assert set(titles(answer)[:2]) == {"Night 4", "Night 7"}
    told = answer.json()
    assert (told["type"], told["basis"]) == (kind, "log")
    assert [one["event"] for one in told["reasons"]] == [one["id"] for one in told["results"]]
    assert told["reasons"][0]["reason"] in {
        "You were interested in 2 events at Old Hall",
        "You were interested in 2 events of this kind",
        "It is like Night 5, in which you were interested",
        "It is like Night 6, in which you were interested",
    }
    assert {"Night 5", "Night 6"}.isdisjoint(titles(answer))


def test_people_are_a_reason_from_ten_on(vera, city, events):
    for number in range(K):
        liked(Reader(device_key=f"d{number}"), events[0], events[1], *(events[2:3] if number else []))
    mine = Reader(user_id=vera.pk)
    liked(mine, events[0])
    train(now=timezone.now())
    found = recommend(mine, Event.objects.all(), kind=Kind.COLLABORATIVE, now=timezone.now(), limit=8)
    assert found.ids[0] in {events[1].pk, events[2].pk}
    first = found.reasons[events[1].pk]
    assert (first.because, first.name, first.count) == (Because.PEOPLE, "Night 0", K)
    few = found.reasons[events[2].pk]
    assert few.because is not Because.PEOPLE or few.count >= K


def test_without_consent_what_one_told_and_what_many_open_count(api, vera, events):
    Preferences.objects.filter(user=vera).update(categories=["other"])
    EventCounters.objects.update_or_create(event=events[6], defaults={"views": 500})
    answer = api.get(API)
    assert answer.json()["basis"] == "start"
    assert titles(answer)[0] == "Night 6"
    assert "With your consent" in answer.json()["about"]
    assert answer.json()["reasons"][0]["reason"] == "It is of a kind that you want to see"


def test_a_withdrawal_shows_in_the_next_answer(api, vera, events):
    liked(Reader(user_id=vera.pk), events[5], events[6])
    assert api.get(API).json()["basis"] == "log"
    services.withdraw(Reader(user_id=vera.pk))
    answer = api.get(API)
    assert answer.json()["basis"] == "start"
    assert {"Night 5", "Night 6"} <= set(titles(answer))
    assert not any("You were" in one["reason"] for one in answer.json()["reasons"])


def test_nothing_hidden_past_off_full_or_out_of_reach_is_recommended(api, vera, city, events):
    reader = Reader(user_id=vera.pk)
    services.hide(reader, events[0])
    services.hide(reader, events[4].place)
    Event.objects.filter(pk=events[1].pk).update(happening=Happening.CANCELLED)
    Event.objects.filter(pk=events[2].pk).update(sold_out=True)
    RegistrationSetup.objects.create(event=events[3], capacity=1)
    room = coming(city, 9, 0)
    RegistrationSetup.objects.create(event=room, capacity=2)
    for event in (events[3], room):
        Registration.objects.create(
            event=event, name="A", address="a@example.org", address_hash="a", state="registered"
        )
    make_event(title="Over", city=city, start=datetime(2026, 1, 1, tzinfo=UTC))
    make_event(title="Elsewhere", city=make_city(slug="mumbai"), start=timezone.now() + timedelta(days=1))
    assert titles(api.get(API)) == ["Night 9"]


def test_who_has_no_account_names_a_city(events):
    assert Client().get(API).status_code == 400
    assert Client().get(API).json()["errors"][0]["field"] == "city"
    answer = Client().get(API, {"city": "bengaluru", "limit": 3})
    assert len(titles(answer)) == 3
    assert answer["Cache-Control"] == "private, no-store"


def test_the_same_seed_gives_the_same_list_and_each_event_once(vera, events):
    asked = {"kind": Kind.HYBRID, "now": timezone.now(), "limit": 8, "seed": 3}
    once = recommend(Reader(user_id=vera.pk), Event.objects.all(), **asked)
    assert once == recommend(Reader(user_id=vera.pk), Event.objects.all(), **asked)
    assert len(set(once.ids)) == len(once.ids) == 8
    assert once.basis is Basis.START


def test_queries_do_not_grow_with_events(api, vera, city, events, django_assert_max_num_queries):
    liked(Reader(user_id=vera.pk), events[0])
    for number in range(10, 30):
        coming(city, number, number % 2)
    with django_assert_max_num_queries(25):
        assert len(titles(api.get(API))) == 20


def test_what_is_the_same_for_everybody_is_read_once_and_what_goes_is_gone_at_once(vera, city, events):
    asked = {"kind": Kind.HYBRID, "now": timezone.now(), "limit": 9}
    reader = Reader(user_id=vera.pk)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as told:
            recommend(reader, Event.objects.all(), **asked)
        counts.append(len(told))
    assert counts[1] == counts[0] - 2
    services.hide(reader, events[0])
    Event.objects.filter(pk=events[1].pk).update(happening=Happening.CANCELLED)
    events[2].delete()
    new = coming(city, 9, 0)
    assert set(recommend(reader, Event.objects.all(), **asked).ids) == {
        new.pk,
        *(event.pk for event in events[3:]),
    }


def test_no_more_events_are_kept_than_there_is_room_for(events, monkeypatch):
    kept.forget()
    monkeypatch.setattr(kept, "MOST", 3)
    ids = [event.pk for event in events]
    assert [row["id"] for row in kept.rows_by_id(ids, now=timezone.now())] == ids
    assert list(kept._rows) == ids[-3:]


@pytest.mark.parametrize("name", ["FLAG_RECOMMENDATIONS", "FLAG_LEARNT_RECOMMENDATIONS"])
def test_switched_off_there_is_nothing(api, events, monkeypatch, name):
    monkeypatch.setenv(name, "off")
    assert api.get(API).status_code == 404


def test_a_wrong_type_is_refused_with_the_choice(api, events):
    answer = api.get(API, {"type": "magic"})
    assert answer.status_code == 400
    assert "hybrid" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("page_cache")
def test_what_changed_shows_in_the_next_answer_although_events_are_kept(events):
    def answered() -> dict[str, str]:
        shown = Client().get(API, {"city": "bengaluru"}).json()["results"]
        return {one["id"]: one["title"] for one in shown}

    number_changes()
    before = answered()
    with CaptureQueriesContext(connection) as again:
        assert answered() == before
    assert not [one for one in again if "events_listing" in one["sql"]], "the events are kept"
    changed, gone = list(before)[:2]
    with transaction.atomic():
        Event.objects.filter(pk=changed).update(title="Moved to the garden")
        announce(Event.objects.get(pk=changed), kind="event.changed")
    number_changes()
    with transaction.atomic():  # gone at once, numbered or not
        Event.objects.filter(pk=gone).update(publication=Publication.REMOVED)
        announce(Event.objects.get(pk=gone), kind="event.removed")
    after = answered()
    assert after[changed] == "Moved to the garden"
    assert gone not in after
