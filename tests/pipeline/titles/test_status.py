"""States that titles and texts tell."""

import pytest

from pipeline.contract.enums import Status, gravest
from pipeline.titles.status import called_off, without_status


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
def test_without_status_takes_only_what_is_set_apart(title: str, left: str, status: Status) -> None:
    assert without_status(title) == (left, status)


def test_a_status_is_taken_off_with_the_marks_before_it() -> None:
    assert without_status("Jazz night - : — [CANCELLED !]") == ("Jazz night", Status.CANCELLED)
    assert without_status("CANCELLED: " * 100 + "x" + "-" * 300)[1] is Status.CANCELLED


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The show is CANCELLED, sorry", Status.CANCELLED),
        ("Der Treff fällt aus", Status.CANCELLED),
        ("Concert reporté, billets annulés", Status.POSTPONED),
        ("Es ist auf Mai verschoben", Status.POSTPONED),
        ("Free cancellation until Monday", None),
        ("Un reporte del clima", None),
        ("Sold out", None),
    ],
)
def test_called_off_is_told_by_words_of_a_text(text: str, status: Status | None) -> None:
    assert called_off(text) is status
