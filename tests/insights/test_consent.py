"""The page and the API of consent: off until one says yes, deleted at once with a no, and no page that is kept is one reader's."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from accounts.models import User
from accounts.privacy.person import Person
from accounts.tokens.families import start_family
from events.enums import Publication
from events.models import Event, Organizer
from events.recommended import HiddenThings
from flags.models import Flag
from insights import privacy, readers, services
from insights.enums import Interaction, Surface
from insights.models import Hidden, InteractionRow, Participant
from insights.queries import hidden_for, participant_of
from insights.records import Reader
from insights.services import Seen
from insights.services.hiding import MOST
from tests.factories import make_event, make_person, make_place

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAGE, API, LESS = "/me/insights/", "/api/v1/me/insights", "/me/insights/less/"
JSON = "application/json"


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


@pytest.fixture
def page(vera: User) -> Client:
    client = Client()
    client.force_login(vera)
    return client


@pytest.fixture
def api(vera: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {start_family(vera, methods=('pwd',)).access}"})


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setenv(f"FLAG_{Flag.RECOMMENDATIONS.name}", "off")


def reader_behind(client: Client) -> Reader:
    """Who a request of this browser is, without an account."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items() if morsel.value}
    return readers.reader_of(request)


def test_looking_at_the_page_keeps_nothing_and_sets_no_key():
    device = Client()
    shown = device.get(PAGE)
    assert "Off: nothing that you do here is kept" in shown.content.decode()
    assert settings.READER_COOKIE_NAME not in shown.cookies
    assert "private" in shown["Cache-Control"]
    assert 'type="checkbox"' not in shown.content.decode(), "nothing that could be ticked before"
    assert Participant.objects.count() == 0


def test_a_device_says_yes_and_no_in_one_tap_each():
    device = Client()
    device.post(PAGE, {"do": "agree"})
    cookie = device.cookies[settings.READER_COOKIE_NAME]
    assert (bool(cookie["httponly"]), cookie["samesite"], cookie["max-age"]) == (True, "Lax", readers.SECONDS)
    reader = reader_behind(device)
    assert (reader.user_id, participant_of(reader) is not None) == (None, True)
    assert "on this device" in device.get(PAGE).content.decode()
    services.record(reader, [Seen(interaction=Interaction.VIEW, event_id=uuid4())], now=NOW)
    device.post(PAGE, {"do": "withdraw"})
    assert not reader_behind(device).is_somebody
    assert (Participant.objects.count(), InteractionRow.objects.count()) == (0, 0)


def test_a_key_that_somebody_made_up_is_nobody():
    device = Client()
    device.cookies[settings.READER_COOKIE_NAME] = "abc:def:ghi"
    assert not reader_behind(device).is_somebody
    assert device.get(PAGE).status_code == 200


def test_an_account_is_not_its_device(page: Client, vera: User):
    page.logout()
    page.post(PAGE, {"do": "agree"})
    page.force_login(vera)
    assert "Off: nothing" in page.get(PAGE).content.decode()
    page.post(PAGE, {"do": "agree"})
    assert Participant.objects.filter(user=vera).exists()
    assert "with your account" in page.get(PAGE).content.decode()


def test_a_new_wording_is_asked_again(page: Client, vera: User):
    services.agree(Reader(user_id=vera.pk))
    Participant.objects.update(wording=0)
    assert "has changed since you agreed" in page.get(PAGE).content.decode()
    page.post(PAGE, {"do": "agree"})
    assert Participant.objects.get().wording == services.WORDING


def test_the_api_says_and_changes_it(api: Client, vera: User):
    assert api.get(API).json() == {
        "agreed": False,
        "agreed_at": None,
        "wording": None,
        "interactions": 0,
        "kept_days": 396,
    }
    assert api.patch(API, {"agreed": True}, content_type=JSON).json()["agreed"]
    services.record(Reader(user_id=vera.pk), [Seen(interaction=Interaction.VIEW, event_id=uuid4())], now=NOW)
    assert api.get(API).json()["interactions"] == 1
    assert api.patch(API, {}, content_type=JSON).status_code == 400
    assert not api.patch(API, {"agreed": False}, content_type=JSON).json()["agreed"]
    api.patch(API, {"agreed": True}, content_type=JSON)
    assert api.delete(API).status_code == 204
    assert Participant.objects.count() == 0


def test_off_hides_it_but_who_agreed_can_withdraw(page: Client, api: Client, off: Callable[[], None]):
    page.post(PAGE, {"do": "agree"})
    off()
    assert Client().get(PAGE).status_code == 404
    assert Client().post(PAGE, {"do": "agree"}).status_code == 404
    assert (page.get(PAGE).status_code, api.get(API).status_code) == (200, 200)
    page.post(PAGE, {"do": "withdraw"})
    assert (page.get(PAGE).status_code, api.get(API).status_code) == (404, 404)
    assert (page.get(LESS).status_code, Participant.objects.count()) == (404, 0)


def test_a_page_that_is_kept_is_the_same_with_a_device_that_agreed():
    event = make_event()
    device = Client()
    device.post(PAGE, {"do": "agree"})
    for path in (event.get_absolute_url(), f"/{event.city.slug}/"):
        stranger, known = Client().get(path), device.get(path)
        assert (known.content, known["Cache-Control"]) == (stranger.content, stranger["Cache-Control"])
        assert not known.cookies


