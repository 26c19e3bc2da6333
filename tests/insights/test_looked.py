"""What readers open, read, share and leave for reaches the log where they agreed, with where it was shown; of others nothing does."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from accounts.models import User
from accounts.privacy.person import Person
from events.models import Event, EventDay
from events.services import beacon
from flags.models import Flag
from insights import privacy, services
from insights.enums import Interaction, Surface
from insights.factors import arrays
from insights.models import InteractionRow
from insights.offering.past import past_of
from insights.records import Reader
from insights.services import Seen
from insights.shown import shown_at
from tests.factories import EVENING, make_event, make_person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0"
OURS = {"User-Agent": FIREFOX, "Sec-Fetch-Site": "same-origin"}
PAGE = "/me/insights/"


@pytest.fixture(autouse=True)
def tonight(db: None) -> Iterator[None]:
    cache.clear()
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def agreed() -> Client:
    """A device that agreed."""
    device = Client(headers=OURS)
    device.post(PAGE, {"do": "agree"})
    return device


def tell(client: Client, event: Event, kind: str = "view", **said: object) -> int:
    body = json.dumps({"kind": kind, "event": event.id.hex, **said})
    return client.post("/beacon", body, content_type="text/plain").status_code


def logged() -> list[tuple[str, str, int | None]]:
    return list(InteractionRow.objects.order_by("pk").values_list("interaction", "surface", "rank"))


def test_what_a_device_that_agreed_does_is_logged_with_where_it_was_shown(agreed: Client):
    event = make_event(ticket_url="https://tickets.example/1")
    for kind in ("view", "long_view", "share", "view"):
        assert tell(agreed, event, kind, at="city.3") == 204
    agreed.get(f"/go/{event.id.hex}/tickets")
    kinds = ("view", "long_view", "share", "ticket")
    assert logged() == [(kind, "city", 3) for kind in kinds]
    assert set(InteractionRow.objects.values_list("event_id", flat=True)) == {event.id}


def test_an_account_that_agreed_is_logged_and_the_device_that_it_is_on_is_not(agreed: Client):
    vera = make_person(email="vera@example.org", is_staff=False)
    agreed.force_login(vera)
    event = make_event()
    tell(agreed, event)
    assert logged() == []
    # a browser that does not say from where it sends is nobody's account, and must not become the device's
    body = json.dumps({"kind": "view", "event": event.id.hex})
    agreed.post("/beacon", body, content_type="text/plain", headers={"Sec-Fetch-Site": ""})
    assert logged() == []
    services.agree(Reader(user_id=vera.pk))
    tell(agreed, event, tag="email")
    assert logged() == [("view", "mail", None)]


def test_without_consent_the_beacon_counts_as_ever_and_nothing_else_is_kept():
    event, device = (
        make_event(ticket_url="https://tickets.example/1"),
        Client(headers=OURS),
    )
    for kind in ("view", "long_view", "share"):
        assert tell(device, event, kind, at="city.3") == 204
    device.get(f"/go/{event.id.hex}/tickets")
    beacon.add_up(now=EVENING)
    assert EventDay.objects.values_list("views", "shares", "clicks").get() == (1, 1, 1)
    assert (logged(), device.cookies) == ([], {})


@pytest.mark.parametrize("headers", [{"DNT": "1"}, {"Sec-GPC": "1"}, {"User-Agent": "curl/8.1"}])
def test_who_objects_and_programs_are_not_logged(agreed: Client, headers: dict[str, str]):
    event = make_event(ticket_url="https://tickets.example/1")
    body = json.dumps({"kind": "view", "event": event.id.hex})
    agreed.post("/beacon", body, content_type="text/plain", headers=headers)
    agreed.get(f"/go/{event.id.hex}/tickets", headers=headers)
    assert logged() == []


def test_events_that_are_not_shown_and_a_flag_that_is_off_log_nothing(
    agreed: Client, monkeypatch: pytest.MonkeyPatch
):
    tell(agreed, make_event(publication="pending"))
    tell(agreed, Event(id=uuid4()))
    monkeypatch.setenv(f"FLAG_{Flag.RECOMMENDATIONS.name}", "off")
    tell(agreed, make_event())
    assert logged() == []


@given(told=some.text(max_size=30) | some.from_regex(r"[a-z_]{1,10}(\.[0-9]{1,5})?"))
def test_where_it_was_shown_is_a_word_of_ours_or_nothing(told: str):
    surface, rank = shown_at(told)
    assert surface == "" or told.startswith(surface)
    assert rank is None or (surface != "" and 0 <= rank <= 999)


def test_a_merged_event_counts_as_what_it_became_until_they_are_parted():
    reader, child, survivor = Reader(device_key="d"), make_event(), make_event(title="Survivor")
    services.agree(reader, now=EVENING)
    seen = Seen(interaction=Interaction.SAVE, event_id=child.pk, surface=Surface.CITY, rank=2)
    services.record(reader, [seen], now=EVENING)
    for publication, became in (("merged", survivor), ("approved", None), ("merged", survivor)):
        Event.objects.filter(pk=child.pk).update(publication=publication, merged_into=became)
        counts = (became or child).pk
        assert [act.event_id for act in past_of(reader, now=EVENING)] == [counts]
        since = arrays.number_events(now=EVENING)
        acts, people = arrays.read_acts(since)
        known = arrays.read_events()
        assert ([known.ids[item] for item in acts.item], people) == ([counts], 1)
    assert InteractionRow.objects.get().event_id == child.pk


class Consenting(TestCase):
    """Two persons who agree, withdraw and do things in whatever order: each has what they did since they agreed, and no more."""

    @given(
        steps=some.lists(
            some.tuples(
                some.integers(0, 1),
                some.sampled_from(("agree", "withdraw", "view", "save")),
                some.integers(0, 2),
            ),
            max_size=12,
        )
    )
    def test_a_withdrawal_leaves_no_trace_in_the_next_answer_and_export(self, steps):
        now = EVENING
        people = [make_person(email=f"w{User.objects.count()}@example.org", is_staff=False) for _ in range(2)]
        events = [make_event() for _ in range(3)]
        agreed, done = [False, False], [set[object](), set[object]()]
        for who, what, which in steps:
            reader = Reader(user_id=people[who].pk)
            if what == "agree":
                services.agree(reader, now=now)
                agreed[who] = True
            elif what == "withdraw":
                services.withdraw(reader)
                agreed[who], done[who] = False, set()
            else:
                services.record(
                    reader, [Seen(interaction=Interaction(what), event_id=events[which].pk)], now=now
                )
                done[who] |= {events[which].pk} if agreed[who] else set()
            for one, person in enumerate(people):
                exported = privacy.export(Person(id=person.pk, addresses=(person.email,)))
                assert {row["event_id"] for row in exported["interactions"]} == done[one]
                assert {act.event_id for act in past_of(Reader(user_id=person.pk), now=now)} == done[one]
        trained, count = arrays.read_acts(arrays.number_events(now=now))
        assert count == sum(bool(one) for one in done)
        assert len(set(trained.item.tolist())) == len(done[0] | done[1])
