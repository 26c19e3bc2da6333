"""The main action of an event's page says what it does."""

from datetime import timedelta
from typing import Any

import pytest

from events.action import main_action, second_action, site_called
from events.models import Event
from pipeline.dates.event_times import zone_or_utc
from tests.factories import EVENING, make_event

TICKETS = {"ticket_url": "https://www.eventbrite.com/e/1"}
PAGE = {"url": "https://blue.example/jazz"}
MEETING = {"online_url": "https://us02web.zoom.us/j/1", "online": "yes"}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.eventbrite.co.uk/e/1", "Eventbrite"),
        ("https://us02web.zoom.us/j/1", "Zoom"),
        ("https://lu.ma/x", "Luma"),
        ("https://www.blue.example/", "blue.example"),
        ("https://eventbrite.com.evil.example/", "eventbrite.com.evil.example"),
        ("https://noteventbrite.com/", "noteventbrite.com"),
        ("https://eventbrite.com@evil.example/", "evil.example"),
        ("https://\u0435ventbrite.com/", "xn--ventbrite-f0h.com"),
        (f"https://{'a' * 40}.example/", f"…{'a' * 28}.example"),
        ("https://[::1/", ""),
        ("", ""),
    ],
)
def test_a_site_is_called_by_its_name_and_never_by_that_of_another(address: str, name: str) -> None:
    assert site_called(address) == name


def action(event: Event, *, is_over: bool = False, can_find: bool = True) -> tuple[str, str]:
    links = {"tickets": event.ticket_url, "online": event.online_url, "page": event.url}
    now = EVENING.astimezone(zone_or_utc(event.timezone))
    main = main_action(event, links, is_over=is_over, now=now, can_find=can_find)
    second = second_action(event, links, main)
    return (main.words if main else "", second.words if second else "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (TICKETS, ("Tickets at Eventbrite", "")),
        (TICKETS | PAGE, ("Tickets at Eventbrite", "Details at blue.example")),
        (TICKETS | {"url": TICKETS["ticket_url"]}, ("Tickets at Eventbrite", "")),
        (TICKETS | {"price_type": "free"}, ("Reserve free at Eventbrite", "")),
        (TICKETS | {"registration_required": True}, ("Register at Eventbrite", "")),
        (TICKETS | PAGE | {"sold_out": True}, ("Details at blue.example", "")),
        (TICKETS | {"sold_out": True}, ("Details at Eventbrite", "")),
        (TICKETS | PAGE | {"happening": "postponed"}, ("Details at blue.example", "")),
        (TICKETS | {"happening": "cancelled"}, ("What is on in Bengaluru", "")),
        (PAGE, ("Details at blue.example", "")),
        (PAGE | {"registration_required": True}, ("Register at blue.example", "")),
        (PAGE | {"price_type": "free"}, ("Free, just go", "Details at blue.example")),
        (PAGE | MEETING, ("Join online at Zoom", "Details at blue.example")),
        (MEETING | {"online": "no"}, ("", "")),
        (MEETING | {"online": "no", "happening": "moved_online"}, ("Join online at Zoom", "")),
        (TICKETS | MEETING, ("Tickets at Eventbrite", "Join online at Zoom")),
        ({}, ("", "")),
    ],
)
def test_the_main_action_fits_the_event(fields: dict[str, Any], words: tuple[str, str]) -> None:
    assert action(make_event(**fields)) == words


@pytest.mark.django_db
def test_what_is_off_or_over_leads_to_what_is_on() -> None:
    later = make_event(title="Off", start=EVENING + timedelta(days=9), happening="cancelled", **TICKETS)
    assert action(later)[0] == "What else is on that day"
    assert action(make_event(**TICKETS), is_over=True)[0] == "What is on in Bengaluru"
    assert action(make_event(city=None, **TICKETS), is_over=True) == ("", "")


@pytest.mark.django_db
def test_nobody_is_sent_to_a_place_that_is_not_known() -> None:
    assert action(make_event(price_type="free", **PAGE), can_find=False)[0] == "Details at blue.example"