@pytest.mark.parametrize("who", ["account", "device"])
def test_less_of_this_works_at_once_and_is_taken_back(who: str, page: Client):
    client = page if who == "account" else Client()
    if who == "device":
        client.post(PAGE, {"do": "agree"})
    event, place, organizer = (
        make_event(title="Loud Night"),
        make_place(),
        Organizer.objects.create(name="Night Crew"),
    )
    for kind, thing in (("event", event), ("venue", place), ("organizer", organizer)):
        address = f"{LESS}?kind={kind}&key={thing.pk.hex}"
        assert client.get(address).status_code == 200
        assert Hidden.objects.filter(**{"place" if kind == "venue" else kind: thing}).count() == 0
        assert client.post(address).status_code == 302
    reader = (
        Reader(user_id=User.objects.get(email="vera@example.org").pk)
        if who == "account"
        else reader_behind(client)
    )
    assert hidden_for(reader) == HiddenThings(
        events=frozenset({event.pk}), venues=frozenset({place.pk}), organizers=frozenset({organizer.pk})
    )
    text = client.get(PAGE).content.decode()
    assert "Loud Night" in text
    for row in Hidden.objects.all():
        assert Client().post(PAGE, {"do": "unhide", "hidden": row.pk}).status_code == 302
        assert Hidden.objects.filter(pk=row.pk).exists(), "somebody else's"
        client.post(PAGE, {"do": "unhide", "hidden": row.pk})
    assert not hidden_for(reader)


def test_a_device_that_did_not_agree_hides_nothing():
    address = f"{LESS}?kind=event&key={make_event().pk.hex}"
    answer = Client().post(address)
    assert (answer.status_code, Hidden.objects.count()) == (409, 0)
    assert not services.hide(Reader(device_key="unknown"), make_event())
    assert hidden_for(Reader()) == HiddenThings()


@pytest.mark.parametrize(
    "asked", ["", "?kind=event&key=x", "?kind=area&key=0198f1d26c3e7b118f004b1f0a2c3d4e"]
)
def test_nothing_to_hide_is_not_found(asked: str, page: Client):
    assert page.get(f"{LESS}{asked}").status_code == 404


def test_what_was_merged_is_hidden_under_both_ids_and_what_was_taken_down_is_not_named(
    page: Client, vera: User
):
    reader, stayed, gone = Reader(user_id=vera.pk), make_event(title="Stayed"), make_event(title="Old name")
    services.hide(reader, gone)
    Event.objects.filter(pk=gone.pk).update(publication=Publication.MERGED, merged_into=stayed)
    assert hidden_for(reader).events == {gone.pk, stayed.pk}
    assert "Stayed" in page.get(PAGE).content.decode()
    Event.objects.filter(pk=stayed.pk).update(publication=Publication.REJECTED)
    assert "Stayed" not in page.get(PAGE).content.decode()


def test_so_many_are_hidden_and_the_oldest_go(vera: User):
    reader = Reader(user_id=vera.pk)
    events = [make_event() for _ in range(3)]
    Hidden.objects.bulk_create(Hidden(user=vera, place=make_place(name=f"v{number}")) for number in range(3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("insights.services.hiding.MOST", 4)
        for event in events:
            services.hide(reader, event)
            services.hide(reader, event)
    found = hidden_for(reader)
    assert (found.events, len(found.venues), MOST) == ({one.pk for one in events}, 1, 1_000)


def test_a_row_is_of_one_reader_and_one_thing(vera: User):
    for wrong in ({"user": vera}, {"event": make_event()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hidden.objects.create(**wrong)
    assert str(Hidden(event_id=5)) == "hidden: 5"


class Withdrawing(TestCase):
    """Whatever was done before, and by whom: after the withdrawal no answer and no export holds a trace, and others keep theirs."""

    @given(
        done=some.lists(
            some.tuples(
                some.sampled_from(list(Interaction)),
                some.integers(0, 3),
                some.sampled_from(list(Surface)),
                some.none() | some.integers(0, 50),
            ),
            max_size=12,
        ),
        hides=some.booleans(),
        by_api=some.booleans(),
    )
    def test_leaves_no_trace(self, done, hides, by_api):
        vera, bob = (make_person(email=f"{uuid4().hex}@example.org", is_staff=False) for _ in range(2))
        events = [uuid4() for _ in range(4)]
        for person in (vera, bob):
            reader = Reader(user_id=person.pk)
            services.agree(reader, now=NOW)
            seen = [
                Seen(interaction=what, event_id=events[which], surface=where, rank=rank)
                for what, which, where, rank in done
            ]
            services.record(reader, seen, now=NOW)
            if hides:
                services.hide(reader, make_event())
        before = privacy.export(Person.of(bob))
        client = Client()
        client.force_login(vera)
        if by_api:
            client.patch(API, {"agreed": False}, content_type=JSON)
        else:
            client.post(PAGE, {"do": "withdraw"})
        told = client.get(API).json()
        assert (told["agreed"], told["interactions"]) == (False, 0)
        assert not any(privacy.export(Person.of(vera)).values())
        assert not hidden_for(Reader(user_id=vera.pk))
        assert not Participant.objects.filter(user=vera).exists()
        assert privacy.export(Person.of(bob)) == before
