import pytest

from pipeline.contract.enums import Online, Setting, Status
from pipeline.refinement.vocabulary import (
    is_meeting_link,
    place_is_online,
    read_online,
    read_setting,
    read_status,
    title_is_online,
)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("https://schema.org/EventCancelled", Status.CANCELLED),
        ("http://schema.org/EventRescheduled/", Status.RESCHEDULED),
        ("EventMovedOnline", Status.MOVED_ONLINE),
        ("EventPostponed", Status.POSTPONED),
        ("https://schema.org/SoldOut", Status.SOLD_OUT),
        ("CONFIRMED", Status.SCHEDULED),
        ("TENTATIVE", Status.SCHEDULED),
        ("Canceled", Status.CANCELLED),
        ("abgesagt", Status.CANCELLED),
        ("sold out", Status.SOLD_OUT),
        ("anything else", Status.SCHEDULED),
        ("", Status.SCHEDULED),
    ],
)
def test_read_status(word: str, status: Status) -> None:
    assert read_status(word) is status


@pytest.mark.parametrize(
    ("place", "online"),
    [
        ("Zoom", Online.YES),
        ("Online Event", Online.YES),
        ("via Zoom", Online.YES),
        ("Microsoft Teams Meeting", Online.YES),
        ("Town hall and Zoom", Online.BOTH),
        ("Hybrid", Online.BOTH),
        ("Virtually via town.example", Online.YES),
        ("Online at https://town.example/council", Online.YES),
        ("#help channel on Slack", Online.YES),
        ("Link visible for attendees", Online.YES),
        ("Slackline Park", Online.NO),
        ("Remote Lands via Main St. North", Online.NO),
        ("Webster Hall", Online.NO),
        ("Virtual Reality Museum", Online.NO),
        ("Internet Cafe", Online.NO),
        ("", Online.NO),
    ],
)
def test_place_is_online(place: str, online: Online) -> None:
    assert place_is_online(place) is online


@pytest.mark.parametrize(
    ("mode", "online"),
    [
        ("https://schema.org/MixedEventAttendanceMode", Online.BOTH),
        ("OnlineEventAttendanceMode", Online.YES),
        ("in-person", Online.NO),
        ("true", Online.YES),
        ("perhaps", None),
    ],
)
def test_read_online(mode: str, online: Online | None) -> None:
    assert read_online(mode) is online


def test_title_is_online() -> None:
    assert title_is_online("Webinar: how to cook")
    assert title_is_online("Book club (online)")
    assert title_is_online("Planning Board via Zoom")
    assert not title_is_online("Carpool over teams of four")
    assert not title_is_online("Online dating: a comedy night")  # the word belongs to the title


def test_read_setting() -> None:
    assert read_setting("Open-Air") is Setting.OUTDOOR
    assert read_setting("Indoors") is Setting.INDOOR
    assert read_setting("maybe") is Setting.UNKNOWN


def test_is_meeting_link() -> None:
    assert is_meeting_link("https://us02web.zoom.us/j/1")
    assert not is_meeting_link("https://example.org/")


@pytest.mark.parametrize(
    ("place", "online"),
    [
        ("&" * 200, Online.NO),
        ("the internet " * 15 + "x", Online.NO),
        ("& Zoom & (link follows)", Online.YES),
        ("the web conference call on live stream", Online.YES),
        ("webinar webinar, class", Online.YES),
    ],
)
def test_the_words_of_a_place_are_read_in_one_way(place: str, online: Online) -> None:
    assert place_is_online(place) is online
