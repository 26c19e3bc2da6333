import pytest

from pipeline.contract.enums import Online, Setting, Status
from pipeline.refinement.vocabulary import (
    gravest,
    is_meeting_link,
    place_is_online,
    read_online,
    read_setting,
    read_status,
    title_is_online,
    title_status,
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


def test_gravest() -> None:
    assert gravest(Status.SOLD_OUT, Status.CANCELLED, Status.RESCHEDULED) is Status.CANCELLED


@pytest.mark.parametrize(
    ("title", "left", "status"),
    [
        ("CANCELLED: Jazz", "Jazz", Status.CANCELLED),
        ("[POSTPONED] Jazz", "Jazz", Status.POSTPONED),
        ("*** CANCELED *** Jazz", "Jazz", Status.CANCELLED),
        ("Jazz (sold out)", "Jazz", Status.SOLD_OUT),
        ("Jazz - CANCELLED", "Jazz", Status.CANCELLED),
        ("ABGESAGT – Jazz - ausverkauft", "Jazz", Status.CANCELLED),
        ("CANCELLED-Zone Board", "Zone Board", Status.CANCELLED),
        ("CANCELED Jazz", "Jazz", Status.CANCELLED),
        ("Jazz Night SOLD OUT", "Jazz Night", Status.SOLD_OUT),
        ("Jazz: CANCELLED DUE TO WEATHER", "Jazz", Status.CANCELLED),
        ("Jazz – POSTPONED to May 5", "Jazz", Status.POSTPONED),
        ("SOLD OUT FESTIVAL", "SOLD OUT FESTIVAL", Status.SCHEDULED),
        ("The Night We Sold Out", "The Night We Sold Out", Status.SCHEDULED),
        ("Der Spieletreff fällt leider aus!", "Der Spieletreff", Status.CANCELLED),
        ("The fair has been canceled", "The fair", Status.CANCELLED),
        ("#TEC - Fällt aus bis September", "#TEC", Status.CANCELLED),
        ("Achtung, verschoben: Repair Café", "Repair Café", Status.POSTPONED),
        ("Cancelled-culture talk", "Cancelled-culture talk", Status.SCHEDULED),
        ("Cancelled Culture", "Cancelled Culture", Status.SCHEDULED),
        ("Cancelled", "Cancelled", Status.SCHEDULED),
    ],
)
def test_title_status_takes_only_what_is_set_apart(title: str, left: str, status: Status) -> None:
    assert title_status(title) == (left, status)


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


def test_a_status_is_taken_off_with_the_marks_before_it() -> None:
    assert title_status("Jazz night - : — [CANCELLED !]") == ("Jazz night", Status.CANCELLED)
    assert title_status("CANCELLED: " * 100 + "x" + "-" * 300)[1] is Status.CANCELLED
